/* seqfit_short.h - the short ways through a heap with index=exact.
 *
 * A block from a bin, and a free that makes a hole for a bin, are what is common. They call
 * nothing and so need no stack frame; the rest is left to what all fits share. The result is
 * the same either way.
 */
#ifndef FITLAB_SEQFIT_SHORT_H
#define FITLAB_SEQFIT_SHORT_H

#include "fits/seqfit_exact_check.h"

/* ---- allocating ---- */

/* A block of g granules from the first hole b in a bin above g. What may call something comes last.
 */
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
    if (order == ORDER_SIZE) {
        size_bins_pull(b);
        return seqfit_exact_put(e, from - g, hole, block_payload(b), order);
    }
    seqfit_exact_put(e, from - g, hole, NULL, order);
    return seqfit_exact_pop(e, from, b, order);
}

/* A request that needs a block of g granules. */
static inline size_t seqfit_request_for(size_t g)
{
    return g * FITLAB_ALIGN - BLOCK_TAG;
}

/* A small block from above the break, if it is certain that no hole will do: none in a bin does,
 * and any large one would; else it is left to `rare`. */
SEQFIT_INLINE void *seqfit_exact_fresh(struct heap *heap, size_t g,
                                       void *(*rare)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct seqfit *h = &e->large.fit;
    struct block *b = h->epilogue;
    size_t bytes = g * FITLAB_ALIGN;
    if (e->least || region_bytes(heap->region) + bytes > e->fresh_reach ||
        !region_extend(heap->region, bytes)) {
        return rare(heap, seqfit_request_for(g));
    }
    heap->count.grows++;
    h->epilogue = block_at(b, bytes);
    block_set_epilogue(h->epilogue);
    b->tag += bytes - BLOCK_LAST;
    return block_payload(b);
}

/* A small block for which no bin has a hole, from the least large one if that stays one; else it is
 * left to `fresh`. */
SEQFIT_INLINE void *seqfit_exact_beyond(struct heap *heap, size_t g,
                                        void *(*fresh)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = e->least;
    if (!b) {
        return fresh(heap, g);
    }
    size_t bytes = g * FITLAB_ALIGN, rest = block_bytes(b) - bytes;
    if (seqfit_is_small(&e->large.fit, rest)) {
        return fresh(heap, g);
    }
    heap->count.probes++;
    heap->count.splits++;
    block_divide(b, bytes, rest);
    e->least = block_at(b, bytes);
    return block_payload(b);
}

/* A small block from the first bin from `from` on that has a hole, marked ones being empty perhaps;
 * if there is none, it is left to `beyond`. */
SEQFIT_INLINE void *seqfit_exact_swept(struct heap *heap, size_t g, size_t from,
                                       enum list_order order,
                                       void *(*beyond)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    from = size_bins_sweep(&e->bins, from, &heap->count.probes);
    return from ? seqfit_exact_carve(e, *seqfit_exact_head(e, from), from, g, order)
                : beyond(heap, g);
}

/* A small block of g granules from a hole in a bin from `least` on. */
SEQFIT_INLINE void *seqfit_exact_larger(struct heap *heap, size_t g, size_t least,
                                        enum list_order order,
                                        void *(*swept)(struct heap *, size_t, size_t),
                                        void *(*beyond)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    size_t from = size_bins_next(&e->bins, least, &heap->count.probes);
    if (!from) {
        return beyond(heap, g);
    }
    struct block *b = *seqfit_exact_head(e, from);
    return size_bins_is_end(b) ? swept(heap, g, from) : seqfit_exact_carve(e, b, from, g, order);
}

SEQFIT_INLINE void *seqfit_exact_alloc(struct heap *heap, size_t n, enum list_order order,
                                       void *(*larger)(struct heap *, size_t),
                                       void *(*rare)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    if (n >= e->small_request) {
        return rare(heap, n);
    }
    size_t g = block_granules_for(n);
    struct block *b = *seqfit_exact_head(e, g);
    if (size_bins_is_end(b)) {
        return larger(heap, g);
    }
    heap->count.probes++;
    block_use_whole(b, g * FITLAB_ALIGN);
    return seqfit_exact_pop(e, g, b, order);
}

/* ---- freeing ---- */

/* Frees a block that makes a large hole, next to the least one and leaving it that; else it is left
 * to `rare`. The block is not the last. */
SEQFIT_INLINE void seqfit_exact_free_large(struct heap *heap, void *p, enum list_order order,
                                           void (*rare)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b), *start = b;
    size_t before = 0, after = block_is_free(next) ? block_bytes(next) : 0;
    if (block_prev_is_free(b)) {
        start = block_before(b);
        before = block_bytes(start);
    }
    bool low = start == e->least, high = next == e->least;
    size_t other = low ? after : before, bytes = before + block_bytes(b) + after;
    if (!(low || high) || bytes >= e->second || !seqfit_is_small(&e->large.fit, other) ||
        !e->small_free) {
        rare(heap, p);
        return;
    }
    heap->count.merges++;
    if (other) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(other), low ? next : start, order);
    }
    block_set_hole(start, bytes, 0);
    e->least = start;
}

/* Frees the last block, and moves the break down to it; if there is more to do, it is left to
 * `rare`. */
SEQFIT_INLINE void seqfit_exact_free_last(struct heap *heap, void *p, enum list_order order,
                                          void (*rare)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p);
    struct block *before = block_prev_is_free(b) ? block_before(b) : NULL;
    size_t bytes = before ? block_bytes(before) : 0;
    if (!e->fresh_reach || !seqfit_is_small(&e->large.fit, bytes)) {
        rare(heap, p);
        return;
    }
    if (before) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(bytes), before, order);
        b = before;
    }
    block_set_epilogue(b);
    e->large.fit.epilogue = b;
    region_trim(heap->region, block_payload(b));
    heap->count.trims++;
}

/* Frees a block with a hole before it, with one after it, or both: constants. */
SEQFIT_INLINE void seqfit_exact_join(struct heap *heap, void *p, bool low, bool high,
                                     enum list_order order, void (*rare)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b), *start = low ? block_before(b) : b;
    size_t before = low ? block_bytes(start) : 0, after = high ? block_bytes(next) : 0;
    size_t bytes = before + block_bytes(b) + after;
    if (bytes >= e->small_free) {
        rare(heap, p);
        return;
    }
    heap->count.merges += (uint64_t)low + high;
    if (low) {
        seqfit_exact_pull(e, size_bins_of(before), start, order);
    }
    *block_footer(start, bytes) = bytes;
    start->tag = bytes | BLOCK_FREE;
    if (!high) {
        next->tag |= BLOCK_PREV_FREE;
    }
    seqfit_exact_put(e, size_bins_of(bytes), start, NULL, order);
    if (high) { /* its links are where they were; what may call something comes last */
        seqfit_exact_pull(e, size_bins_of(after), next, order);
    }
}

/* Frees a block before a hole or the end of the heap. */
SEQFIT_INLINE void seqfit_exact_free_before(struct heap *heap, void *p, enum list_order order,
                                            void (*last)(struct heap *, void *),
                                            void (*large)(struct heap *, void *))
{
    if (block_after(block_of(p))->tag & BLOCK_LAST) {
        last(heap, p);
    } else {
        seqfit_exact_join(heap, p, false, true, order, large);
    }
}

/* Frees a block after a hole. */
SEQFIT_INLINE void seqfit_exact_free_after(struct heap *heap, void *p, enum list_order order,
                                           void (*between)(struct heap *, void *),
                                           void (*last)(struct heap *, void *),
                                           void (*large)(struct heap *, void *))
{
    const struct block *next = block_after(block_of(p));
    if (!(next->tag & (BLOCK_FREE | BLOCK_LAST))) {
        seqfit_exact_join(heap, p, true, false, order, large);
    } else if (block_is_free(next)) {
        between(heap, p);
    } else {
        last(heap, p);
    }
}

SEQFIT_INLINE void seqfit_exact_free(struct heap *heap, void *p, enum list_order order,
                                     void (*after)(struct heap *, void *),
                                     void (*before)(struct heap *, void *),
                                     void (*large)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b);
    size_t bytes = block_bytes(b);
    if (block_prev_is_free(b)) {
        after(heap, p);
    } else if (next->tag & (BLOCK_FREE | BLOCK_LAST)) {
        before(heap, p);
    } else if (bytes >= e->small_free) {
        large(heap, p);
    } else {
        *block_footer(b, bytes) = bytes;
        b->tag |= BLOCK_FREE;
        next->tag |= BLOCK_PREV_FREE;
        seqfit_exact_put(e, size_bins_of(bytes), b, NULL, order);
    }
}

#define SEQFIT_APART static __attribute__((noinline))

/* SEQFIT_ENTRIES with the short ways. */
#define SEQFIT_SHORT_ENTRIES(prefix, kind, order)                                                  \
    SEQFIT_RESIZING(prefix, kind)                                                                  \
    SEQFIT_SHORT_FREE(prefix, kind, order)                                                         \
    SEQFIT_APART void *prefix##_alloc_rare(struct heap *h, size_t n)                               \
    {                                                                                              \
        return seqfit_alloc(h, n, kind);                                                           \
    }                                                                                              \
    SEQFIT_APART void *prefix##_alloc_fresh(struct heap *h, size_t g)                              \
    {                                                                                              \
        return seqfit_exact_fresh(h, g, prefix##_alloc_rare);                                      \
    }                                                                                              \
    SEQFIT_APART void *prefix##_alloc_beyond(struct heap *h, size_t g)                             \
    {                                                                                              \
        return seqfit_exact_beyond(h, g, prefix##_alloc_fresh);                                    \
    }                                                                                              \
    SEQFIT_APART void *prefix##_alloc_swept(struct heap *h, size_t g, size_t from)                 \
    {                                                                                              \
        return seqfit_exact_swept(h, g, from, order, prefix##_alloc_beyond);                       \
    }                                                                                              \
    SEQFIT_APART void *prefix##_alloc_larger(struct heap *h, size_t g)                             \
    {                                                                                              \
        return seqfit_exact_larger(h, g, g + 1, order, prefix##_alloc_swept,                       \
                                   prefix##_alloc_beyond);                                         \
    }                                                                                              \
    static void *prefix##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return seqfit_exact_alloc(h, n, order, prefix##_alloc_larger, prefix##_alloc_rare);        \
    }

#define SEQFIT_SHORT_FREE(prefix, kind, order)                                                     \
    SEQFIT_APART void prefix##_free_rare(struct heap *h, void *p)                                  \
    {                                                                                              \
        seqfit_free(h, p, kind);                                                                   \
    }                                                                                              \
    SEQFIT_APART void prefix##_free_large(struct heap *h, void *p)                                 \
    {                                                                                              \
        seqfit_exact_free_large(h, p, order, prefix##_free_rare);                                  \
    }                                                                                              \
    SEQFIT_APART void prefix##_free_last(struct heap *h, void *p)                                  \
    {                                                                                              \
        seqfit_exact_free_last(h, p, order, prefix##_free_rare);                                   \
    }                                                                                              \
    SEQFIT_APART void prefix##_free_between(struct heap *h, void *p)                               \
    {                                                                                              \
        seqfit_exact_join(h, p, true, true, order, prefix##_free_large);                           \
    }                                                                                              \
    SEQFIT_APART void prefix##_free_after(struct heap *h, void *p)                                 \
    {                                                                                              \
        seqfit_exact_free_after(h, p, order, prefix##_free_between, prefix##_free_last,            \
                                prefix##_free_large);                                              \
    }                                                                                              \
    SEQFIT_APART void prefix##_free_before(struct heap *h, void *p)                                \
    {                                                                                              \
        seqfit_exact_free_before(h, p, order, prefix##_free_last, prefix##_free_large);            \
    }                                                                                              \
    static void prefix##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        seqfit_exact_free(h, p, order, prefix##_free_after, prefix##_free_before,                  \
                          prefix##_free_large);                                                    \
    }

#endif
