/* SPDX-License-Identifier: MIT */
/* seqfit_bins_explain.h - a fit whose holes are in bins (seqfit_bins.h), for people. */
#ifndef FITLAB_SEQFIT_BINS_EXPLAIN_H
#define FITLAB_SEQFIT_BINS_EXPLAIN_H

#include "fits/seqfit_bins.h"
#include "fits/seqfit_explain.h"
#include "structures/bins_explain.h"

/* The least block of a bin, as bytes. */
typedef size_t seqfit_bin_least(const void *state, unsigned i);

static inline void seqfit_explain_binned(const struct heap *heap, const struct span *s,
                                         part_visitor *visit, void *ctx, const struct bins *bins,
                                         seqfit_bin_least *least)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    const struct block *b = (const struct block *)(const void *)s->addr;
    struct parts p = parts_begin(visit, ctx);
    if (s->kind == SPAN_FREE) {
        seqfit_explain_tag(&p, b);
        bins_explain_links(&p, bins, b);
        seqfit_explain_rest(&p, b);
    } else if (s->kind == SPAN_META && b != h->epilogue) {
        seqfit_explain_heap(&p, h);
        seqfit_explain_common(&p, h);
        parts_bitmap(&p, &bins->summary, sizeof bins->summary, "words of the bitmap in use");
        bins_explain(&p, bins, least, h);
    } else {
        seqfit_explain_others(&p, s);
    }
}

#endif
