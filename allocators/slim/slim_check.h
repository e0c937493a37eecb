/* SPDX-License-Identifier: MIT */
/* slim_check.h - finds what is broken in a slim-fit heap. It trusts nothing: each size and link is
 * checked before it is followed, so it ends however the heap is damaged. */
#ifndef FITLAB_SLIM_CHECK_H
#define FITLAB_SLIM_CHECK_H

#include "slim/slim_heap.h"

/* The holes that the blocks show, to be compared with those that are linked. */
struct slim_census {
    size_t holes;
    uint64_t sum; /* of a hash of their granules, so that two sets of holes hardly have the same */
};

static inline void slim_tally(struct slim_census *c, uint32_t g)
{
    c->holes++;
    c->sum += (uint64_t)g * (g | 1);
}

/* ---- blocks ---- */

static inline const char *slim_check_block(const struct slim *h, uint32_t g, enum slim_header k)
{
    bool is_free = slim_is_free(h, g, k);
    uint32_t m = slim_size(h, g, k);
    if (m < slim_least(k) || m > h->end - g) {
        return "a block's size is impossible";
    }
    if (k != SLIM_BITMAP && slim_tag(h, g, k) >> SLIM_TAG_SHIFT != m) {
        return "a block's size is impossible";
    }
    if (slim_before_is_free(h, g + m, k) != is_free) {
        return "what a block says of the one before it is wrong";
    }
    if (!is_free) {
        return NULL;
    }
    if (*slim_footer(h, g + m, k) != m) {
        return "a hole's footer differs from its size";
    }
    if (slim_before_is_free(h, g, k)) {
        return "two neighbouring holes were not coalesced";
    }
    return h->grow == GROW_EXACT && g + m == h->end ? "a hole at the break was not given back"
                                                    : NULL;
}

static inline const char *slim_check_blocks(const struct slim *h, struct slim_census *there,
                                            enum slim_header k)
{
    for (uint32_t g = h->first; g != h->end; g += slim_size(h, g, k)) {
        const char *wrong = slim_check_block(h, g, k);
        if (wrong) {
            return wrong;
        }
        if (slim_is_free(h, g, k)) {
            slim_tally(there, g);
        }
    }
    return NULL;
}

/* ---- the bitmap ---- */

/* The first extents lie between the state and the first block, the others above them. */
static inline const char *slim_check_extents(const struct slim *h)
{
    unsigned most = slim_extents_for(h->limit);
    if (h->extents == 0 || h->extents > most || slim_extent_first(h->extents) <= h->end) {
        return "the map does not cover the heap";
    }
    uint32_t at = slim_state(h->bins.count, most);
    for (unsigned k = 0; k < h->extents; k++) {
        uint32_t next = slim_extent_at(h, k), bits = slim_extent_bits(k);
        if (next < at || (next > at && at < h->first) || next > h->end || bits > h->end - next) {
            return "the bits of the map are not where they were laid";
        }
        at = next + bits;
    }
    return NULL;
}

/* Advances *extent over the extents that follow each other from g on, within the block of m
 * granules there. False, unless the block has no extent in it, or is in use and made of extents
 * only. */
static inline bool slim_check_laid(const struct slim *h, unsigned *extent, uint32_t g, uint32_t m)
{
    uint32_t at = g;
    while (*extent < h->extents && slim_extent_at(h, *extent) == at && at - g < m) {
        at += slim_extent_bits(*extent);
        ++*extent;
    }
    bool passed = *extent == h->extents || slim_extent_at(h, *extent) >= g + m;
    return passed && (at == g || (at == g + m && !slim_map_is_free(h, g)));
}

static inline unsigned slim_ones(uint64_t bits)
{
    unsigned ones = 0;
    for (; bits; bits &= bits - 1) {
        ones++;
    }
    return ones;
}

/* How many bits of each kind are set from the first block to the end. */
static inline struct slim_bits slim_count_bits(const struct slim *h)
{
    struct slim_bits sum = {0, 0};
    for (uint32_t g = h->first; g < h->end; g = slim_next_word(g)) {
        const struct slim_bits *bits = slim_bits(h, g);
        uint64_t mask = ~0ull << g % 64;
        if (h->end - g < 64 - g % 64) {
            mask &= ~(~0ull << h->end % 64);
        }
        sum.start += slim_ones(bits->start & mask);
        sum.free += slim_ones(bits->free & mask);
    }
    return sum;
}

/* The number of free bits that the block of m granules at g should have. */
static inline unsigned slim_check_marks(const struct slim *h, uint32_t g, uint32_t m)
{
    if (slim_map_is_free(h, g)) {
        return m > 1 ? 2 : 1;
    }
    return slim_map_is_long(g, m) ? slim_ones(m) : 0;
}

static inline const char *slim_check_map(const struct slim *h)
{
    struct slim_bits sum = slim_count_bits(h);
    unsigned extent = 0;
    while (extent < h->extents && slim_extent_at(h, extent) < h->first) {
        extent++;
    }
    uint32_t m;
    for (uint32_t g = h->first; g != h->end; g += m) {
        m = slim_size(h, g, SLIM_BITMAP);
        if (!(slim_bits(h, g)->start >> g % 64 & 1)) {
            return "a block has no start bit";
        }
        if (!slim_check_laid(h, &extent, g, m)) {
            return "the bits of the map are no block of their own";
        }
        sum.start--;
        sum.free -= slim_check_marks(h, g, m);
    }
    return sum.start || sum.free ? "the map has bits inside of blocks" : NULL;
}

/* ---- holes ---- */

/* A subtree: all keys are at least low and below high, no priority is above top. */
struct slim_bounds {
    uint64_t low, high;
    uint32_t top;
};

#define SLIM_UNBOUNDED ((struct slim_bounds){0, UINT64_MAX, UINT32_MAX})

/* Checks a tree and counts its holes in *met, at most `holes` in all. bin: the granules that each
 * of them must have; 0: any number that is too large for a bin. */
static inline const char *slim_check_tree(const struct slim *h, uint32_t g, uint32_t bin,
                                          struct slim_bounds in, size_t holes,
                                          struct slim_census *met, enum slim_header k)
{
    if (!g) {
        return NULL;
    }
    if (g < h->first || g >= h->end || !slim_is_free(h, g, k)) {
        return "a tree links to what is no hole";
    }
    uint32_t m = slim_hole_size(h, g, k), top = slim_priority(h, g);
    if (bin ? m != bin : m < h->bins.count) {
        return "a hole is in the wrong bin";
    }
    if (met->holes == holes) {
        return "the trees have more holes than the heap";
    }
    slim_tally(met, g);
    uint64_t key = slim_size_key(h, g, k);
    if (key < in.low || key >= in.high || top > in.top) {
        return "a tree is out of order";
    }
    const uint32_t *links = slim_links(h, g);
    const char *wrong =
        slim_check_tree(h, links[0], bin, (struct slim_bounds){in.low, key, top}, holes, met, k);
    return wrong ? wrong
                 : slim_check_tree(h, links[1], bin, (struct slim_bounds){key + 1, in.high, top},
                                   holes, met, k);
}

static inline const char *slim_check_holes(const struct slim *h, const struct slim_census *there,
                                           enum slim_header k)
{
    struct slim_census met = {0, 0};
    const char *wrong = slim_check_tree(h, h->large, 0, SLIM_UNBOUNDED, there->holes, &met, k);
    for (unsigned m = 1; !wrong && m < h->bins.count; m++) {
        uint32_t root = slim_roots(h)[m];
        if (!root != !(h->bin_map[m / 64] >> m % 64 & 1) ||
            !h->bin_map[m / 64] != !(h->bins.summary >> m / 64 & 1)) {
            return "the bitmap disagrees with the bins";
        }
        wrong = slim_check_tree(h, root, m, SLIM_UNBOUNDED, there->holes, &met, k);
    }
    if (wrong) {
        return wrong;
    }
    return there->holes == met.holes && there->sum == met.sum ? NULL
                                                              : "a hole is missing from the trees";
}

/* ---- all ---- */

static inline const char *slim_check_bounds(const struct slim *h, enum slim_header k)
{
    const struct region *r = h->heap.region;
    bool right = (const char *)h == r->base && h->bins.count > 0 &&
                 h->bins.count <= SLIM_BINS_MAX && h->bins.map == h->bin_map &&
                 h->limit == slim_limit(r, k) && h->first <= h->end && h->end <= h->limit &&
                 h->end <= region_bytes(r) / FITLAB_ALIGN;
    if (!right || h->first < slim_tags_first(h->bins.count, k)) {
        return "the heap's bounds are not within the region";
    }
    if (k == SLIM_BITMAP) {
        return slim_check_extents(h);
    }
    return h->first == slim_tags_first(h->bins.count, k) ? NULL : "the first block has moved";
}

static inline const char *slim_check(const struct heap *heap, enum slim_header k)
{
    const struct slim *h = (const struct slim *)heap;
    struct slim_census there = {0, 0};
    const char *wrong = slim_check_bounds(h, k);
    if (!wrong && !slim_ends(h, h->end, k)) {
        wrong = "the end of the heap was overwritten";
    }
    wrong = wrong ? wrong : slim_check_blocks(h, &there, k);
    if (!wrong && k == SLIM_BITMAP) {
        wrong = slim_check_map(h);
    }
    return wrong ? wrong : slim_check_holes(h, &there, k);
}

#endif
