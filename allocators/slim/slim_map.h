/* SPDX-License-Identifier: MIT */
/* slim_map.h - which granules begin a block and which bound a hole: two bits for each granule of
 * a heap, kept apart from the blocks, which then need no header.
 *
 *   start  a block begins here; one bit more where the heap ends
 *   free   the first or the last granule of a hole
 *
 * The size of a used block is the distance to the next start bit. If that lies beyond the next
 * whole word, no bit of the word is needed and its free bits are the size, so that no search looks
 * at more than two words.
 *
 * The bits lie in extents, eight for each doubling of the heap. All of them take 1/64 of the heap
 * (1/32 if granules have 8 bytes);
 * at most an eighth of that is for memory above the break. An extent is placed at the break when the
 * break reaches the memory that it covers. It never moves, and blocks cannot grow across it.
 *
 * Source: two bits a block of a fixed size are in the garbage collector of MicroPython (the
 * allocation table of py/gc.c); bitmapped fits: P. R. Wilson et al., "Dynamic Storage Allocation:
 * A Survey and Critical Review", 1995, section 3.
 */
#ifndef FITLAB_SLIM_MAP_H
#define FITLAB_SLIM_MAP_H

#include "slim/slim.h"
#include "structures/size_class.h"

/* Of 64 granules. */
struct slim_bits {
    uint64_t start, free;
};

/* Granules that the bits of 64 granules take. */
#define SLIM_BITS_GRANULES (sizeof(struct slim_bits) / FITLAB_ALIGN)

/* The same of the bits of all granules below g. */
static inline uint32_t slim_bits_below(size_t g)
{
    return (uint32_t)(SLIM_BITS_GRANULES * (g / 64));
}

enum { SLIM_EXTENT_FINER = 3, SLIM_EXTENT_SHIFT = 6 };

/* The extent that covers granule g. */
static inline unsigned slim_extent_of(size_t g)
{
    return size_class_floor(g >> SLIM_EXTENT_SHIFT, SLIM_EXTENT_FINER);
}

/* The first granule that extent k covers. */
static inline size_t slim_extent_first(unsigned k)
{
    return size_class_bytes(k, SLIM_EXTENT_FINER) << SLIM_EXTENT_SHIFT;
}

/* Granules that the bits of extent k take. */
static inline uint32_t slim_extent_bits(unsigned k)
{
    return slim_bits_below(slim_extent_first(k + 1) - slim_extent_first(k));
}

/* The number of extents of a heap of so many granules. */
static inline unsigned slim_extents_for(size_t granules)
{
    return slim_extent_of(granules) + 1;
}

/* Where the bits of extent k would lie if it covered the heap from granule 0. */
static inline uint32_t *slim_origins(const struct slim *h)
{
    return slim_roots(h) + h->bins.count;
}

/* The granule where the bits of extent k begin. */
static inline uint32_t slim_extent_at(const struct slim *h, unsigned k)
{
    return slim_origins(h)[k] + slim_bits_below(slim_extent_first(k));
}

static inline struct slim_bits *slim_bits(const struct slim *h, uint32_t g)
{
    return (struct slim_bits *)slim_payload(h, slim_origins(h)[slim_extent_of(g)] + slim_bits_below(g));
}

static inline bool slim_map_is_free(const struct slim *h, uint32_t g)
{
    return slim_bits(h, g)->free >> g % 64 & 1;
}

static inline void slim_map_mark(const struct slim *h, uint32_t g)
{
    slim_bits(h, g)->free |= 1ull << g % 64;
}

static inline void slim_map_unmark(const struct slim *h, uint32_t g)
{
    slim_bits(h, g)->free &= ~(1ull << g % 64);
}

/* A block begins at g; what lies before it is used. */
static inline void slim_map_cut(const struct slim *h, uint32_t g)
{
    struct slim_bits *bits = slim_bits(h, g);
    bits->start |= 1ull << g % 64;
    bits->free &= ~(1ull << g % 64);
}

/* No block begins at g any more, nor does one before it end there. */
static inline void slim_map_join(const struct slim *h, uint32_t g)
{
    struct slim_bits *bits = slim_bits(h, g);
    bits->start &= ~(1ull << g % 64);
    bits->free &= ~(1ull << g % 64);
    slim_map_unmark(h, g - 1);
}

/* The first granule whose bits are in the word after that of g. */
static inline uint32_t slim_next_word(uint32_t g)
{
    return (g | 63) + 1;
}

/* Whether the block of m granules at g has the whole of the word after that of g. */
static inline bool slim_map_is_long(uint32_t g, uint32_t m)
{
    return m >= slim_next_word(g) - g + 64;
}

/* Granules of the used block at g. */
static inline uint32_t slim_map_size(const struct slim *h, uint32_t g)
{
    uint64_t starts = slim_bits(h, g)->start >> g % 64 >> 1;
    if (starts) {
        return 1 + (uint32_t)__builtin_ctzll(starts);
    }
    uint32_t next = slim_next_word(g);
    const struct slim_bits *bits = slim_bits(h, next);
    return bits->start ? next - g + (uint32_t)__builtin_ctzll(bits->start) : (uint32_t)bits->free;
}

static inline void slim_map_use(const struct slim *h, uint32_t g, uint32_t m)
{
    slim_map_unmark(h, g);
    slim_map_unmark(h, g + m - 1);
    if (slim_map_is_long(g, m)) {
        slim_bits(h, slim_next_word(g))->free = m;
    }
}

/* The used block of m granules at g is about to become something else. */
static inline void slim_map_unuse(const struct slim *h, uint32_t g, uint32_t m)
{
    if (slim_map_is_long(g, m)) {
        slim_bits(h, slim_next_word(g))->free = 0;
    }
}

/* ---- extents ---- */

/* Granules that the missing extents would take, so that the map covers granule g. */
static inline uint32_t slim_map_missing(const struct slim *h, size_t g)
{
    size_t bits = 0;
    for (unsigned k = h->extents; slim_extent_first(k) <= g; k++) {
        bits += slim_extent_bits(k);
    }
    return (uint32_t)bits;
}

/* Places the next extents, of `bits` granules (from slim_map_missing), at granule g. */
static inline void slim_map_lay(struct slim *h, uint32_t g, uint32_t bits)
{
    for (const uint32_t end = g + bits; g < end; h->extents++) {
        slim_origins(h)[h->extents] = g - slim_bits_below(slim_extent_first(h->extents));
        g += slim_extent_bits(h->extents);
    }
}

/* If the extents end right below granule g, removes those there and returns where they began; else
 * returns g. They cover nothing below themselves, as the map always reaches past the break. */
static inline uint32_t slim_map_lift(struct slim *h, uint32_t g)
{
    while (g > h->first &&
           slim_extent_at(h, h->extents - 1) + slim_extent_bits(h->extents - 1) == g) {
        g = slim_extent_at(h, --h->extents);
    }
    return g;
}

/* The granules above `from` up to `to` have never been used, or hold what was there before the
 * break moved down. */
static inline void slim_map_clear(const struct slim *h, uint32_t from, uint32_t to)
{
    uint64_t keep = ~0ull >> (63 - from % 64);
    for (uint32_t g = from; g <= to; g = slim_next_word(g)) {
        struct slim_bits *bits = slim_bits(h, g);
        *bits = (struct slim_bits){bits->start & keep, bits->free & keep};
        keep = 0;
    }
}

#endif
