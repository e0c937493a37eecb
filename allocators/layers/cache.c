/* SPDX-License-Identifier: MIT */
/* cache.c - each thread keeps the small blocks that it has freed, in a list a size, and takes its
 * next requests from there: most requests never reach the heap below, nor its lock.
 *
 * A list is full at `blocks` blocks, and then `rule` says how many of them, the oldest, go back to
 * the heap below. remote=keep caches any block that the thread frees, as tcmalloc and glibc do;
 * remote=home only those from the heap in which the thread itself gets its memory, where what is
 * below has several, so that the others return at once.
 *
 * A block is listed by how much of it is usable. A request looks where blocks of its size have been
 * put: which list that is, is learnt from what the heap below grants, so that the layer fits any
 * policy's size classes. The thread's table is a block of the heap below, as in glibc.
 *
 * Sources: Bonwick and Adams, "Magazines and vmem", USENIX 2001; tcmalloc; glibc's tcache. The
 * cost: at most P threads x lists x blocks of memory that only one thread can use. */
#include "layers/cache_look.h"

enum { ARG_BLOCKS, ARG_LIMIT, ARG_RULE, ARG_REMOTE };

static const char *const rules[] = {"batch", "half", "all", NULL};
static const char *const remotes[] = {"keep", "home", NULL};

static const struct param params[] = {
    {.name = "blocks",
     .help = "in a list, at most; 0: no cache",
     .init = 32,
     .min = 0,
     .max = 1024},
    {.name = "limit",
     .help = "the largest block that is kept",
     .unit = "bytes",
     .init = 1024,
     .min = 16,
     .max = 8192},
    {.name = "rule",
     .help = "what a full list gives back: a quarter of its blocks, half, or all",
     .choices = rules},
    {.name = "remote",
     .help = "a block of another thread's heap is kept, or sent home",
     .choices = remotes},
    PARAM_END,
};

static struct heap *open_cache(const struct policy *policy, struct region *r, const long *arg)
{
    if (arg[ARG_BLOCKS] == 0) {
        return stack_open_below(stack_of(policy), r, arg);
    }
    struct cache *c = (struct cache *)over_open(policy, r, arg, sizeof *c);
    if (!c) {
        return NULL;
    }
    uint32_t part = arg[ARG_RULE] == 0 ? 4 : arg[ARG_RULE] == 1 ? 2 : 1;
    c->blocks = (uint32_t)arg[ARG_BLOCKS];
    c->give_back = c->blocks / part ? c->blocks / part : 1;
    c->lists = (uint32_t)arg[ARG_LIMIT] / CACHE_GRANULE + 1;
    c->sends_home = arg[ARG_REMOTE] == 1;
    return &c->over.heap;
}

static void push(struct heap *h, struct list *l, char *p)
{
    kept_write(h, p, l->first);
    l->first = p;
    l->count++;
}

static char *pop(struct list *l)
{
    char *p = l->first;
    l->first = kept_read(p).next;
    l->count--;
    kept_clear(p);
    return p;
}

/* Gives blocks from the place `at` of a list on back to the heap below. */
static void give_rest(struct heap *h, struct list *l, uint32_t at)
{
    char *p = l->first;
    if (at == 0) {
        l->first = NULL;
    } else {
        for (uint32_t i = 1; i < at; i++) {
            p = kept_read(p).next;
        }
        char *rest = kept_read(p).next;
        kept_write(h, p, NULL);
        p = rest;
    }
    l->count = at;
    while (p) {
        char *next = kept_read(p).next;
        kept_clear(p);
        heap_free(((struct cache *)h)->over.below, p);
        p = next;
    }
}

static void give_all(struct heap *h, struct table *t)
{
    for (uint32_t k = 0; k < cache_of(h)->lists; k++) {
        if (t->list[k].count) {
            give_rest(h, &t->list[k], 0);
        }
    }
}

/* A block holds two words while it is kept. */
static size_t least(size_t n)
{
    return n < sizeof(struct kept) ? sizeof(struct kept) : n;
}

/* The list that serves a request, if its size is one that is kept. */
static uint32_t request_list(size_t n)
{
    return (uint32_t)((least(n) + CACHE_GRANULE - 1) / CACHE_GRANULE);
}

/* Notes in which region the thread gets its memory. */
static void note_home(const struct cache *c, struct table *t, const char *p)
{
    if (p >= t->home && p < t->beyond) {
        return;
    }
    const struct heap *inner;
    t->home = c->over.heap.region->base;
    t->beyond = c->over.heap.region->limit;
    for (const struct heap *h = c->over.below; (inner = heap_inner(h, 0));) {
        for (unsigned i = 0; (inner = heap_inner(h, i)); i++) {
            if (p >= inner->region->base && p < inner->region->limit) {
                t->home = inner->region->base;
                t->beyond = inner->region->limit;
                break;
            }
        }
        if (!inner) {
            break;
        }
        h = inner;
    }
}

/* A request of a size that is kept goes on to the heap below. */
static void *refill(struct heap *h, struct table *t, struct list *l, uint32_t k)
{
    struct cache *c = (struct cache *)h;
    char *p = (char *)heap_alloc(c->over.below, (size_t)k * CACHE_GRANULE);
    if (!p) { /* what the thread keeps may be what is missing */
        give_all(h, t);
        p = (char *)heap_alloc(c->over.below, (size_t)k * CACHE_GRANULE);
    }
    if (p) {
        size_t granted = heap_usable(c->over.below, p) / CACHE_GRANULE;
        if (granted < c->lists && (!l->other || granted < l->other)) {
            l->other = (uint32_t)granted;
        }
        if (c->sends_home) {
            note_home(c, t, p);
        }
    }
    return p;
}

static void *alloc_cache(struct heap *h, size_t n)
{
    struct cache *c = (struct cache *)h;
    if (n > (size_t)(c->lists - 1) * CACHE_GRANULE) {
        void *p = heap_alloc(c->over.below, n);
        struct table *t = p ? NULL : find_table(c, region_thread(h->region));
        if (t) {
            give_all(h, t);
            p = heap_alloc(c->over.below, n);
        }
        return p;
    }
    uint32_t k = request_list(n), thread = region_thread(h->region);
    struct table *t = find_table(c, thread);
    if (!t && !(t = add_table(c, thread))) {
        return heap_alloc(c->over.below, (size_t)k * CACHE_GRANULE);
    }
    struct list *l = &t->list[k], *from = &t->list[l->other ? l->other : k];
    return from->count ? pop(from) : refill(h, t, l, k);
}

static void free_cache(struct heap *h, void *p)
{
    struct cache *c = (struct cache *)h;
    struct table *t = find_table(c, region_thread(h->region));
    if (!t || (c->sends_home && ((char *)p < t->home || (char *)p >= t->beyond))) {
        heap_free(c->over.below, p);
        return;
    }
    size_t usable = heap_usable(c->over.below, p), k = usable / CACHE_GRANULE;
    if (k >= c->lists || usable < sizeof(struct kept)) {
        heap_free(c->over.below, p);
        return;
    }
    struct list *l = &t->list[k];
    push(h, l, (char *)p);
    if (l->count > c->blocks) {
        give_rest(h, l, l->count - c->give_back);
    }
}

static void *realloc_cache(struct heap *h, void *p, size_t n)
{
    return heap_realloc(((struct cache *)h)->over.below, p, least(n));
}

static void *memalign_cache(struct heap *h, size_t align, size_t n)
{
    return heap_memalign(((struct cache *)h)->over.below, align, least(n));
}

static unsigned threads(const long *arg, unsigned below)
{
    (void)arg;
    return below;
}

const struct layer cache = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER | POLICY_KEEPS,
               .name = "cache",
               .summary = "each thread keeps small blocks that it has freed",
               .params = params,
               .open = open_cache,
               .alloc = alloc_cache,
               .free = free_cache,
               .usable = over_usable,
               .walk = walk_cache,
               .realloc = realloc_cache,
               .memalign = memalign_cache,
               .check = check_cache,
               .spare = over_spare,
               .explain = explain_cache,
               .inner = over_inner},
    .needs = LAYER_NEEDS_USABLE,
    .threads = threads,
};
