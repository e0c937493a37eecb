/* SPDX-License-Identifier: MIT */
/* bins_explain.h - bins.h for people: which block a link leads to, and the tables. */
#ifndef FITLAB_BINS_EXPLAIN_H
#define FITLAB_BINS_EXPLAIN_H

#include "structures/bins.h"
#include "structures/parts.h"

/* What a link of a block in a bin leads to: before the first comes the head. */
static inline const void *bins_target(const struct bins *bins, const struct block *b)
{
    unsigned i = bins_headed_by(bins, b);
    return i < bins->count ? (const void *)&bins->head[i] : b;
}

static inline void bins_explain_links(struct parts *p, const struct bins *bins,
                                      const struct block *b)
{
    parts_link(p, &b->next, sizeof b->next, "next", b->next);
    parts_link(p, &b->prev, sizeof b->prev, "previous", bins_target(bins, b->prev));
}

/* The tables that lie behind the state; least: the bytes of the smallest block of bin i. */
static inline void bins_explain(struct parts *p, const struct bins *bins,
                                size_t (*least)(const void *state, unsigned i), const void *state)
{
    for (unsigned i = 0; i < bins->count; i++) {
        parts_head(p, &bins->head[i], sizeof *bins->head, "bin", bins->head[i], least(state, i));
    }
    parts_bitmap(p, bins->map, bins_map_words(bins->count) * sizeof *bins->map, "bins in use");
}

#endif
