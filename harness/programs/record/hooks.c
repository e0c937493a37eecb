/* hooks.c - the malloc family in front of the program's own.
 *
 * Each function calls the next definition in search order, which is the C library's unless the
 * program brought another, and logs: a free before it happens, an allocation after. Built with
 * -fno-builtin, else calloc may be compiled into a call of itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "programs/record/log.h"

#define EXPORT __attribute__((visibility("default")))
#define SITE   __builtin_return_address(0)

/* The C library's own, for calls from within dlsym while the table is being filled. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

/* How the result is given, result, name, parameters, arguments, what the C library offers as soon
 * as it is loaded. */
#define REAL_FUNCTIONS(X)                                                                          \
    X(return, void *, malloc, (size_t size), (size), __libc_malloc)                                \
    X(return, void *, calloc, (size_t count, size_t size), (count, size), __libc_calloc)           \
    X(return, void *, realloc, (void *block, size_t size), (block, size), __libc_realloc)          \
    X(, void, free, (void *block), (block), __libc_free)                                           \
    X(return, void *, aligned_alloc, (size_t align, size_t size), (align, size), NULL)             \
    X(return, int, posix_memalign, (void **block, size_t align, size_t size),                      \
            (block, align, size), NULL)                                                            \
    X(return, void *, memalign, (size_t align, size_t size), (align, size), NULL)                  \
    X(return, void *, valloc, (size_t size), (size), NULL)                                         \
    X(return, void *, pvalloc, (size_t size), (size), NULL)

/* All next definitions are looked up at the first call of any function, so the hooks need not
 * check. */
#define X(give, result, name, parameters, ...) static result first_##name parameters;
REAL_FUNCTIONS(X)
#undef X

static struct {
#define X(give, result, name, parameters, ...) result(*name) parameters;
    REAL_FUNCTIONS(X)
#undef X
} real = {
#define X(give, result, name, ...) .name = first_##name,
    REAL_FUNCTIONS(X)
#undef X
};

/* Programs are single-threaded at their first allocation. */
static __attribute__((noinline, cold)) void resolve(void)
{
#define X(give, result, name, parameters, arguments, early) real.name = early;
    REAL_FUNCTIONS(X)
#undef X
    void *found;
#define X(give, result, name, ...)                                                                 \
    found = dlsym(RTLD_NEXT, #name);                                                               \
    if (found) {                                                                                   \
        *(void **)&real.name = found;                                                              \
    }
    REAL_FUNCTIONS(X)
#undef X
}

#define X(give, result, name, parameters, arguments, early)                                        \
    static result first_##name parameters                                                          \
    {                                                                                              \
        resolve();                                                                                 \
        give real.name arguments;                                                                  \
    }
REAL_FUNCTIONS(X)
#undef X

static unsigned log2_of(size_t align)
{
    unsigned log2 = 0;
    while (log2 < 63 && (size_t)1 << log2 < align) {
        log2++;
    }
    return log2;
}

static inline void *allocated(enum word_kind kind, void *block, size_t size, const void *site)
{
    if (__builtin_expect(block != NULL, 1)) {
        log_event(kind, block, size, site);
    }
    return block;
}

static void *aligned(void *block, size_t size, size_t align, const void *site)
{
    if (block) {
        log_event_long(WORD_ALIGNED, block, size, log2_of(align), site);
    }
    return block;
}

EXPORT void *malloc(size_t size)
{
    return allocated(WORD_MALLOC, real.malloc(size), size, SITE);
}

EXPORT void *calloc(size_t count, size_t size)
{
    return allocated(WORD_CALLOC, real.calloc(count, size), count * size, SITE);
}

EXPORT void free(void *block)
{
    if (block) {
        log_event(WORD_FREE, block, 0, SITE);
    }
    real.free(block);
}

static inline void *resized(void *before, void *after, size_t size, const void *site)
{
    if (after) {
        log_event(before ? WORD_REALLOCED : WORD_MALLOC, after, size, site);
    } else if (before && size) {
        log_kept();
    }
    return after;
}

/* A size of 0 frees the block with the C library; an allocator that returns a minimal block
 * instead is seen as a free and an allocation. */
static inline void announce(void *block, size_t size, const void *site)
{
    if (block) {
        log_event(size ? WORD_REALLOC : WORD_FREE, block, 0, site);
    }
}

EXPORT void *realloc(void *block, size_t size)
{
    announce(block, size, SITE);
    return resized(size ? block : NULL, real.realloc(block, size), size, SITE);
}

/* Not the C library's own: that one calls realloc by name, which would be ours. */
EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    announce(block, bytes, SITE);
    return resized(bytes ? block : NULL, real.realloc(block, bytes), bytes, SITE);
}

EXPORT void *aligned_alloc(size_t align, size_t size)
{
    return aligned(real.aligned_alloc(align, size), size, align, SITE);
}

EXPORT void *memalign(size_t align, size_t size)
{
    return aligned(real.memalign(align, size), size, align, SITE);
}

EXPORT int posix_memalign(void **block, size_t align, size_t size)
{
    int status = real.posix_memalign(block, align, size);
    if (status == 0) {
        aligned(*block, size, align, SITE);
    }
    return status;
}

EXPORT void *valloc(size_t size)
{
    return aligned(real.valloc(size), size, (size_t)getpagesize(), SITE);
}

EXPORT void *pvalloc(size_t size)
{
    return aligned(real.pvalloc(size), size, (size_t)getpagesize(), SITE);
}
