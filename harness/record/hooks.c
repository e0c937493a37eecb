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

#include "log.h"

#define EXPORT __attribute__((visibility("default")))
#define SITE   __builtin_return_address(0)

/* The C library's own, for calls from within dlsym while the table is being filled. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

#define REAL_FUNCTIONS(X)                                                                          \
    X(void *, malloc, (size_t))                                                                    \
    X(void *, calloc, (size_t, size_t))                                                            \
    X(void *, realloc, (void *, size_t))                                                           \
    X(void, free, (void *))                                                                        \
    X(void *, aligned_alloc, (size_t, size_t))                                                     \
    X(int, posix_memalign, (void **, size_t, size_t))                                              \
    X(void *, memalign, (size_t, size_t))                                                          \
    X(void *, valloc, (size_t))                                                                    \
    X(void *, pvalloc, (size_t))

static struct {
#define X(result, name, arguments) result(*name) arguments;
    REAL_FUNCTIONS(X)
#undef X
} real = {.malloc = __libc_malloc,
          .calloc = __libc_calloc,
          .realloc = __libc_realloc,
          .free = __libc_free};

/* Programs are single-threaded at their first allocation. */
static bool resolved;

static void resolve(void)
{
    resolved = true;
    void *found;
#define X(result, name, arguments)                                                                 \
    found = dlsym(RTLD_NEXT, #name);                                                               \
    if (found) {                                                                                   \
        *(void **)&real.name = found;                                                              \
    }
    REAL_FUNCTIONS(X)
#undef X
}

static inline void ensure_resolved(void)
{
    if (__builtin_expect(!resolved, 0)) {
        resolve();
    }
}

static unsigned log2_of(size_t align)
{
    unsigned log2 = 0;
    while (log2 < 63 && (size_t)1 << log2 < align) {
        log2++;
    }
    return log2;
}

static void *allocated(enum word_kind kind, void *block, size_t size, size_t align,
                       const void *site)
{
    if (block) {
        log_event(kind, block, size, log2_of(align), site);
    }
    return block;
}

EXPORT void *malloc(size_t size)
{
    ensure_resolved();
    return allocated(WORD_MALLOC, real.malloc(size), size, 0, SITE);
}

EXPORT void *calloc(size_t count, size_t size)
{
    ensure_resolved();
    return allocated(WORD_CALLOC, real.calloc(count, size), count * size, 0, SITE);
}

EXPORT void free(void *block)
{
    ensure_resolved();
    if (block) {
        log_event(WORD_FREE, block, 0, 0, SITE);
    }
    real.free(block);
}

static void *resized(void *before, void *after, size_t size, const void *site)
{
    if (after) {
        log_event(before ? WORD_REALLOCED : WORD_MALLOC, after, size, 0, site);
    } else if (before && size) {
        log_kept();
    }
    return after;
}

/* A size of 0 frees the block with the C library; an allocator that returns a minimal block
 * instead is seen as a free and an allocation. */
static void announce(void *block, size_t size, const void *site)
{
    if (block) {
        log_event(size ? WORD_REALLOC : WORD_FREE, block, 0, 0, site);
    }
}

EXPORT void *realloc(void *block, size_t size)
{
    ensure_resolved();
    announce(block, size, SITE);
    return resized(size ? block : NULL, real.realloc(block, size), size, SITE);
}

/* Not the real one: glibc's calls realloc by name, which is ours. */
EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    ensure_resolved();
    announce(block, bytes, SITE);
    return resized(bytes ? block : NULL, real.realloc(block, bytes), bytes, SITE);
}

EXPORT void *aligned_alloc(size_t align, size_t size)
{
    ensure_resolved();
    return allocated(WORD_ALIGNED, real.aligned_alloc(align, size), size, align, SITE);
}

EXPORT void *memalign(size_t align, size_t size)
{
    ensure_resolved();
    return allocated(WORD_ALIGNED, real.memalign(align, size), size, align, SITE);
}

EXPORT int posix_memalign(void **block, size_t align, size_t size)
{
    ensure_resolved();
    int status = real.posix_memalign(block, align, size);
    if (status == 0) {
        allocated(WORD_ALIGNED, *block, size, align, SITE);
    }
    return status;
}

EXPORT void *valloc(size_t size)
{
    ensure_resolved();
    return allocated(WORD_ALIGNED, real.valloc(size), size, (size_t)getpagesize(), SITE);
}

EXPORT void *pvalloc(size_t size)
{
    ensure_resolved();
    return allocated(WORD_ALIGNED, real.pvalloc(size), size, (size_t)getpagesize(), SITE);
}
