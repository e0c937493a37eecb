#define _GNU_SOURCE
#include "mallocs/jemalloc.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "mallocs/malloc_policy.h"

static struct {
    struct malloc_entries entries;
    int (*control)(const char *, void *, size_t *, void *, size_t); /* mallctl */
} je;

/* jemalloc(3): the table behind "arenas.create"; the entries that are NULL opt out. */
struct extent_hooks {
    void *(*alloc)(struct extent_hooks *, void *, size_t, size_t, bool *, bool *, unsigned);
    bool (*dalloc)(struct extent_hooks *, void *, size_t, bool, unsigned);
    void (*destroy)(struct extent_hooks *, void *, size_t, bool, unsigned);
    bool (*commit)(struct extent_hooks *, void *, size_t, size_t, size_t, unsigned);
    bool (*decommit)(struct extent_hooks *, void *, size_t, size_t, size_t, unsigned);
    bool (*purge_lazy)(struct extent_hooks *, void *, size_t, size_t, size_t, unsigned);
    bool (*purge_forced)(struct extent_hooks *, void *, size_t, size_t, size_t, unsigned);
    bool (*split)(struct extent_hooks *, void *, size_t, size_t, size_t, bool, unsigned);
    bool (*merge)(struct extent_hooks *, void *, size_t, void *, size_t, bool, unsigned);
};

static struct je_heap {
    struct heap heap;
    struct extent_hooks hooks;
    char *used; /* a fixed region has its break at the limit from the start */
    bool fixed;
    bool has_arena;
    unsigned arena;
} state;

/* ---- memory for the arena ---- */

static void *extent_alloc(struct extent_hooks *hooks, void *at, size_t size, size_t align,
                          bool *zero, bool *commit, unsigned arena)
{
    (void)hooks;
    (void)arena;
    struct region *r = state.heap.region;
    uintptr_t from = ((uintptr_t)state.used + align - 1) & ~(uintptr_t)(align - 1);
    if (from + size > (uintptr_t)r->limit || (at && from != (uintptr_t)at)) {
        return NULL;
    }
    char *end = (char *)from + size;
    *zero = true;
    *commit = true;
    if (!state.fixed) {
        region_extend(r, (size_t)(end - r->brk));
        state.heap.count.grows++;
    }
    state.used = end;
    return (char *)from;
}

/* An extent that it wants no more stays in the region: true says that it must keep it. */
static bool extent_dalloc(struct extent_hooks *hooks, void *p, size_t size, bool committed,
                          unsigned arena)
{
    (void)hooks, (void)p, (void)size, (void)committed, (void)arena;
    return true;
}

/* Nor is address space of the region ever without memory behind it. */
static bool extent_decommit(struct extent_hooks *hooks, void *p, size_t size, size_t offset,
                            size_t length, unsigned arena)
{
    (void)hooks, (void)p, (void)size, (void)offset, (void)length, (void)arena;
    return true;
}

/* But pages are given back to the system, and are zero afterwards. */
static bool extent_purge(struct extent_hooks *hooks, void *p, size_t size, size_t offset,
                         size_t length, unsigned arena)
{
    (void)hooks, (void)size, (void)arena;
    return madvise((char *)p + offset, length, MADV_DONTNEED) != 0;
}

static bool extent_split(struct extent_hooks *hooks, void *p, size_t size, size_t a, size_t b,
                         bool committed, unsigned arena)
{
    (void)hooks, (void)p, (void)size, (void)a, (void)b, (void)committed, (void)arena;
    return false; /* false is success */
}

static bool extent_merge(struct extent_hooks *hooks, void *a, size_t size_a, void *b, size_t size_b,
                         bool committed, unsigned arena)
{
    (void)hooks, (void)a, (void)size_a, (void)b, (void)size_b, (void)committed, (void)arena;
    return false;
}

/* ---- the library ---- */

/* jemalloc(3), "arena.<i>.dirty_decay_ms" and "arena.<i>.muzzy_decay_ms": 0 is at once, -1 never. */
static bool set_decay(enum purging choice)
{
    static const char *const kinds[] = {"dirty", "muzzy"};
    ssize_t ms = choice == PURGE_NOW ? 0 : -1;
    bool set = true;
    for (size_t i = 0; choice != PURGE_DEFAULT && i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "arena.%u.%s_decay_ms", state.arena, kinds[i]);
        set = je.control(name, NULL, NULL, &ms, sizeof ms) == 0 && set;
    }
    return set;
}

static bool load(const struct foreign *f)
{
    void *library = je.control ? NULL : malloc_entries_load(f, &je.entries);
    if (library) {
        void *control = dlsym(library, "mallctl");
        memcpy(&je.control, &control, sizeof control);
    }
    return je.control && je.entries.realloc && je.entries.posix_memalign && je.entries.usable;
}

static bool write_arena(const char *name, unsigned arena)
{
    return je.control(name, NULL, NULL, &arena, sizeof arena) == 0;
}

static void je_leave(struct heap *h)
{
    char name[64];
    (void)h;
    if (!state.has_arena) {
        return;
    }
    snprintf(name, sizeof name, "arena.%u.destroy", state.arena);
    je.control("thread.tcache.flush", NULL, NULL, NULL, 0);
    write_arena("thread.arena", 0);
    je.control(name, NULL, NULL, NULL, 0);
    state.has_arena = false;
}

static struct heap *je_open(const struct policy *policy, struct region *r, const long *arg)
{
    if (!load(foreign_of(policy))) {
        return NULL;
    }
    state = (struct je_heap){
        .heap = {.policy = policy, .region = r},
        .hooks = {.alloc = extent_alloc,
                  .dalloc = extent_dalloc,
                  .decommit = extent_decommit,
                  .purge_forced = extent_purge,
                  .split = extent_split,
                  .merge = extent_merge},
        .used = r->base,
        .fixed = r->brk == r->limit};
    struct extent_hooks *hooks = &state.hooks;
    size_t size = sizeof state.arena;
    state.has_arena = je.control("arenas.create", &state.arena, &size, &hooks, sizeof hooks) == 0 &&
                      write_arena("thread.arena", state.arena) && set_decay((enum purging)arg[0]);
    return state.has_arena ? &state.heap : NULL;
}

static void *je_alloc(struct heap *h, size_t n)
{
    (void)h;
    return je.entries.malloc(n);
}

static void je_free(struct heap *h, void *p)
{
    (void)h;
    je.entries.free(p);
}

static size_t je_usable(const struct heap *h, const void *p)
{
    (void)h;
    /* it does not write to the text; the type is older than const */
    return je.entries.usable((void *)(uintptr_t)p);
}

static void *je_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return je.entries.realloc(p, n ? n : 1);
}

static void *je_memalign(struct heap *h, size_t align, size_t n)
{
    (void)h;
    void *p;
    return je.entries.posix_memalign(&p, align, n) == 0 ? p : NULL;
}

/* ---- what it says of itself ---- */

static bool read_number(const char *of_arena, uint64_t *value)
{
    char name[96];
    size_t n, size = sizeof n;
    snprintf(name, sizeof name, "stats.arenas.%u.%s", state.arena, of_arena);
    if (je.control(name, &n, &size, NULL, 0) != 0) {
        return false;
    }
    *value = n;
    return true;
}

static bool je_statistics(const struct heap *h, struct foreign_statistics *s)
{
    (void)h;
    uint64_t epoch = 1, small, large, base, internal, pages;
    size_t page, size = sizeof page;
    je.control("epoch", NULL, NULL, &epoch, sizeof epoch);
    if (je.control("arenas.page", &page, &size, NULL, 0) != 0 ||
        !read_number("small.allocated", &small) || !read_number("large.allocated", &large) ||
        !read_number("base", &base) || !read_number("internal", &internal) ||
        !read_number("pactive", &pages) || !read_number("resident", &s->resident) ||
        !read_number("mapped", &s->mapped)) {
        return false;
    }
    s->allocated = small + large;
    s->active = pages * page;
    s->metadata = base + internal;
    return true;
}

const struct foreign foreign_jemalloc = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_OPAQUE,
               .name = "jemalloc",
               .summary = "reference: jemalloc in an arena whose memory is the region",
               .params = purging_decay,
               .open = je_open,
               .alloc = je_alloc,
               .free = je_free,
               .usable = je_usable,
               .realloc = je_realloc,
               .memalign = je_memalign},
    .meter = &meter_region,
    .file = "libjemalloc.so.2",
    .package = "libjemalloc2",
    .leave = je_leave,
    .statistics = je_statistics,
};
