/* SPDX-License-Identifier: MIT */
/* seqfit_exact.h - a best fit that finds its hole in bins: index=exact (exact_holes.h).
 *
 * Two ways lead through such a heap, with the same result.
 *
 * The general way is that of seqfit.h: it asks the index for a hole and tells it of every change.
 * It can do everything.
 *
 * The short way does what programs do most: take a small block out of a bin, and free a block that
 * makes a hole for a bin. There the order is a constant, and a function calls another one only as
 * the last thing that it does: so none needs a stack frame. That, and that each function is short
 * enough to keep its values in registers, is why its steps are functions of their own
 * (SEQFIT_APART) which come as arguments.
 */
#ifndef FITLAB_SEQFIT_EXACT_H
#define FITLAB_SEQFIT_EXACT_H

#include "fits/exact_holes.h"

/* ---- the general way: what seqfit.h asks of an index ---- */

static struct block *seqfit_exact_search(struct seqfit *h, size_t bytes)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    size_t g = 0;
    if (seqfit_is_small(h, bytes)) {
        g = size_bins_find(&e->bins, size_bins_of(bytes), &h->heap.count.probes);
    }
    if (g) {
        return *seqfit_exact_head(e, g);
    }
    h->heap.count.probes += e->least != NULL;
    return e->least && block_bytes(e->least) >= bytes ? e->least
                                                      : seqfit_tree_search_best(h, bytes);
}

/* Whether all holes have a rank: in the orders that neither an address nor a size gives. */
static inline bool seqfit_has_ranks(const struct seqfit *h)
{
    return h->list.order == ORDER_LIFO || h->list.order == ORDER_FIFO;
}

static void seqfit_exact_insert(struct seqfit *h, struct block *b)
{
    if (seqfit_has_ranks(h)) {
        seqfit_stamp(
            seqfit_tree_of(h), b,
            ((struct seqfit_links){seqfit_exact_link, seqfit_exact_remove, seqfit_exact_any}));
    }
    seqfit_exact_link(h, b);
}

static void seqfit_exact_replace(struct seqfit *h, struct block *old, struct block *b, size_t bytes)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    size_t before = b->tag & BLOCK_PREV_FREE;
    uint32_t rank = old->rank;
    bool ranks = seqfit_has_ranks(h);
    bool least = !ranks && old == e->least && seqfit_stays_least(e, bytes);
    if (!least) {
        seqfit_exact_remove(h, old);
    }
    block_set_hole(b, bytes, before);
    if (ranks) {
        b->rank = rank;
    }
    if (least) {
        e->least = b;
    } else {
        seqfit_exact_link(h, b);
    }
}

#define SEQFIT_EXACT                                                                               \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_exact_insert,                                           \
                          .remove = seqfit_exact_remove,                                           \
                          .replace = seqfit_exact_replace,                                         \
                          .reach = TREE_REACH})

SEQFIT_ENTRIES(seqfit_exact, SEQFIT_EXACT)

/* ---- the short way: allocating ---- */

/* Whether a request is for a block that a bin could hold, with one more bin above it. */
SEQFIT_INLINE bool seqfit_asks_small(const struct heap *heap, size_t n)
{
    return n < seqfit_exact_of((const struct seqfit *)heap)->small_request;
}

/* A block of g granules from b, the first hole of bin `from`, which is above g. */
SEQFIT_INLINE void *seqfit_exact_carve(struct seqfit_exact *e, struct block *b, size_t from,
                                       size_t g, enum list_order order)
{
    struct seqfit *h = &e->large.fit;
    size_t rest = (from - g) * FITLAB_ALIGN;
    if (rest < h->split_min) {
        block_use_whole(b, from * FITLAB_ALIGN);
        return seqfit_exact_pop(e, from, b, order);
    }
    h->heap.count.splits++;
    block_divide(b, g * FITLAB_ALIGN, rest);
    struct block *hole = block_at(b, g * FITLAB_ALIGN);
    if (order == ORDER_SIZE) { /* here only the put may call a function: it comes last */
        size_bins_pull(b);
        return seqfit_exact_put(e, from - g, hole, block_payload(b), order);
    }
    seqfit_exact_put(e, from - g, hole, NULL, order);
    return seqfit_exact_pop(e, from, b, order);
}

/* A small block of g granules for which no bin has a hole: from the least large hole if that stays
 * the least, or from above the break if there is none; else by the general way. */
SEQFIT_INLINE void *seqfit_exact_beyond(struct heap *heap, size_t g,
                                        void *(*general)(struct heap *, size_t n))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct seqfit *h = &e->large.fit;
    struct block *b = e->least;
    size_t bytes = g * FITLAB_ALIGN, rest = b ? block_bytes(b) - bytes : 0;
    if (b && !seqfit_is_small(h, rest)) {
        heap->count.probes++;
        heap->count.splits++;
        block_divide(b, bytes, rest);
        e->least = block_at(b, bytes);
        return block_payload(b);
    }
    if (b || region_bytes(heap->region) + bytes > e->fresh_reach ||
        !region_extend(heap->region, bytes)) {
        return general(heap, bytes - BLOCK_TAG);
    }
    heap->count.grows++;
    b = h->epilogue;
    h->epilogue = block_at(b, bytes);
    block_set_epilogue(h->epilogue);
    b->tag += bytes - BLOCK_LAST;
    return block_payload(b);
}

/* A small block of g granules from the first bin from `from` on that has a hole: `from` itself is
 * marked but empty. */
SEQFIT_INLINE void *seqfit_exact_swept(struct heap *heap, size_t g, size_t from,
                                       enum list_order order,
                                       void *(*beyond)(struct heap *, size_t g))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    from = size_bins_sweep(&e->bins, from, &heap->count.probes);
    return from ? seqfit_exact_carve(e, *seqfit_exact_head(e, from), from, g, order)
                : beyond(heap, g);
}

/* A small block of g granules from the bin of its size, or from the next one that has a hole. */
SEQFIT_INLINE void *seqfit_exact_take(struct heap *heap, size_t g, enum list_order order,
                                      void *(*swept)(struct heap *, size_t g, size_t from),
                                      void *(*beyond)(struct heap *, size_t g))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = *seqfit_exact_head(e, g);
    if (!size_bins_is_end(b)) {
        heap->count.probes++;
        block_use_whole(b, g * FITLAB_ALIGN);
        return seqfit_exact_pop(e, g, b, order);
    }
    size_t from = size_bins_next(&e->bins, g + 1, &heap->count.probes);
    if (!from) {
        return beyond(heap, g);
    }
    b = *seqfit_exact_head(e, from);
    return size_bins_is_end(b) ? swept(heap, g, from) : seqfit_exact_carve(e, b, from, g, order);
}

/* ---- the short way: freeing ---- */

/* Frees a block, not the last, that lies next to the least large hole, if the hole that they make
 * is still the least one. */
static bool seqfit_exact_free_to_least(struct seqfit_exact *e, struct block *b)
{
    struct seqfit *h = &e->large.fit;
    struct block *next = block_after(b), *start = b;
    size_t before = 0, after = block_is_free(next) ? block_bytes(next) : 0;
    if (block_prev_is_free(b)) {
        start = block_before(b);
        before = block_bytes(start);
    }
    bool low = start == e->least, high = next == e->least;
    size_t other = low ? after : before, bytes = before + block_bytes(b) + after;
    if (!(low || high) || bytes >= e->second || !seqfit_is_small(h, other) || !e->small_free) {
        return false;
    }
    h->heap.count.merges++;
    if (other) {
        h->heap.count.merges++;
        seqfit_exact_pull(e, size_bins_of(other), low ? next : start, h->list.order);
    }
    block_set_hole(start, bytes, 0);
    e->least = start;
    return true;
}

/* Frees a block that makes no hole for a bin. */
SEQFIT_APART void seqfit_exact_free_rest(struct heap *heap, void *p)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p);
    if ((block_after(b)->tag & BLOCK_LAST) || !seqfit_exact_free_to_least(e, b)) {
        seqfit_exact_free(heap, p);
    }
}

/* Frees a block that is not the last. Whether a hole lies before it (low) and after it (high) are
 * constants. */
SEQFIT_INLINE void seqfit_exact_join(struct heap *heap, void *p, bool low, bool high,
                                     enum list_order order)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b), *start = low ? block_before(b) : b;
    size_t before = low ? block_bytes(start) : 0, after = high ? block_bytes(next) : 0;
    size_t bytes = before + block_bytes(b) + after;
    if (bytes >= e->small_free) {
        seqfit_exact_free_rest(heap, p);
        return;
    }
    heap->count.merges += (uint64_t)low + high;
    if (low) {
        seqfit_exact_pull(e, size_bins_of(before), start, order);
    }
    *block_footer(start, bytes) = bytes;
    if (low || high) {
        start->tag = bytes | BLOCK_FREE;
    } else {
        start->tag |= BLOCK_FREE;
    }
    if (!high) {
        next->tag |= BLOCK_PREV_FREE;
    }
    seqfit_exact_put(e, size_bins_of(bytes), start, NULL, order);
    if (high) { /* last, as this may call a function; the links of `next` are still in place */
        seqfit_exact_pull(e, size_bins_of(after), next, order);
    }
}

/* Frees a block with a hole before it. */
SEQFIT_INLINE void seqfit_exact_free_after(struct heap *heap, void *p, enum list_order order)
{
    const struct block *next = block_after(block_of(p));
    if (!(next->tag & (BLOCK_FREE | BLOCK_LAST))) {
        seqfit_exact_join(heap, p, true, false, order);
    } else if (block_is_free(next)) {
        seqfit_exact_join(heap, p, true, true, order);
    } else {
        seqfit_exact_free_rest(heap, p);
    }
}

/* Frees a block with a hole, or the end of the heap, after it, but no hole before it. */
SEQFIT_INLINE void seqfit_exact_free_before(struct heap *heap, void *p, enum list_order order)
{
    if (block_after(block_of(p))->tag & BLOCK_LAST) {
        seqfit_exact_free_rest(heap, p);
    } else {
        seqfit_exact_join(heap, p, false, true, order);
    }
}

SEQFIT_INLINE void seqfit_exact_give(struct heap *heap, void *p, enum list_order order,
                                     void (*after)(struct heap *, void *),
                                     void (*before)(struct heap *, void *))
{
    const struct block *b = block_of(p);
    if (block_prev_is_free(b)) {
        after(heap, p);
    } else if (block_after(b)->tag & (BLOCK_FREE | BLOCK_LAST)) {
        before(heap, p);
    } else {
        seqfit_exact_join(heap, p, false, false, order);
    }
}

/* ---- the entries of order=size ---- */

SEQFIT_APART void *seqfit_alloc_beyond(struct heap *h, size_t g)
{
    return seqfit_exact_beyond(h, g, seqfit_exact_alloc);
}

SEQFIT_APART void *seqfit_by_size_swept(struct heap *h, size_t g, size_t from)
{
    return seqfit_exact_swept(h, g, from, ORDER_SIZE, seqfit_alloc_beyond);
}

static inline void *seqfit_by_size_alloc(struct heap *h, size_t n)
{
    return seqfit_asks_small(h, n)
               ? seqfit_exact_take(h, block_granules_for(n), ORDER_SIZE, seqfit_by_size_swept,
                                   seqfit_alloc_beyond)
               : seqfit_exact_alloc(h, n);
}

SEQFIT_APART void seqfit_by_size_free_after(struct heap *h, void *p)
{
    seqfit_exact_free_after(h, p, ORDER_SIZE);
}

SEQFIT_APART void seqfit_by_size_free_before(struct heap *h, void *p)
{
    seqfit_exact_free_before(h, p, ORDER_SIZE);
}

static inline void seqfit_by_size_free(struct heap *h, void *p)
{
    seqfit_exact_give(h, p, ORDER_SIZE, seqfit_by_size_free_after, seqfit_by_size_free_before);
}

/* ---- the entries of order=address ---- */

SEQFIT_APART void *seqfit_by_address_swept(struct heap *h, size_t g, size_t from)
{
    return seqfit_exact_swept(h, g, from, ORDER_ADDRESS, seqfit_alloc_beyond);
}

static inline void *seqfit_by_address_alloc(struct heap *h, size_t n)
{
    return seqfit_asks_small(h, n)
               ? seqfit_exact_take(h, block_granules_for(n), ORDER_ADDRESS, seqfit_by_address_swept,
                                   seqfit_alloc_beyond)
               : seqfit_exact_alloc(h, n);
}

SEQFIT_APART void seqfit_by_address_free_after(struct heap *h, void *p)
{
    seqfit_exact_free_after(h, p, ORDER_ADDRESS);
}

SEQFIT_APART void seqfit_by_address_free_before(struct heap *h, void *p)
{
    seqfit_exact_free_before(h, p, ORDER_ADDRESS);
}

static inline void seqfit_by_address_free(struct heap *h, void *p)
{
    seqfit_exact_give(h, p, ORDER_ADDRESS, seqfit_by_address_free_after,
                      seqfit_by_address_free_before);
}

/* ---- open ---- */

/* Bytes of a struct seqfit_exact with so many bins. */
static inline size_t seqfit_exact_bytes(unsigned bins)
{
    return offsetof(struct seqfit_exact, bins) + size_bins_bytes(bins);
}

/* The heap's own state takes `state` bytes, at least seqfit_exact_bytes(bins). */
static inline struct heap *seqfit_exact_open(const struct policy *policy, struct region *r,
                                             struct seqfit_options options, unsigned bins,
                                             size_t state)
{
    struct seqfit_tree *t = seqfit_tree_start(policy, r, options, SEQFIT_EXACT, state, true);
    if (!t) {
        return NULL;
    }
    struct seqfit_exact *e = seqfit_exact_of(&t->fit);
    t->space.key = TREE_BY_SIZE | TREE_BY_RANK;
    e->least = NULL;
    e->second = SIZE_MAX;
    size_bins_init(&e->bins, bins);
    e->small_request = (bins - 2) * FITLAB_ALIGN - BLOCK_TAG; /* so a bin above theirs is one */
    bool at_once = t->fit.coalesce == COALESCE_IMMEDIATE;
    e->small_free = at_once ? bins * FITLAB_ALIGN : 0;
    e->fresh_reach = at_once && t->fit.grow == GROW_EXACT ? TREE_REACH : 0;
    seqfit_fill(&t->fit, SEQFIT_EXACT);
    return &t->fit.heap;
}

#endif
