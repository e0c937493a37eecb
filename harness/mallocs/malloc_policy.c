#define _GNU_SOURCE
#include "mallocs/malloc_policy.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocs/foreign.h"

/* The allocator's state belongs to the process, so there is one heap at a time. */
static struct {
    struct heap heap;
    struct malloc_entries entries;
    size_t resident_at_open;
} state;

/* ---- any malloc ---- */

static bool find(void *library, const char *name, void *entry)
{
    void *found = dlsym(library, name);
    memcpy(entry, &found, sizeof found);
    return found != NULL;
}

void *malloc_entries_load(const struct foreign *f, struct malloc_entries *e)
{
    const char *path = foreign_path(f);
    /* its own calls of malloc are to be its own, too */
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND) : NULL;
    if (!library || !find(library, "malloc", &e->malloc) || !find(library, "free", &e->free)) {
        return NULL;
    }
    find(library, "realloc", &e->realloc);
    find(library, "posix_memalign", &e->posix_memalign);
    find(library, "malloc_usable_size", &e->usable);
    return library;
}

struct heap *malloc_policy_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    if (!state.entries.malloc && !malloc_entries_load(foreign_of(policy), &state.entries)) {
        return NULL;
    }
    state.heap = (struct heap){.policy = policy, .region = r};
    state.resident_at_open = meter_process_bytes();
    return &state.heap;
}

void *malloc_policy_alloc(struct heap *h, size_t n)
{
    (void)h;
    return state.entries.malloc(n ? n : 1);
}

void malloc_policy_free(struct heap *h, void *p)
{
    (void)h;
    state.entries.free(p);
}

size_t malloc_policy_usable(const struct heap *h, const void *p)
{
    (void)h;
    /* it does not write: the type is older than const */
    return state.entries.usable((void *)(uintptr_t)p);
}

void *malloc_policy_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return state.entries.realloc(p, n ? n : 1);
}

void *malloc_policy_memalign(struct heap *h, size_t align, size_t n)
{
    (void)h;
    void *p;
    return state.entries.posix_memalign(&p, align, n ? n : 1) == 0 ? p : NULL;
}

static size_t resident_growth(const struct heap *h)
{
    (void)h;
    size_t now = meter_process_bytes();
    return now > state.resident_at_open ? now - state.resident_at_open : 0;
}

const struct meter meter_resident = {
    .name = METER_RESIDENT, .bytes = resident_growth, .resident = true};

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

static struct {
    struct heap heap;
    char *break_at_open;
    size_t held_at_open; /* free bytes below the break: the heap may use them without moving it */
    size_t mapped;       /* bytes of live blocks that have a mapping of their own */
} glibc;

/* Whether malloc is glibc's, which is seen from its statistics. A sanitizer, for one, replaces it.
 */
static bool malloc_is_glibcs(void)
{
    size_t before = mallinfo2().uordblks;
    void *p = malloc(4096); /* larger than what a thread keeps in its cache, which is not counted */
    __asm__ volatile("" : : "r"(p) : "memory");
    bool counted = p && mallinfo2().uordblks >= before + 4096;
    free(p);
    return counted;
}

/* Fills the holes that the program has left below the break, so that the measured blocks start in
 * new memory. If the break moves for a request, no hole was left for it. */
static void plug_holes(void)
{
    static bool plugged;
    for (size_t n = plugged ? 0 : 65536; n >= 16; n = n > 1024 ? n / 2 : n - 16) {
        malloc_trim(0);
        char *at = sbrk(0);
        void *last;
        do {
            last = malloc(n);
        } while (last && sbrk(0) == at);
        free(last);
    }
    plugged = true;
    malloc_trim(0);
}

struct heap *glibc_policy_open(const struct policy *policy, struct region *r, const long *arg)
{
    if (!malloc_is_glibcs()) {
        return NULL;
    }
    if (arg[0] != PURGE_DEFAULT) {
        mallopt(M_TRIM_THRESHOLD, arg[0] == PURGE_NOW ? 0 : -1);
    }
    plug_holes();
    glibc.heap = (struct heap){.policy = policy, .region = r};
    glibc.break_at_open = sbrk(0);
    glibc.held_at_open = mallinfo2().fordblks;
    glibc.mapped = 0;
    return &glibc.heap;
}

void *glibc_policy_alloc(struct heap *h, size_t n)
{
    (void)h;
    void *p = malloc(n ? n : 1);
    if (p) {
        glibc.mapped += mapped_bytes(p);
    }
    return p;
}

void glibc_policy_free(struct heap *h, void *p)
{
    (void)h;
    glibc.mapped -= mapped_bytes(p);
    free(p);
}

void *glibc_policy_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    size_t before = mapped_bytes(p);
    void *q = realloc(p, n ? n : 1);
    if (q) {
        glibc.mapped += mapped_bytes(q) - before;
    }
    return q;
}

void *glibc_policy_memalign(struct heap *h, size_t align, size_t n)
{
    (void)h;
    void *p;
    if (posix_memalign(&p, align, n ? n : 1) != 0) {
        return NULL;
    }
    glibc.mapped += mapped_bytes(p);
    return p;
}

size_t glibc_policy_usable(const struct heap *h, const void *p)
{
    (void)h;
    return malloc_usable_size((void *)(uintptr_t)p); /* as above */
}

static size_t glibc_growth(const struct heap *h)
{
    (void)h;
    ptrdiff_t moved = (char *)sbrk(0) - glibc.break_at_open;
    return (size_t)(moved + (ptrdiff_t)glibc.held_at_open) + glibc.mapped;
}

const struct meter meter_glibc = {.name = "break-and-maps", .bytes = glibc_growth};
