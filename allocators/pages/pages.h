/* SPDX-License-Identifier: MIT */
/* pages.h - the page level: runs of whole pages, for policies that keep objects in them.
 *
 * A map has one entry a page of the region, so that any address leads to its run. The map
 * is in-band: it begins behind the policy's own state and moves to a run of its own, twice
 * as large, when the heap outgrows it. Neighbouring free runs are joined at once; memory
 * above the last used run belongs to no run and is taken only when no free run fits.
 *
 * Complexity: taking, giving and resizing a run is O(1), save for the runs of nearly the
 * size wanted that are looked at, and for the map's rare moves.
 */
#ifndef FITLAB_PAGES_H
#define FITLAB_PAGES_H

#include <string.h>

#include "structures/bins.h"
#include "structures/growth.h"
#include "structures/size_class.h"
#include "structures/spans.h"

/* Of these pages, on every machine; those of the system may be larger. */
#define PAGE_BYTES ((size_t)4096)
#define PAGES_NONE SIZE_MAX

enum {
    PAGES_FINER = 3,       /* bins of free runs in a doubling of pages */
    PAGES_FIRST_MAP = 128, /* entries of a growable heap's first map */
    PAGES_KIND_BITS = 3
};

/* A map entry is a kind and a number. Entries inside a run that is not of objects have no meaning,
 * except that the last one of a used run never has the kind PAGES_FREE. */
enum pages_kind {
    PAGES_INSIDE,  /* how many pages back the run starts */
    PAGES_FREE,    /* length; in the first and in the last page of a free run */
    PAGES_WHOLE,   /* length; first page of one large block, or of the policy's own data */
    PAGES_OBJECTS, /* length; first page of a run that holds objects */
    PAGES_KEPT     /* length; first page of a free run that the policy keeps for itself */
};

struct pages {
    uint32_t *map;
    uint32_t *first_map; /* where the map was at first */
    size_t first_capacity;
    size_t capacity; /* pages that the map can describe */
    size_t count;    /* pages up to the end of the last used run */
    struct bins bins;
    enum growth grow;
};

static inline uint32_t pages_entry(enum pages_kind kind, size_t number)
{
    return (uint32_t)number << PAGES_KIND_BITS | (uint32_t)kind;
}

static inline enum pages_kind pages_kind(const struct pages *p, size_t page)
{
    return (enum pages_kind)(p->map[page] & ((1u << PAGES_KIND_BITS) - 1));
}

static inline size_t pages_number(const struct pages *p, size_t page)
{
    return p->map[page] >> PAGES_KIND_BITS;
}

static inline char *pages_address(const struct heap *h, size_t page)
{
    return h->region->base + page * PAGE_BYTES;
}

static inline size_t pages_index(const struct heap *h, const void *at)
{
    return (size_t)((const char *)at - h->region->base) / PAGE_BYTES;
}

static inline size_t pages_for(size_t bytes)
{
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
}

/* The first page of the used run of objects or large block that holds an address. */
static inline size_t pages_run_of(const struct heap *h, const struct pages *p, const void *at)
{
    size_t page = pages_index(h, at);
    return pages_kind(p, page) == PAGES_INSIDE ? page - pages_number(p, page) : page;
}

/* ---- free runs ---- */

static inline unsigned pages_bin(size_t n)
{
    return size_class_floor(n << SIZE_CLASS_GRANULE_LOG2, PAGES_FINER);
}

static inline void pages_list(struct heap *h, struct pages *p, size_t page, size_t n)
{
    struct block *b = (struct block *)(void *)pages_address(h, page);
    b->tag = n;
    p->map[page] = p->map[page + n - 1] = pages_entry(PAGES_FREE, n);
    bins_insert(&p->bins, pages_bin(n), b);
}

static inline void pages_unlist(struct heap *h, struct pages *p, size_t page)
{
    bins_remove(&p->bins, (struct block *)(void *)pages_address(h, page));
}

static inline void pages_mark_used(struct pages *p, size_t page, size_t n)
{
    p->map[page + n - 1] = pages_entry(PAGES_INSIDE, n - 1);
    p->map[page] = pages_entry(PAGES_WHOLE, n);
}

/* Takes n pages from the start of a free run. */
static inline void pages_carve(struct heap *h, struct pages *p, size_t page, size_t n)
{
    size_t all = pages_number(p, page);
    pages_unlist(h, p, page);
    if (all > n) {
        h->count.splits++;
        pages_list(h, p, page + n, all - n);
    }
    pages_mark_used(p, page, n);
}

/* A free run of n pages or more: the first in the bin of that size, else any of the next bin. */
static inline size_t pages_find(struct heap *h, struct pages *p, size_t n)
{
    unsigned bin = pages_bin(n);
    if (bin >= p->bins.count) {
        return PAGES_NONE;
    }
    struct block *b = p->bins.head[bin];
    for (; b; b = b->next) {
        h->count.probes++;
        if (b->tag >= n) {
            return pages_index(h, b);
        }
    }
    bin = bins_next(&p->bins, bin + 1, &h->count.probes);
    return bin < p->bins.count ? pages_index(h, p->bins.head[bin]) : PAGES_NONE;
}

/* ---- the map ---- */

/* Pages that the region can hold, and that an entry can number. */
static inline size_t pages_most(const struct heap *h)
{
    size_t most = (size_t)(h->region->limit - h->region->base) / PAGE_BYTES;
    return most >> (32 - PAGES_KIND_BITS) ? UINT32_MAX >> PAGES_KIND_BITS : most;
}

static inline void pages_free_run(struct heap *, struct pages *, size_t page);

/* Moves the map to a run of so many pages at the end, and frees its old run. */
static inline void pages_map_advance(struct heap *h, struct pages *p, size_t pages)
{
    uint32_t *to = (uint32_t *)(void *)pages_address(h, p->count);
    size_t old = pages_index(h, p->map);
    bool own = p->map != p->first_map;
    memcpy(to, p->map, p->count * sizeof *to);
    p->map = to;
    p->capacity = pages * PAGE_BYTES / sizeof *to;
    pages_mark_used(p, p->count, pages);
    p->count += pages;
    if (own) {
        pages_free_run(h, p, old);
    }
}

/* Makes room in the map for n more pages; may take a run at the end for it. */
static inline bool pages_map_reach(struct heap *h, struct pages *p, size_t n)
{
    const size_t in_page = PAGE_BYTES / sizeof *p->map;
    size_t most = pages_most(h), page = p->count;
    if (n > most - page) {
        return false;
    }
    if (page + n <= p->capacity) {
        return true;
    }
    size_t want = 2 * (page + n) < most ? 2 * (page + n) : most;
    size_t pages = (want + in_page - 1) / in_page;
    if (n > most - page - pages || page + pages + n > pages * in_page ||
        !growth_reach(h, p->grow, pages_address(h, page + pages))) {
        return false;
    }
    pages_map_advance(h, p, pages);
    return true;
}

/* Moves the map out of the way of a shrinking heap, if it is the last run: down to its first
 * place or to a free run, either of which need describe only what is below the old one.
 * False: it stays. */
static inline bool pages_map_retreat(struct heap *h, struct pages *p)
{
    size_t page = pages_index(h, p->map);
    if (p->map == p->first_map || page + pages_number(p, page) != p->count) {
        return false;
    }
    uint32_t *to = p->first_map;
    size_t capacity = p->first_capacity;
    if (page > capacity) {
        size_t n = pages_for(page * sizeof *to), at = pages_find(h, p, n);
        if (at == PAGES_NONE) {
            return false;
        }
        pages_carve(h, p, at, n);
        to = (uint32_t *)(void *)pages_address(h, at);
        capacity = n * PAGE_BYTES / sizeof *to;
    }
    memcpy(to, p->map, page * sizeof *to);
    p->map = to;
    p->capacity = capacity;
    p->count = page;
    if (pages_kind(p, page - 1) == PAGES_FREE) {
        p->count -= pages_number(p, page - 1);
        pages_unlist(h, p, p->count);
    }
    return true;
}

/* ---- taking and giving ---- */

/* Frees the run that starts at `page` and joins it with free runs beside it. */
static inline void pages_free_run(struct heap *h, struct pages *p, size_t page)
{
    size_t n = pages_number(p, page);
    if (page + n < p->count && pages_kind(p, page + n) == PAGES_FREE) {
        pages_unlist(h, p, page + n);
        n += pages_number(p, page + n);
        h->count.merges++;
    }
    if (pages_kind(p, page - 1) == PAGES_FREE) {
        size_t before = pages_number(p, page - 1);
        page -= before;
        n += before;
        pages_unlist(h, p, page);
        h->count.merges++;
    }
    if (page + n < p->count) {
        pages_list(h, p, page, n);
    } else {
        p->count = page;
    }
}

/* The same; then moves the break down as far as possible. */
static inline void pages_give(struct heap *h, struct pages *p, size_t page)
{
    pages_free_run(h, p, page);
    while (pages_map_retreat(h, p)) {
        /* again: the map's new run may now be the last one */
    }
    growth_release(h, p->grow, pages_address(h, p->count));
}

/* A used run of n pages, PAGES_WHOLE, or PAGES_NONE. */
static inline size_t pages_take(struct heap *h, struct pages *p, size_t n)
{
    size_t page = pages_find(h, p, n);
    if (page != PAGES_NONE) {
        pages_carve(h, p, page, n);
        return page;
    }
    if (!pages_map_reach(h, p, n) || !growth_reach(h, p->grow, pages_address(h, p->count + n))) {
        return PAGES_NONE;
    }
    page = p->count;
    p->count += n;
    pages_mark_used(p, page, n);
    return page;
}

/* Makes the used run n pages long without moving it, if it can. */
static inline bool pages_resize(struct heap *h, struct pages *p, size_t page, size_t n)
{
    size_t have = pages_number(p, page), next = page + have;
    if (n == have) {
        return true;
    }
    if (n < have) {
        pages_mark_used(p, page, n);
        pages_mark_used(p, page + n, have - n);
        h->count.splits++;
        pages_give(h, p, page + n);
        return true;
    }
    if (next == p->count) {
        if (page + n > p->capacity || !growth_reach(h, p->grow, pages_address(h, page + n))) {
            return false;
        }
        p->count = page + n;
    } else if (pages_kind(p, next) == PAGES_FREE && pages_number(p, next) >= n - have) {
        pages_carve(h, p, next, n - have);
    } else {
        return false;
    }
    pages_mark_used(p, page, n);
    return true;
}

/* Divides a used run; returns the first page of the second part. */
static inline size_t pages_split(struct heap *h, struct pages *p, size_t page, size_t n)
{
    size_t all = pages_number(p, page);
    pages_mark_used(p, page, n);
    pages_mark_used(p, page + n, all - n);
    h->count.splits++;
    return page + n;
}

/* The same as pages_take, at an address that is a multiple of align. */
static inline size_t pages_take_aligned(struct heap *h, struct pages *p, size_t n, size_t align)
{
    size_t spare = align > PAGE_BYTES ? align / PAGE_BYTES - 1 : 0;
    size_t page = pages_take(h, p, n + spare);
    if (page == PAGES_NONE || spare == 0) {
        return page;
    }
    size_t lead = ((0 - (size_t)pages_address(h, page)) & (align - 1)) / PAGE_BYTES;
    if (lead > 0) {
        size_t rest = pages_split(h, p, page, lead);
        pages_give(h, p, page);
        page = rest;
    }
    pages_resize(h, p, page, n);
    return page;
}

/* Opens the page level over a region whose policy keeps `state` bytes at the base, struct
 * heap and *p among them, already filled in. False: the region is too small. */
static inline bool pages_open(struct heap *h, struct pages *p, size_t state, long grow)
{
    struct region *r = h->region;
    size_t most = pages_most(h);
    enum growth rule = growth_for(r, grow);
    size_t capacity = rule == GROW_ARENA || most < PAGES_FIRST_MAP ? most : (size_t)PAGES_FIRST_MAP;
    unsigned bins = pages_bin(most) + 1;
    size_t map_at = state + bins_bytes(bins);
    size_t own = pages_for(map_at + capacity * sizeof *p->map);
    if (own >= most || own >= capacity) {
        return false;
    }
    growth_reach(h, rule, rule == GROW_ARENA ? r->limit : pages_address(h, own));
    uint32_t *map = (uint32_t *)(void *)(r->base + map_at);
    memset(p, 0, sizeof *p);
    p->map = p->first_map = map;
    p->capacity = p->first_capacity = capacity;
    p->count = own;
    p->grow = rule;
    bins_init(&p->bins, r->base + state, bins);
    pages_mark_used(p, 0, own);
    return true;
}

#endif
