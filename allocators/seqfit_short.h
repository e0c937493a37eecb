/* seqfit_short.h - the short ways through a heap with index=exact.
 *
 * A block from a bin, and a free that makes a hole for a bin, are what is common. They call
 * nothing and so need no stack frame; the rest is left to what all fits share. The result is
 * the same either way.
 */
#ifndef FITLAB_SEQFIT_SHORT_H
#define FITLAB_SEQFIT_SHORT_H

#include "seqfit_exact.h"

/* A block of g granules from the first hole in a bin above g. */
SEQFIT_INLINE struct block *seqfit_exact_carve(struct seqfit_exact *e, unsigned from, unsigned g,
                                               bool stacked)
{
    struct seqfit *h = &e->large.fit;
    struct block *b = seqfit_exact_pop(e, from, stacked);
    size_t bytes = g * FITLAB_ALIGN, rest = (from - g) * FITLAB_ALIGN;
    if (rest >= h->split_min) {
        h->heap.count.splits++;
        b->tag = bytes | (b->tag & BLOCK_PREV_FREE);
        block_set_hole(block_at(b, bytes), rest, 0);
        seqfit_exact_put(e, from - g, block_at(b, bytes), stacked);
    } else {
        block_use_whole(b, bytes + rest);
    }
    return b;
}

/* A block from above the break, if it is certain that no hole will do: no bin had one, and any
 * large hole would. Else NULL. */
SEQFIT_INLINE void *seqfit_exact_fresh(struct heap *heap, size_t n)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct seqfit *h = &e->large.fit;
    if (n >= e->small_request || e->large.root || h->grow != GROW_EXACT || !e->small_free) {
        return NULL;
    }
    struct block *b = h->epilogue;
    size_t bytes = block_bytes_for(n);
    bool grown = bytes <= seqfit_room(h, SEQFIT_BY_SIZE) && seqfit_extend(h, bytes);
    return grown ? block_payload(b) : NULL;
}

SEQFIT_INLINE void *seqfit_exact_alloc(struct heap *heap, size_t n, bool stacked,
                                       void *(*rare)(struct heap *, size_t))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    if (n >= e->small_request) {
        return rare(heap, n);
    }
    unsigned g = size_bins_of(block_bytes_for(n));
    if (*seqfit_exact_head(e, g)) {
        struct block *b = seqfit_exact_pop(e, g, stacked);
        block_use_whole(b, g * FITLAB_ALIGN);
        heap->count.probes++;
        return block_payload(b);
    }
    unsigned from = size_bins_find(&e->bins, g, &heap->count.probes);
    return from ? block_payload(seqfit_exact_carve(e, from, g, stacked)) : rare(heap, n);
}

SEQFIT_INLINE void seqfit_exact_free_merging(struct heap *heap, void *p, bool stacked,
                                             void (*rare)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b), *start = b;
    size_t after = block_is_free(next) ? block_bytes(next) : 0, before = 0;
    if (block_prev_is_free(b)) {
        start = block_before(b);
        before = block_bytes(start);
    }
    size_t bytes = before + block_bytes(b) + after;
    if (bytes >= e->small_free || block_at(start, bytes) == e->large.fit.epilogue) {
        rare(heap, p);
        return;
    }
    if (after) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(after), next, stacked);
    }
    if (before) {
        heap->count.merges++;
        seqfit_exact_pull(e, size_bins_of(before), start, stacked);
    }
    block_set_hole(start, bytes, 0);
    seqfit_exact_put(e, size_bins_of(bytes), start, stacked);
}

SEQFIT_INLINE void seqfit_exact_free(struct heap *heap, void *p, bool stacked,
                                     void (*merging)(struct heap *, void *))
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b);
    size_t bytes = block_bytes(b);
    if (block_is_free(next) || block_prev_is_free(b) || bytes >= e->small_free ||
        next == e->large.fit.epilogue) {
        merging(heap, p);
        return;
    }
    block_set_hole(b, bytes, 0);
    seqfit_exact_put(e, size_bins_of(bytes), b, stacked);
}

/* SEQFIT_ENTRIES with the short ways. */
#define SEQFIT_SHORT_ENTRIES(prefix, kind, stacked)                                                \
    SEQFIT_RESIZING(prefix, kind)                                                                  \
    SEQFIT_SHORT_FREE(prefix, kind, stacked)                                                       \
    static __attribute__((noinline)) void *prefix##_alloc_rare(struct heap *h, size_t n)           \
    {                                                                                              \
        return seqfit_alloc(h, n, kind);                                                           \
    }                                                                                              \
    static __attribute__((noinline)) void *prefix##_alloc_fresh(struct heap *h, size_t n)          \
    {                                                                                              \
        void *p = seqfit_exact_fresh(h, n);                                                        \
        return p ? p : prefix##_alloc_rare(h, n);                                                  \
    }                                                                                              \
    static void *prefix##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return seqfit_exact_alloc(h, n, stacked, prefix##_alloc_fresh);                            \
    }

#define SEQFIT_SHORT_FREE(prefix, kind, stacked)                                                   \
    static __attribute__((noinline)) void prefix##_free_rare(struct heap *h, void *p)              \
    {                                                                                              \
        seqfit_free(h, p, kind);                                                                   \
    }                                                                                              \
    static __attribute__((noinline)) void prefix##_free_merging(struct heap *h, void *p)           \
    {                                                                                              \
        seqfit_exact_free_merging(h, p, stacked, prefix##_free_rare);                              \
    }                                                                                              \
    static void prefix##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        seqfit_exact_free(h, p, stacked, prefix##_free_merging);                                   \
    }

#endif
