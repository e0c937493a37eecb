/* SPDX-License-Identifier: MIT */
/* seqfit_bins.h - a fit whose holes are in bins: blocks, break and coalescing are those of the
 * sequential fits, but the holes are in bins.h instead of a list. */
#ifndef FITLAB_SEQFIT_BINS_H
#define FITLAB_SEQFIT_BINS_H

#include "fits/seqfit_heap.h"
#include "structures/bins.h"

/* The bin of a hole of so many bytes. */
typedef unsigned seqfit_bin_of(const struct seqfit *, size_t bytes);

/* An empty heap of `state` bytes, followed by `count` bins; `at` is where struct bins lies
 * in the state. NULL: the region is too small. */
static inline struct seqfit *seqfit_start_bins(const struct policy *policy, struct region *r,
                                               enum growth grow, struct seqfit_kind k, size_t state,
                                               size_t at, unsigned count)
{
    const struct seqfit_options options = {
        .order = ORDER_LIFO, .coalesce = COALESCE_IMMEDIATE, .split_min = BLOCK_MIN, .grow = grow};
    struct seqfit *h = seqfit_start(policy, r, options, k, state + bins_bytes(count));
    if (h) {
        bins_init((struct bins *)(void *)((char *)h + at), (char *)h + state, count);
    }
    return h;
}

static inline const char *seqfit_check_bin(const struct seqfit *h, const struct bins *bins,
                                           unsigned i, seqfit_bin_of *bin_of, size_t holes,
                                           struct seqfit_census *listed)
{
    const struct block *before = bins_before_first(bins, i);
    for (const struct block *b = bins->head[i]; b; before = b, b = b->next) {
        if (!seqfit_inside(h, b, BLOCK_MIN) || !block_is_free(b)) {
            return "a bin links to what is no hole";
        }
        if (b->prev != before) {
            return "a hole's links disagree";
        }
        if (bin_of(h, block_bytes(b)) != i) {
            return "a hole is in the wrong bin";
        }
        if (listed->holes == holes) {
            return "the bins have more holes than the heap";
        }
        seqfit_tally(listed, b);
    }
    return NULL;
}

/* Whether the tables of the bins are where bins_init placed them. */
static inline const char *seqfit_check_bins_place(const struct bins *bins, const char *memory,
                                                  unsigned count)
{
    bool right = bins->count == count && (const char *)bins->head == memory &&
                 (const char *)bins->map == memory + count * sizeof *bins->head;
    return right ? NULL : "the bins are not where they were placed";
}

static inline const char *seqfit_check_bin_map(const struct bins *bins, unsigned i)
{
    bool right = !bins->head[i] == !(bins->map[i / 64] >> i % 64 & 1) &&
                 !bins->map[i / 64] == !(bins->summary >> i / 64 & 1);
    return right ? NULL : "the bitmap disagrees with the bins";
}

/* `state` and `count` as they were given to seqfit_start_bins. */
static inline const char *seqfit_check_bins(const struct seqfit *h, const struct bins *bins,
                                            size_t state, unsigned count, seqfit_bin_of *bin_of)
{
    struct seqfit_census there = {0, 0}, listed = {0, 0};
    const char *wrong = seqfit_check_bins_place(bins, (const char *)h + state, count);
    wrong = wrong ? wrong : seqfit_check_heap(h, state + bins_bytes(count), &there);
    for (unsigned i = 0; !wrong && i < count; i++) {
        wrong = seqfit_check_bin_map(bins, i);
        wrong = wrong ? wrong : seqfit_check_bin(h, bins, i, bin_of, there.holes, &listed);
    }
    return wrong ? wrong : seqfit_check_census(&there, &listed);
}

#endif
