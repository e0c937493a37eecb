/* SPDX-License-Identifier: MIT */
/* slim_resize.h - realloc and memalign of slim-fit. */
#ifndef FITLAB_SLIM_RESIZE_H
#define FITLAB_SLIM_RESIZE_H

#include <string.h>

#include "slim/slim_heap.h"

/* Frees what the used block of `have` granules at g has beyond m, if that is enough for a block. */
SLIM_INLINE void slim_shrink(struct slim *h, uint32_t g, uint32_t have, uint32_t m,
                             enum slim_header k)
{
    if (have - m >= slim_least(k)) {
        h->heap.count.splits++;
        slim_unuse(h, g, have, k);
        slim_cut(h, g + m, k);
        slim_set_used(h, g + m, have - m, k);
        slim_set_used(h, g, m, k);
        slim_release(h, g + m, have - m, k);
    }
}

/* Adds m granules to the used block of `have` that the heap ends with, if they can follow it. */
SLIM_INLINE bool slim_grow_last(struct slim *h, uint32_t g, uint32_t have, uint32_t m,
                                enum slim_header k)
{
    if (m > h->limit - h->end || slim_bits_for(h, m, k) > 0) {
        return false;
    }
    uint32_t end = h->end;
    slim_extend(h, m, 0, k);
    slim_join(h, end, k);
    slim_set_used(h, g, have + m, k);
    return true;
}

/* Makes the used block of `have` granules at g at least m large without moving it, if it can. */
SLIM_INLINE bool slim_stretch(struct slim *h, uint32_t g, uint32_t have, uint32_t m,
                              enum slim_header k)
{
    uint32_t next = g + have;
    uint32_t spare = slim_is_free(h, next, k) ? slim_hole_size(h, next, k) : 0;
    if (have + spare < m) {
        if (h->grow == GROW_EXACT && next == h->end) {
            return slim_grow_last(h, g, have, m - have, k);
        }
        if (h->grow != GROW_STEP || next + spare != h->end ||
            slim_bits_for(h, slim_steps(h, m - have - spare), k) > 0 ||
            !slim_widen(h, m - have, k)) {
            return false;
        }
    }
    slim_take(h, next, m - have < slim_least(k) ? slim_least(k) : m - have, k);
    uint32_t more = slim_used_size(h, next, k);
    slim_unuse(h, next, more, k);
    slim_join(h, next, k);
    slim_set_used(h, g, have + more, k);
    return true;
}

SLIM_INLINE void *slim_realloc(struct heap *heap, void *p, size_t n, enum slim_header k)
{
    struct slim *h = (struct slim *)heap;
    if (n > FITLAB_MAX_REQUEST || slim_granules_for(n, k) > h->limit) {
        return NULL;
    }
    uint32_t g = slim_granule(h, p), m = (uint32_t)slim_granules_for(n, k);
    uint32_t have = slim_used_size(h, g, k);
    if (m <= have) {
        slim_shrink(h, g, have, m, k);
        return p;
    }
    if (slim_stretch(h, g, have, m, k)) {
        return p;
    }
    void *q = slim_alloc(heap, n, k);
    if (q) {
        size_t keep = have * FITLAB_ALIGN - slim_header_bytes(k);
        memcpy(q, p, keep);
        h->heap.count.moved_bytes += keep;
        slim_release(h, g, have, k);
    }
    return q;
}

/* Granules to skip in a block at g so that the payload is aligned: 0, or enough for a hole. */
SLIM_INLINE size_t slim_lead(const struct slim *h, uint32_t g, size_t align, enum slim_header k)
{
    size_t lead = ((0 - (uintptr_t)slim_payload(h, g)) & (align - 1)) / FITLAB_ALIGN;
    return lead == 0 || lead >= slim_least(k) ? lead : lead + align / FITLAB_ALIGN;
}

/* Granules that can hold an aligned block of m wherever they begin. */
SLIM_INLINE size_t slim_wide(size_t m, size_t align, enum slim_header k)
{
    size_t spare = slim_least(k) > 2 ? slim_least(k) - 1 : 1;
    return m + align / FITLAB_ALIGN + spare;
}

/* A hole that can hold an aligned block of m granules, or 0: the best fit for a request that is not
 * aligned, if the block can lie there, else the best fit among those that hold it wherever they
 * begin. */
SLIM_INLINE uint32_t slim_find_aligned(struct slim *h, size_t align, size_t m, enum slim_header k)
{
    uint32_t g = slim_find(h, m, k);
    return g && slim_hole_size(h, g, k) >= slim_lead(h, g, align, k) + m
               ? g
               : slim_find(h, slim_wide(m, align, k), k);
}

/* The lowest hole that can hold an aligned block of m granules because of its own address, or 0.
 * This looks at all blocks of the heap, so it is for a heap that would otherwise refuse the
 * request. */
SLIM_INLINE uint32_t slim_find_lying(struct slim *h, size_t align, size_t m, enum slim_header k)
{
    for (uint32_t g = h->first; g != h->end; g += slim_size(h, g, k)) {
        if (slim_is_free(h, g, k)) {
            h->heap.count.probes++;
            if (slim_hole_size(h, g, k) >= slim_lead(h, g, align, k) + m) {
                return g;
            }
        }
    }
    return 0;
}

/* A used block, new at the end of the heap, that can hold an aligned one of m granules, or 0. */
SLIM_INLINE uint32_t slim_take_fresh_aligned(struct slim *h, size_t align, size_t m,
                                             enum slim_header k)
{
    uint32_t at = h->end;
    if (h->grow != GROW_EXACT && slim_before_is_free(h, at, k)) {
        at -= *slim_footer(h, at, k);
    }
    size_t wide = slim_wide(m, align, k), want = slim_lead(h, at, align, k) + m;
    if (wide > h->limit) {
        return 0;
    }
    uint32_t more = h->grow == GROW_STEP ? slim_steps(h, wide) : (uint32_t)wide;
    if (slim_bits_for(h, more, k) > 0) {
        want = wide; /* a part of the map may come before it: its place is not known */
    }
    return slim_take_fresh(h, (uint32_t)want, k);
}

SLIM_INLINE void *slim_memalign(struct heap *heap, size_t align, size_t n, enum slim_header k)
{
    struct slim *h = (struct slim *)heap;
    if (n > FITLAB_MAX_REQUEST || align > FITLAB_MAX_REQUEST - n) {
        return NULL;
    }
    size_t m = slim_granules_for(n, k);
    uint32_t hole = slim_find_aligned(h, align, m, k), g = hole;
    if (!hole) {
        g = slim_take_fresh_aligned(h, align, m, k);
        hole = g ? 0 : slim_find_lying(h, align, m, k);
    }
    if (hole) {
        g = hole;
        slim_take(h, g, (uint32_t)(slim_lead(h, g, align, k) + m), k);
    }
    if (!g) {
        return NULL;
    }
    uint32_t lead = (uint32_t)slim_lead(h, g, align, k), all = slim_used_size(h, g, k);
    if (lead > 0) {
        h->heap.count.splits++;
        slim_unuse(h, g, all, k);
        slim_cut(h, g + lead, k);
        slim_set_used(h, g + lead, all - lead, k);
        slim_release(h, g, lead, k);
    }
    slim_shrink(h, g + lead, all - lead, (uint32_t)m, k);
    return slim_payload(h, g + lead);
}

#endif
