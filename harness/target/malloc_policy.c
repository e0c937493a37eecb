#define _GNU_SOURCE
#include "malloc_policy.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "meter.h"

/* The allocator's state is the process's, so there is one heap at a time. */
static struct malloc_heap {
    struct heap heap;
    char *break_at_open;
    size_t held_at_open; /* free bytes below the break: the heap may use them without moving it */
    size_t mapped;       /* bytes of live blocks that have a mapping of their own */
    size_t resident_at_open;
} state;

/* ---- any malloc ---- */

/* Anonymous pages, read without a malloc. The file's numbers count pages. */
static size_t resident_bytes(void)
{
    static int file = -1;
    char text[128] = "", *next = text;
    if (file < 0) {
        file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    }
    if (pread(file, text, sizeof text - 1, 0) <= 0) {
        return 0;
    }
    strtoul(next, &next, 10);
    size_t resident = strtoul(next, &next, 10), shared = strtoul(next, &next, 10);
    return (resident - shared) * (size_t)getpagesize();
}

struct heap *malloc_policy_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    state = (struct malloc_heap){.heap = {.policy = policy, .region = r},
                                 .resident_at_open = resident_bytes()};
    return &state.heap;
}

void *malloc_policy_alloc(struct heap *h, size_t n)
{
    (void)h;
    return malloc(n ? n : 1);
}

void malloc_policy_free(struct heap *h, void *p)
{
    (void)h;
    free(p);
}

size_t malloc_policy_usable(const struct heap *h, const void *p)
{
    (void)h;
    /* it does not write: the type is older than const */
    return malloc_usable_size((void *)(uintptr_t)p);
}

void *malloc_policy_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return realloc(p, n ? n : 1);
}

void *malloc_policy_memalign(struct heap *h, size_t align, size_t n)
{
    (void)h;
    void *p;
    return posix_memalign(&p, align, n ? n : 1) == 0 ? p : NULL;
}

static size_t resident_growth(const struct heap *h)
{
    (void)h;
    size_t now = resident_bytes();
    return now > state.resident_at_open ? now - state.resident_at_open : 0;
}

const struct meter meter_resident = {
    .name = "resident", .bytes = resident_growth, .resident = true};

/* ---- glibc's ---- */

/* In front of a block is its size with three flags; the second says that it has a mapping of
 * its own, of this size and of what the word before says (the lead of an aligned block). */
static size_t mapped_bytes(const void *p)
{
    const size_t *word = p;
    __asm__(""
            : "+r"(word)); /* the compiler knows where a block begins, and that nothing is there */
    return word[-1] & 2 ? (word[-1] & ~(size_t)7) + word[-2] : 0;
}

struct heap *glibc_policy_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    malloc_trim(0);
    state = (struct malloc_heap){.heap = {.policy = policy, .region = r},
                                 .break_at_open = sbrk(0),
                                 .held_at_open = mallinfo2().fordblks};
    return &state.heap;
}

void *glibc_policy_alloc(struct heap *h, size_t n)
{
    (void)h;
    void *p = malloc(n ? n : 1);
    if (p) {
        state.mapped += mapped_bytes(p);
    }
    return p;
}

void glibc_policy_free(struct heap *h, void *p)
{
    (void)h;
    state.mapped -= mapped_bytes(p);
    free(p);
}

void *glibc_policy_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    size_t before = mapped_bytes(p);
    void *q = realloc(p, n ? n : 1);
    if (q) {
        state.mapped += mapped_bytes(q) - before;
    }
    return q;
}

void *glibc_policy_memalign(struct heap *h, size_t align, size_t n)
{
    void *p = malloc_policy_memalign(h, align, n);
    if (p) {
        state.mapped += mapped_bytes(p);
    }
    return p;
}

static size_t glibc_growth(const struct heap *h)
{
    (void)h;
    ptrdiff_t moved = (char *)sbrk(0) - state.break_at_open;
    return (size_t)(moved + (ptrdiff_t)state.held_at_open) + state.mapped;
}

const struct meter meter_glibc = {.name = "break-and-maps", .bytes = glibc_growth};
