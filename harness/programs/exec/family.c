/* family.c - the functions of the malloc family on a policy, which behave as the C library's do:
 * NULL and ENOMEM when there is no memory, realloc(p, 0) frees. Built with -fno-builtin. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/exec/memory.h"

#define EXPORT __attribute__((visibility("default")))

static void *or_no_memory(void *block)
{
    if (!block) {
        errno = ENOMEM;
    }
    return block;
}

static void *allocate(size_t align, size_t size)
{
    struct memory_use use = memory_enter();
    void *block = heap_memalign(use.heap, align, size);
    memory_leave(use);
    return block;
}

EXPORT void *malloc(size_t size)
{
    struct memory_use use = memory_enter();
    void *block = heap_alloc(use.heap, size);
    memory_leave(use);
    return or_no_memory(block);
}

EXPORT void free(void *block)
{
    if (!block || !memory_owns(block)) {
        return;
    }
    int saved = errno;
    struct memory_use use = memory_enter();
    heap_free(use.heap, block);
    memory_leave(use);
    errno = saved;
}

EXPORT void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return or_no_memory(NULL);
    }
    void *block = malloc(bytes);
    return block ? memset(block, 0, bytes) : NULL;
}

EXPORT void *realloc(void *block, size_t size)
{
    if (!block) {
        return malloc(size);
    }
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (!memory_owns(block)) {
        return or_no_memory(NULL);
    }
    struct memory_use use = memory_enter();
    void *resized = heap_realloc(use.heap, block, size);
    memory_leave(use);
    return or_no_memory(resized);
}

EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? or_no_memory(NULL) : realloc(block, bytes);
}

static bool is_power_of_two(size_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

/* Takes the next power of two, as the C library's does. */
EXPORT void *memalign(size_t align, size_t size)
{
    size_t rounded = FITLAB_ALIGN;
    while (rounded < align && rounded <= SIZE_MAX / 4) {
        rounded *= 2;
    }
    if (rounded < align) {
        errno = EINVAL;
        return NULL;
    }
    return or_no_memory(allocate(rounded, size));
}

/* The C library of Debian 12 takes any alignment here as well. */
EXPORT void *aligned_alloc(size_t align, size_t size)
{
    return memalign(align, size);
}

/* Reports by its result; errno stays. */
EXPORT int posix_memalign(void **block, size_t align, size_t size)
{
    if (!is_power_of_two(align) || align % sizeof(void *) != 0) {
        return EINVAL;
    }
    int saved = errno;
    void *found = allocate(align, size);
    errno = saved;
    if (!found) {
        return ENOMEM;
    }
    *block = found;
    return 0;
}

EXPORT void *valloc(size_t size)
{
    return or_no_memory(allocate((size_t)getpagesize(), size));
}

EXPORT void *pvalloc(size_t size)
{
    size_t page = (size_t)getpagesize();
    return size > FITLAB_MAX_REQUEST ? or_no_memory(NULL) : valloc((size + page - 1) / page * page);
}

EXPORT size_t malloc_usable_size(void *block)
{
    if (!block || !memory_owns(block)) {
        return 0;
    }
    struct memory_use use = memory_enter();
    size_t bytes = use.heap->policy->usable ? heap_usable(use.heap, block) : 0;
    memory_leave(use);
    return bytes;
}
