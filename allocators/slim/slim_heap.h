/* SPDX-License-Identifier: MIT */
/* slim_heap.h - allocation and release of slim-fit: best fit, lowest address first, with immediate
 * coalescing, over blocks of any header; and the break. */
#ifndef FITLAB_SLIM_HEAP_H
#define FITLAB_SLIM_HEAP_H

#include "slim/slim_holes.h"

/* ---- the break ---- */

/* The m granules above the end of the heap, below the break, become part of it: a block is to begin
 * at the old end. */
SLIM_INLINE void slim_reach_up(struct slim *h, uint32_t m, enum slim_header k)
{
    if (k == SLIM_BITMAP) {
        slim_map_clear(h, h->end, h->end + m);
    }
    h->end += m;
    slim_cut(h, h->end, k);
}

/* Moves the break and the end up by m granules, of which the first may be bits of the map. */
SLIM_INLINE void slim_extend(struct slim *h, uint32_t m, uint32_t bits, enum slim_header k)
{
    uint32_t at = h->end;
    region_extend(h->heap.region, m * FITLAB_ALIGN);
    h->heap.count.grows++;
    if (bits) {
        slim_map_lay(h, at, bits);
        slim_reach_up(h, bits, k);
        slim_set_used(h, at, bits, k);
    }
    slim_reach_up(h, m - bits, k);
}

/* Granules of bits among the m by which the end is to move up. */
SLIM_INLINE uint32_t slim_bits_for(const struct slim *h, uint32_t m, enum slim_header k)
{
    return k == SLIM_BITMAP ? slim_map_missing(h, (size_t)h->end + m) : 0;
}

/* A used block of m granules by moving the break up by just what is missing, or 0. */
SLIM_INLINE uint32_t slim_grow(struct slim *h, uint32_t m, enum slim_header k)
{
    uint32_t room = h->limit - h->end, bits = 0;
    for (uint32_t before = 1; bits != before && m <= room && bits <= room - m;) {
        before = bits;
        bits = slim_bits_for(h, m + bits, k);
    }
    if (m > room || bits > room - m) {
        return 0;
    }
    slim_extend(h, m + bits, bits, k);
    slim_set_used(h, h->end - m, m, k);
    return h->end - m;
}

/* Granules of whole steps of the break that hold m, as far as there is room. */
static inline uint32_t slim_steps(const struct slim *h, size_t m)
{
    const size_t step = GROWTH_STEP / FITLAB_ALIGN;
    size_t more = (m + step - 1) / step * step, room = h->limit - h->end;
    return (uint32_t)(more < room ? more : room);
}

/* Moves the break up by whole steps, so that the hole at the end has at least m granules. If a part
 * of the map must come after that hole, makes a new hole after the map. 0: no room. */
SLIM_INLINE uint32_t slim_widen(struct slim *h, uint32_t m, enum slim_header k)
{
    uint32_t have = slim_before_is_free(h, h->end, k) ? *slim_footer(h, h->end, k) : 0;
    uint32_t more = slim_steps(h, m - have), bits = slim_bits_for(h, more, k);
    for (uint32_t before = 0; bits != before; bits = slim_bits_for(h, more, k)) {
        have = 0;
        before = bits;
        more = slim_steps(h, (size_t)m + bits);
    }
    if ((size_t)have + more < (size_t)m + bits) {
        return 0;
    }
    uint32_t g = h->end + bits;
    slim_extend(h, more, bits, k);
    if (have) {
        slim_remove(h, g - have, have, k);
        slim_join(h, g, k);
        g -= have;
    }
    slim_set_hole(h, g, h->end - g, k);
    slim_insert(h, g, h->end - g, k);
    return g;
}

/* Moves the end down to g, a free block that is in no tree, and below a hole before it. */
SLIM_INLINE void slim_give_back(struct slim *h, uint32_t g, enum slim_header k)
{
    for (uint32_t above = 0; above != g;) {
        above = g;
        if (slim_before_is_free(h, g, k)) {
            uint32_t m = *slim_footer(h, g, k);
            slim_remove(h, g - m, m, k);
            slim_join(h, g, k);
            g -= m;
        } else if (k == SLIM_BITMAP) {
            g = slim_map_lift(h, g);
        }
    }
    h->end = g;
    slim_cut(h, g, k);
    region_trim(h->heap.region, (char *)slim_payload(h, g));
    h->heap.count.trims++;
}

/* ---- blocks ---- */

/* Makes the m granules at g, a used block, free. */
SLIM_INLINE void slim_release(struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    uint32_t next = g + m;
    slim_unuse(h, g, m, k);
    if (slim_is_free(h, next, k)) {
        uint32_t more = slim_hole_size(h, next, k);
        slim_remove(h, next, more, k);
        slim_join(h, next, k);
        h->heap.count.merges++;
        m += more;
    }
    if (slim_before_is_free(h, g, k)) {
        uint32_t more = *slim_footer(h, g, k);
        slim_remove(h, g - more, more, k);
        slim_join(h, g, k);
        h->heap.count.merges++;
        g -= more;
        m += more;
    }
    if (g + m == h->end && h->grow == GROW_EXACT) {
        slim_give_back(h, g, k);
    } else {
        slim_set_hole(h, g, m, k);
        slim_insert(h, g, m, k);
    }
}

/* Makes the hole at g, or its first m granules, a used block. */
SLIM_INLINE void slim_take(struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    uint32_t all = slim_hole_size(h, g, k);
    slim_remove(h, g, all, k);
    if (all - m < slim_least(k)) {
        slim_set_used(h, g, all, k);
        return;
    }
    h->heap.count.splits++;
    slim_cut(h, g + m, k);
    slim_set_hole(h, g + m, all - m, k);
    slim_insert(h, g + m, all - m, k);
    slim_set_used(h, g, m, k);
}

/* A used block of m granules at the end of the heap, or 0. */
SLIM_INLINE uint32_t slim_take_fresh(struct slim *h, uint32_t m, enum slim_header k)
{
    if (h->grow == GROW_EXACT) {
        return slim_grow(h, m, k);
    }
    uint32_t g = h->grow == GROW_STEP ? slim_widen(h, m, k) : 0;
    if (g) {
        slim_take(h, g, m, k);
    }
    return g;
}

SLIM_INLINE void *slim_alloc(struct heap *heap, size_t n, enum slim_header k)
{
    struct slim *h = (struct slim *)heap;
    if (n > FITLAB_MAX_REQUEST || slim_granules_for(n, k) > h->limit) {
        return NULL;
    }
    uint32_t m = (uint32_t)slim_granules_for(n, k), g = slim_find(h, m, k);
    if (g) {
        slim_take(h, g, m, k);
    } else {
        g = slim_take_fresh(h, m, k);
    }
    return g ? slim_payload(h, g) : NULL;
}

SLIM_INLINE void slim_free(struct heap *heap, void *p, enum slim_header k)
{
    struct slim *h = (struct slim *)heap;
    uint32_t g = slim_granule(h, p);
    slim_release(h, g, slim_used_size(h, g, k), k);
}

#endif
