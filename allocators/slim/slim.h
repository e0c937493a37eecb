/* SPDX-License-Identifier: MIT */
/* slim.h - the state of a slim-fit heap, and the layout of its blocks.
 *
 * Memory is counted in granules of FITLAB_ALIGN bytes from the base of the region, and a block is
 * named by the granule where its payload begins: 32 bits. Of a block that takes m granules, the
 * header lies in the last bytes before the payload, and so the payload ends as many bytes before
 * granule g + m.
 *
 *   header=tag8     | tag 8 | payload ...                       | tag 8 of the next
 *   header=tag4     | tag 4 | payload ...                       | tag 4 of the next
 *   header=bitmap           | payload ...                               | payload of the next
 *                           ^ granule g                                 ^ granule g + m
 *   hole            | tag   | left | right | ... | granules     | tag
 *   hole, bitmap            | left | right | granules | ... | granules  |
 *
 * So a hole fits in 16 bytes unless tags are 8 bytes.
 */
#ifndef FITLAB_SLIM_H
#define FITLAB_SLIM_H

#include "structures/bins.h"
#include "structures/growth.h"
#include "structures/spans.h"

#define SLIM_INLINE static inline __attribute__((always_inline))

enum slim_header { SLIM_TAG8, SLIM_TAG4, SLIM_BITMAP };

enum { SLIM_BINS_MAX = 1024 };

/* Followed by the root of each bin and, with a bitmap, by the position of each of its extents. */
struct slim {
    struct heap heap; /* at the base of the region, which is granule 0 */
    enum growth grow;
    uint32_t first; /* the lowest block */
    uint32_t end;   /* one past the last granule of the last block */
    uint32_t limit; /* the end cannot pass it */
    uint32_t large; /* the tree of the holes too large for a bin */
    unsigned extents;
    struct bins bins; /* its bitmap only: bin m is a tree of the holes of m granules */
    uint64_t bin_map[SLIM_BINS_MAX / 64];
};

static inline void *slim_payload(const struct slim *h, uint32_t g)
{
    return (char *)h + (size_t)g * FITLAB_ALIGN;
}

static inline uint32_t slim_granule(const struct slim *h, const void *payload)
{
    return (uint32_t)((size_t)((const char *)payload - (const char *)h) / FITLAB_ALIGN);
}

static inline uint32_t *slim_roots(const struct slim *h)
{
    return (uint32_t *)(h + 1);
}

/* Granules of the state, `extents` the number that it has room for. */
static inline uint32_t slim_state(unsigned bins, unsigned extents)
{
    size_t bytes = sizeof(struct slim) + (bins + (size_t)extents) * sizeof(uint32_t);
    return (uint32_t)((bytes + FITLAB_ALIGN - 1) / FITLAB_ALIGN);
}

#endif
