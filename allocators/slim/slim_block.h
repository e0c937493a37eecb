/* SPDX-License-Identifier: MIT */
/* slim_block.h - the blocks of a slim-fit heap, for every kind of header: reading and setting a
 * block's size, whether it is free, and whether the block before it is. The kind is a constant. */
#ifndef FITLAB_SLIM_BLOCK_H
#define FITLAB_SLIM_BLOCK_H

#include "slim/slim_map.h"

#define SLIM_FREE        1u /* in a tag, as in block.h: this block is free */
#define SLIM_BEFORE_FREE 2u /* the block before this one is free: its footer is valid */
#define SLIM_TAG_SHIFT   2  /* granules stand above the flags */

SLIM_INLINE size_t slim_header_bytes(enum slim_header k)
{
    return k == SLIM_TAG8 ? sizeof(uint64_t) : k == SLIM_TAG4 ? sizeof(uint32_t) : 0;
}

/* Granules of the smallest block: it must be able to become a hole, which has three words beside
 * its tag, or four words. */
SLIM_INLINE uint32_t slim_least(enum slim_header k)
{
    size_t hole = k == SLIM_TAG8 ? 20 : 16;
    return (uint32_t)((hole + FITLAB_ALIGN - 1) / FITLAB_ALIGN);
}

/* The most granules that a heap can cover: a handle, or the size in a tag, cannot say more. */
SLIM_INLINE uint32_t slim_reach(enum slim_header k)
{
    return k == SLIM_TAG4 ? UINT32_MAX >> SLIM_TAG_SHIFT : UINT32_MAX;
}

/* How far a heap in this region can come, in granules. */
SLIM_INLINE uint32_t slim_limit(const struct region *r, enum slim_header k)
{
    size_t granules = (size_t)(r->limit - r->base) / FITLAB_ALIGN;
    return granules < slim_reach(k) ? (uint32_t)granules : slim_reach(k);
}

/* The first block, if nothing but the state and its own tag comes before it. */
SLIM_INLINE uint32_t slim_tags_first(unsigned bins, enum slim_header k)
{
    size_t bytes = sizeof(struct slim) + bins * sizeof(uint32_t) + slim_header_bytes(k);
    return (uint32_t)((bytes + FITLAB_ALIGN - 1) / FITLAB_ALIGN);
}

/* Granules of the block that holds a request of n <= FITLAB_MAX_REQUEST bytes. */
SLIM_INLINE size_t slim_granules_for(size_t n, enum slim_header k)
{
    size_t m = (n + slim_header_bytes(k) + FITLAB_ALIGN - 1) / FITLAB_ALIGN;
    return m < slim_least(k) ? slim_least(k) : m;
}

/* ---- tags ---- */

SLIM_INLINE uint64_t slim_tag(const struct slim *h, uint32_t g, enum slim_header k)
{
    char *p = (char *)slim_payload(h, g);
    return k == SLIM_TAG8 ? ((const uint64_t *)(void *)p)[-1] : ((const uint32_t *)(void *)p)[-1];
}

SLIM_INLINE void slim_set_tag(const struct slim *h, uint32_t g, uint64_t tag, enum slim_header k)
{
    void *p = slim_payload(h, g);
    if (k == SLIM_TAG8) {
        ((uint64_t *)p)[-1] = tag;
    } else {
        ((uint32_t *)p)[-1] = (uint32_t)tag;
    }
}

/* ---- what a block is ---- */

SLIM_INLINE bool slim_is_free(const struct slim *h, uint32_t g, enum slim_header k)
{
    return k == SLIM_BITMAP ? slim_map_is_free(h, g) : (slim_tag(h, g, k) & SLIM_FREE) != 0;
}

SLIM_INLINE bool slim_before_is_free(const struct slim *h, uint32_t g, enum slim_header k)
{
    return k == SLIM_BITMAP ? slim_map_is_free(h, g - 1)
                            : (slim_tag(h, g, k) & SLIM_BEFORE_FREE) != 0;
}

/* Where a hole that ends at granule g says its size. */
SLIM_INLINE uint32_t *slim_footer(const struct slim *h, uint32_t g, enum slim_header k)
{
    return (uint32_t *)slim_payload(h, g) - slim_header_bytes(k) / sizeof(uint32_t) - 1;
}

/* Where a hole says its size at its start; only with a bitmap. */
static inline uint32_t *slim_hole_granules(const struct slim *h, uint32_t g)
{
    return (uint32_t *)slim_payload(h, g) + 2;
}

SLIM_INLINE uint32_t slim_hole_size(const struct slim *h, uint32_t g, enum slim_header k)
{
    return k == SLIM_BITMAP ? *slim_hole_granules(h, g)
                            : (uint32_t)(slim_tag(h, g, k) >> SLIM_TAG_SHIFT);
}

SLIM_INLINE uint32_t slim_used_size(const struct slim *h, uint32_t g, enum slim_header k)
{
    return k == SLIM_BITMAP ? slim_map_size(h, g) : (uint32_t)(slim_tag(h, g, k) >> SLIM_TAG_SHIFT);
}

SLIM_INLINE uint32_t slim_size(const struct slim *h, uint32_t g, enum slim_header k)
{
    return slim_is_free(h, g, k) ? slim_hole_size(h, g, k) : slim_used_size(h, g, k);
}

/* Whether what begins at g looks like the end of a heap. */
SLIM_INLINE bool slim_ends(const struct slim *h, uint32_t g, enum slim_header k)
{
    return k == SLIM_BITMAP ? (slim_bits(h, g)->start >> g % 64 & 1) && !slim_map_is_free(h, g)
                            : !(slim_tag(h, g, k) & ~(uint64_t)SLIM_BEFORE_FREE);
}

/* ---- making blocks ---- */

/* From now on a block, or the end of the heap, begins at g; the block before it is used. */
SLIM_INLINE void slim_cut(const struct slim *h, uint32_t g, enum slim_header k)
{
    if (k == SLIM_BITMAP) {
        slim_map_cut(h, g);
    } else {
        slim_set_tag(h, g, 0, k);
    }
}

/* From now on what begins at g belongs to the block before it. */
SLIM_INLINE void slim_join(const struct slim *h, uint32_t g, enum slim_header k)
{
    if (k == SLIM_BITMAP) {
        slim_map_join(h, g);
    }
}

/* Makes the m granules at g, where a block begins, a used block; another begins at g + m. */
SLIM_INLINE void slim_set_used(const struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    if (k == SLIM_BITMAP) {
        slim_map_use(h, g, m);
        return;
    }
    uint64_t before = slim_tag(h, g, k) & SLIM_BEFORE_FREE;
    slim_set_tag(h, g, (uint64_t)m << SLIM_TAG_SHIFT | before, k);
    slim_set_tag(h, g + m, slim_tag(h, g + m, k) & ~(uint64_t)SLIM_BEFORE_FREE, k);
}

/* The used block of m granules at g is about to be freed or cut. */
SLIM_INLINE void slim_unuse(const struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    if (k == SLIM_BITMAP) {
        slim_map_unuse(h, g, m);
    }
}

/* Makes the m granules at g, where a block begins, a hole; another block begins at g + m. */
SLIM_INLINE void slim_set_hole(const struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    *slim_footer(h, g + m, k) = m;
    if (k == SLIM_BITMAP) {
        *slim_hole_granules(h, g) = m;
        slim_map_mark(h, g);
        slim_map_mark(h, g + m - 1);
        return;
    }
    uint64_t before = slim_tag(h, g, k) & SLIM_BEFORE_FREE;
    slim_set_tag(h, g, (uint64_t)m << SLIM_TAG_SHIFT | SLIM_FREE | before, k);
    slim_set_tag(h, g + m, slim_tag(h, g + m, k) | SLIM_BEFORE_FREE, k);
}

#endif
