/* seqfit_short.h - the short ways through a heap with index=exact.
 *
 * A block from a bin, and a free that makes a hole for a bin, are what is common. They call
 * nothing and so need no stack frame; the rest is left to what all fits share. The result is
 * the same either way.
 */
#ifndef FITLAB_SEQFIT_SHORT_H
#define FITLAB_SEQFIT_SHORT_H

#include "seqfit_exact_check.h"

/* ---- allocating ---- */

/* A block of g granules from the first hole in a bin above g. */
SEQFIT_INLINE struct block *seqfit_exact_carve(struct seqfit_exact *e, size_t from, size_t g,
                                               enum list_order order)
{
    struct seqfit *h = &e->large.fit;
    struct block *b = *seqfit_exact_head(e, from);
    size_t bytes = g * FITLAB_ALIGN, rest = (from - g) * FITLAB_ALIGN;
    seqfit_exact_pull(e, from, b, order);
    if (rest >= h->split_min) {
        h->heap.count.splits++;
        b->tag = bytes | (b->tag & BLOCK_PREV_FREE);
        block_set_rest(block_at(b, bytes), rest);
        seqfit_exact_put(e, from - g, block_at(b, bytes), order);
    } else {
        block_use_whole(b, bytes + rest);
    }
    return b;
}

/* A block from above the break, if it is certain that no hole will do: none in a bin does, and any
 * large one would. Else NULL. */
SEQFIT_INLINE void *seqfit_exact_fresh(struct heap *heap, size_t n, struct seqfit_kind k)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct seqfit *h = &e->large.fit;
    if (n >= e->small_request || e->least || h->grow != GROW_EXACT || !e->small_free) {
        return NULL;
    }
    struct block *b = h->epilogue;
    size_t bytes = block_bytes_for(n);
    bool grown = bytes <= seqfit_room(h, k) && seqfit_extend(h, bytes);
    return grown ? block_payload(b) : NULL;
}

/* A block for which no bin has a hole, from the least large one; if there is none, it is left to
 * `fresh`. */
SEQFIT_INLINE void *seqfit_exact_beyond(struct heap *heap, size_t n, struct seqfit_kind k,
                                        void *(*fresh)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = e->least;
    if (n >= e->small_request || !b) {
        return fresh(heap, n);
    }
    heap->count.probes++;
    seqfit_take(&e->large.fit, b, block_bytes_for(n), k);
    return block_payload(b);
}

/* A block, small, from a hole in a bin that is at least `past` granules larger; if there is none,
 * it is left to `beyond`. */
SEQFIT_INLINE void *seqfit_exact_larger(struct heap *heap, size_t n, size_t past,
                                        enum list_order order,
                                        void *(*beyond)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    size_t g = size_bins_of(block_bytes_for(n));
    size_t from = size_bins_find(&e->bins, g + past, &heap->count.probes);
    return from ? block_payload(seqfit_exact_carve(e, from, g, order)) : beyond(heap, n);
}

SEQFIT_INLINE void *seqfit_exact_alloc(struct heap *heap, size_t n, enum list_order order,
                                       void *(*larger)(struct heap *, size_t),
                                       void *(*beyond)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    if (n >= e->small_request) {
        return beyond(heap, n);
    }
    size_t g = size_bins_of(block_bytes_for(n));
    struct block *b = *seqfit_exact_head(e, g);
    if (size_bins_is_end(&e->bins, b)) {
        return larger(heap, n);
    }
    seqfit_exact_pull(e, g, b, order);
    block_use_whole(b, g * FITLAB_ALIGN);
    heap->count.probes++;
    return block_payload(b);
}

/* ---- freeing ---- */

/* What a used block becomes with its free neighbours. */
struct seqfit_union {
    struct block *start;
    size_t before, after, bytes; /* the neighbours' and the whole */
};

SEQFIT_INLINE struct seqfit_union seqfit_exact_unite(const struct block *b)
{
    struct block *next = block_after(b);
    struct seqfit_union u = {.start = (struct block *)b};
    u.after = block_is_free(next) ? block_bytes(next) : 0;
    if (block_prev_is_free(b)) {
        u.start = block_before(b);
        u.before = block_bytes(u.start);
    }
    u.bytes = u.before + block_bytes(b) + u.after;
    return u;
}

/* Frees a block next to the least large hole. False: it is not, or there is more to do. */
SEQFIT_INLINE bool seqfit_exact_free_beside(struct heap *heap, void *p, enum list_order order)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b);
    struct seqfit_union u = seqfit_exact_unite(b);
    bool low = u.before && u.start == e->least, high = u.after && next == e->least;
    size_t other = low ? u.after : u.before;
    if (!(low || high) || !e->small_free || !seqfit_is_small(&e->large.fit, other) ||
        (e->large.fit.grow == GROW_EXACT && block_at(u.start, u.bytes) == e->large.fit.epilogue)) {
        return false;
    }
    heap->count.merges++;
    if (other) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(other), low ? next : u.start, order);
    }
    seqfit_exact_replace(&e->large.fit, e->least, u.start, u.bytes, order);
    return true;
}

SEQFIT_INLINE void seqfit_exact_free_merging(struct heap *heap, void *p, enum list_order order,
                                             void (*rare)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p);
    struct seqfit_union u = seqfit_exact_unite(b);
    if (u.bytes >= e->small_free || block_at(u.start, u.bytes)->tag & BLOCK_LAST) {
        rare(heap, p);
        return;
    }
    if (u.after) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(u.after), block_after(b), order);
    }
    if (u.before) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(u.before), u.start, order);
    }
    block_set_hole(u.start, u.bytes, 0);
    seqfit_exact_put(e, size_bins_of(u.bytes), u.start, order);
}

SEQFIT_INLINE void seqfit_exact_free(struct heap *heap, void *p, enum list_order order,
                                     void (*merging)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b);
    size_t bytes = block_bytes(b);
    if (((next->tag & (BLOCK_FREE | BLOCK_LAST)) | (b->tag & BLOCK_PREV_FREE)) != 0 ||
        bytes >= e->small_free) {
        merging(heap, p);
        return;
    }
    block_set_hole(b, bytes, 0);
    seqfit_exact_put(e, size_bins_of(bytes), b, order);
}

/* SEQFIT_ENTRIES with the short ways. */
#define SEQFIT_SHORT_ENTRIES(prefix, kind, order)                                                  \
    SEQFIT_RESIZING(prefix, kind)                                                                  \
    SEQFIT_SHORT_FREE(prefix, kind, order)                                                         \
    static __attribute__((noinline)) void *prefix##_alloc_rare(struct heap *h, size_t n)           \
    {                                                                                              \
        return seqfit_alloc(h, n, kind);                                                           \
    }                                                                                              \
    static __attribute__((noinline)) void *prefix##_alloc_fresh(struct heap *h, size_t n)          \
    {                                                                                              \
        void *p = seqfit_exact_fresh(h, n, kind);                                                  \
        return p ? p : prefix##_alloc_rare(h, n);                                                  \
    }                                                                                              \
    static __attribute__((noinline)) void *prefix##_alloc_beyond(struct heap *h, size_t n)         \
    {                                                                                              \
        return seqfit_exact_beyond(h, n, kind, prefix##_alloc_fresh);                              \
    }                                                                                              \
    static __attribute__((noinline)) void *prefix##_alloc_larger(struct heap *h, size_t n)         \
    {                                                                                              \
        return seqfit_exact_larger(h, n, 1, order, prefix##_alloc_beyond);                         \
    }                                                                                              \
    static void *prefix##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return seqfit_exact_alloc(h, n, order, prefix##_alloc_larger, prefix##_alloc_beyond);      \
    }

#define SEQFIT_SHORT_FREE(prefix, kind, order)                                                     \
    static __attribute__((noinline)) void prefix##_free_rare(struct heap *h, void *p)              \
    {                                                                                              \
        if (!seqfit_exact_free_beside(h, p, order)) {                                              \
            seqfit_free(h, p, kind);                                                               \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void prefix##_free_merging(struct heap *h, void *p)           \
    {                                                                                              \
        seqfit_exact_free_merging(h, p, order, prefix##_free_rare);                                \
    }                                                                                              \
    static void prefix##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        seqfit_exact_free(h, p, order, prefix##_free_merging);                                     \
    }

#endif
