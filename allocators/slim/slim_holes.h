/* SPDX-License-Identifier: MIT */
/* slim_holes.h - the holes of a slim-fit heap: a bin for each size of 1, 2, 3, ... granules up to a
 * limit, larger ones in a tree by size. A bin is a tree by address, so that the lowest of the
 * smallest that fit is found in O(log holes of that size), or O(log holes) above the bins, with
 * two links of 32 bits a hole. Source: as index=exact of best-fit, seqfit_exact.h. */
#ifndef FITLAB_SLIM_HOLES_H
#define FITLAB_SLIM_HOLES_H

#include "slim/slim_block.h"
#include "structures/treap.h"

/* ---- trees of holes ---- */

static inline uint32_t *slim_links(const void *h, uint32_t g)
{
    return (uint32_t *)slim_payload((const struct slim *)h, g);
}

static inline uint64_t slim_by_address(const void *h, uint32_t g)
{
    (void)h;
    return g;
}

static inline uint32_t slim_priority(const void *h, uint32_t g)
{
    (void)h;
    return treap_hash(g);
}

SLIM_INLINE uint64_t slim_size_key(const void *h, uint32_t g, enum slim_header k)
{
    return (uint64_t)slim_hole_size((const struct slim *)h, g, k) << 32 | g;
}

static inline uint64_t slim_by_size_tag8(const void *h, uint32_t g)
{
    return slim_size_key(h, g, SLIM_TAG8);
}

static inline uint64_t slim_by_size_tag4(const void *h, uint32_t g)
{
    return slim_size_key(h, g, SLIM_TAG4);
}

static inline uint64_t slim_by_size_bitmap(const void *h, uint32_t g)
{
    return slim_size_key(h, g, SLIM_BITMAP);
}

#define SLIM_BIN ((struct treap_kind){slim_links, slim_by_address, slim_priority})

SLIM_INLINE struct treap_kind slim_by_size(enum slim_header k)
{
    return (struct treap_kind){slim_links,
                               k == SLIM_TAG8   ? slim_by_size_tag8
                               : k == SLIM_TAG4 ? slim_by_size_tag4
                                                : slim_by_size_bitmap,
                               slim_priority};
}

/* ---- all holes ---- */

SLIM_INLINE void slim_insert(struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    if (m >= h->bins.count) {
        h->heap.count.insert_probes += treap_insert(h, &h->large, g, slim_by_size(k));
        return;
    }
    uint32_t *root = &slim_roots(h)[m], *links = slim_links(h, g);
    if (*root) {
        h->heap.count.insert_probes += treap_insert(h, root, g, SLIM_BIN);
    } else {
        links[0] = links[1] = 0;
        *root = g;
        bins_mark(&h->bins, m);
    }
}

/* The hole says the same size as when it was inserted. */
SLIM_INLINE void slim_remove(struct slim *h, uint32_t g, uint32_t m, enum slim_header k)
{
    if (m >= h->bins.count) {
        h->heap.count.insert_probes += treap_remove(h, &h->large, g, slim_by_size(k));
        return;
    }
    uint32_t *root = &slim_roots(h)[m];
    h->heap.count.insert_probes += treap_remove(h, root, g, SLIM_BIN);
    if (!*root) {
        bins_unmark(&h->bins, m);
    }
}

/* The lowest of the smallest holes of at least m granules, or 0. */
SLIM_INLINE uint32_t slim_find(struct slim *h, size_t m, enum slim_header k)
{
    uint64_t probes = 0;
    uint32_t best = 0, bin = h->bins.count;
    if (m < bin) {
        bin = bins_next_within(&h->bins, (unsigned)m, &probes);
    }
    if (bin < h->bins.count) {
        for (uint32_t g = slim_roots(h)[bin]; g; g = slim_links(h, g)[0], probes++) {
            best = g;
        }
    } else {
        for (uint32_t g = h->large; g; probes++) {
            bool fits = slim_hole_size(h, g, k) >= m;
            best = fits ? g : best;
            g = slim_links(h, g)[!fits];
        }
    }
    h->heap.count.probes += probes;
    return best;
}

#endif
