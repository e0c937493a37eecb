/* SPDX-License-Identifier: MIT */
/* slab.c - object caches over slabs.
 *
 * One cache a size class. A slab is a run of pages from the page level (pages.h), cut into
 * at least eight objects (objects.h), so that its tail wastes less than an eighth of it.
 * A cache takes objects from its partial slabs, then from an empty one, then from a new
 * one; full slabs are in no list. An empty slab goes back to the page level unless the
 * cache keeps it; when the page level runs out, every cache gives its empty slabs back.
 * Colouring starts the objects of successive slabs at different cache lines, as far as the
 * tail allows. Requests above `large` go straight to the page level.
 *
 * Complexity: constant, save for what the page level does.
 *
 * Source: J. Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator",
 * USENIX Summer 1994.
 */
#include "pages/paged_check.h"
#include "pages/paged_explain.h"

enum { CACHE_LINE = 64 };

struct cache {
    struct objects *partial; /* slabs with live and with free objects, latest first */
    struct objects *empty;   /* slabs without live objects */
    uint32_t empties;
    uint32_t colour; /* of the next slab */
};

struct slab {
    struct paged paged;
    uint32_t keep; /* empty slabs that a cache holds on to */
    bool colouring;
    struct cache cache[];
};

enum slab_arg { ARG_CLASSES, ARG_LARGE, ARG_KEEP, ARG_COLOUR, ARG_GROW };

static const struct param params[] = {
    [ARG_CLASSES] = PAGED_CLASSES_PARAM(1),
    [ARG_LARGE] = PAGED_LARGE_PARAM,
    [ARG_KEEP] = {.name = "keep",
                  .help = "empty slabs that a cache holds on to",
                  .unit = "slabs",
                  .init = 1,
                  .max = 1000000},
    [ARG_COLOUR] = {.name = "colour",
                    .help = "start the objects of successive slabs at different cache lines",
                    .init = 1,
                    .max = 1},
    [ARG_GROW] = GROWTH_PARAM,
    PARAM_END,
};

static size_t state_bytes(unsigned classes)
{
    return sizeof(struct slab) + classes * sizeof(struct cache);
}

static void push(struct objects **list, struct objects *o)
{
    o->prev = NULL;
    o->next = *list;
    if (o->next) {
        o->next->prev = o;
    }
    *list = o;
}

static void unlink_from(struct objects **list, struct objects *o)
{
    *(o->prev ? &o->prev->next : list) = o->next;
    if (o->next) {
        o->next->prev = o->prev;
    }
}

/* ---- empty slabs ---- */

static void give_back(struct slab *s, struct objects *o)
{
    pages_give(&s->paged.heap, &s->paged.pages, pages_index(&s->paged.heap, o));
}

/* Gives every empty slab back to the page level; false if there was none. */
static bool reap(struct slab *s)
{
    bool any = false;
    for (unsigned k = 0; k < s->paged.classes; k++) {
        struct cache *c = &s->cache[k];
        while (c->empty) {
            struct objects *o = c->empty;
            unlink_from(&c->empty, o);
            give_back(s, o);
            any = true;
        }
        c->empties = 0;
    }
    return any;
}

/* A slab of the class that has free objects, now the first of the partial ones, or NULL. */
static struct objects *refill(struct slab *s, unsigned k)
{
    struct cache *c = &s->cache[k];
    struct objects *o = c->empty;
    if (o) {
        unlink_from(&c->empty, o);
        c->empties--;
    } else {
        o = paged_new_run(&s->paged, k, c->colour);
        if (!o && reap(s)) {
            o = paged_new_run(&s->paged, k, c->colour);
        }
        if (!o) {
            return NULL;
        }
        size_t bytes = objects_pages(o->bytes) * PAGE_BYTES;
        size_t tail = bytes - OBJECTS_HEADER - (size_t)o->total * o->bytes;
        c->colour += CACHE_LINE;
        if (!s->colouring || c->colour > tail) {
            c->colour = 0;
        }
    }
    push(&c->partial, o);
    return o;
}

/* ---- the contract ---- */

static void *alloc_large(struct slab *s, size_t align, size_t n)
{
    void *p = paged_alloc_large(&s->paged, align, n);
    return p || n > FITLAB_MAX_REQUEST || !reap(s) ? p : paged_alloc_large(&s->paged, align, n);
}

static void *slab_alloc(struct heap *h, size_t n)
{
    struct slab *s = (struct slab *)h;
    if (n > s->paged.large) {
        return alloc_large(s, FITLAB_ALIGN, n);
    }
    unsigned k = paged_class(&s->paged, n);
    struct objects *o = s->cache[k].partial;
    h->count.probes++;
    if (!o) {
        o = refill(s, k);
        if (!o) {
            return NULL;
        }
    }
    void *p = objects_take(o);
    if (o->live_count == o->total) {
        unlink_from(&s->cache[k].partial, o);
    }
    return p;
}

static void slab_free(struct heap *h, void *p)
{
    struct slab *s = (struct slab *)h;
    if (paged_is_large(&s->paged, p)) {
        paged_free_large(&s->paged, p);
        return;
    }
    struct objects *o = paged_objects(&s->paged, p);
    struct cache *c = &s->cache[o->class];
    if (o->live_count == o->total) {
        push(&c->partial, o);
    }
    objects_give(o, p);
    if (o->live_count > 0) {
        return;
    }
    unlink_from(&c->partial, o);
    if (c->empties < s->keep) {
        push(&c->empty, o);
        c->empties++;
    } else {
        give_back(s, o);
    }
}

static void *slab_memalign(struct heap *h, size_t align, size_t n)
{
    void *p = paged_memalign(h, align, n);
    return p || n > FITLAB_MAX_REQUEST || !reap((struct slab *)h) ? p : paged_memalign(h, align, n);
}

/* Counts a list's slabs and adds them to *total; false if it links to anything else. */
static bool check_list(const struct slab *s, const struct objects *list, unsigned k, bool empty,
                       size_t *total, size_t most)
{
    const struct objects *before = NULL;
    for (const struct objects *o = list; o; before = o, o = o->next) {
        if (*total == most || !paged_starts_run(&s->paged, o, PAGES_OBJECTS) || o->class != k ||
            o->prev != before || (o->live_count == 0) != empty || o->live_count == o->total) {
            return false;
        }
        ++*total;
    }
    return true;
}

/* Slabs that have free objects, and so belong in a list. */
static size_t count_open_slabs(const struct slab *s)
{
    const struct pages *g = &s->paged.pages;
    size_t open = 0;
    for (size_t page = 0; page < g->count; page += pages_number(g, page)) {
        if (pages_kind(g, page) == PAGES_OBJECTS) {
            const struct objects *o =
                (const struct objects *)(void *)pages_address(&s->paged.heap, page);
            open += o->live_count < o->total;
        }
    }
    return open;
}

static const char *slab_check(const struct heap *h)
{
    const struct slab *s = (const struct slab *)h;
    struct paged_census census;
    const char *wrong = paged_check(&s->paged, state_bytes(s->paged.classes), &census);
    if (wrong) {
        return wrong;
    }
    size_t listed = 0;
    for (unsigned k = 0; k < s->paged.classes; k++) {
        const struct cache *c = &s->cache[k];
        size_t before = listed;
        if (!check_list(s, c->empty, k, true, &listed, census.object_runs) ||
            listed - before != c->empties ||
            !check_list(s, c->partial, k, false, &listed, census.object_runs)) {
            return "the slabs of a cache are not properly linked";
        }
        if (c->colour % CACHE_LINE) {
            return "the colour of a cache is damaged";
        }
    }
    return listed == count_open_slabs(s) ? NULL : "a slab with free objects is in no list";
}

static void explain_state(struct parts *p, const struct paged *paged)
{
    const struct slab *s = (const struct slab *)paged;
    parts_number(p, &s->keep, sizeof s->keep, "keep");
    for (unsigned k = 0; k < paged->classes; k++) {
        const struct cache *c = &s->cache[k];
        size_t bytes = size_class_bytes(k, paged->finer);
        parts_head(p, &c->partial, sizeof c->partial, "partial slabs", c->partial, bytes);
        parts_head(p, &c->empty, sizeof c->empty, "empty slabs", c->empty, bytes);
        parts_number(p, &c->empties, sizeof c->empties, "number of empty slabs");
        parts_number(p, &c->colour, sizeof c->colour, "colour of the next slab");
    }
}

static void slab_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    paged_spare(h, visit, ctx, 0);
}

static void slab_explain(const struct heap *h, const struct span *s, part_visitor *visit, void *ctx)
{
    paged_explain(h, s, visit, ctx, 0, explain_state);
}

static struct heap *slab_open(const struct policy *policy, struct region *r, const long *arg)
{
    struct paged paged = paged_of((size_t)arg[ARG_LARGE], size_class_finer[arg[ARG_CLASSES]]);
    if (!paged_open(&paged, policy, r, state_bytes(paged.classes), arg[ARG_GROW])) {
        return NULL;
    }
    struct slab *s = (struct slab *)(void *)r->base;
    s->paged = paged;
    s->keep = (uint32_t)arg[ARG_KEEP];
    s->colouring = arg[ARG_COLOUR] != 0;
    memset(s->cache, 0, paged.classes * sizeof *s->cache);
    return &s->paged.heap;
}

const struct policy slab = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_COARSE,
    .name = "slab",
    .summary = "caches of equal objects over slabs, over a page level",
    .params = params,
    .open = slab_open,
    .alloc = slab_alloc,
    .free = slab_free,
    .usable = paged_usable,
    .walk = paged_walk,
    .realloc = paged_realloc,
    .memalign = slab_memalign,
    .check = slab_check,
    .spare = slab_spare,
    .explain = slab_explain,
};
