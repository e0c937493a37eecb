/* SPDX-License-Identifier: MIT */
/* seqfit_exact_explain.h - index=exact: the bins, their stacks or heaps, and the tree of the large
 * holes. */
#ifndef FITLAB_SEQFIT_EXACT_EXPLAIN_H
#define FITLAB_SEQFIT_EXACT_EXPLAIN_H

#include "fits/seqfit_exact.h"
#include "fits/seqfit_tree_explain.h"

/* A hole in a heap of holes of its size; the first of them has no sibling. */
static inline void seqfit_explain_heap_links(struct parts *p, const struct seqfit *h,
                                             const struct block *b, bool first)
{
    seqfit_explain_handle(p, h, &b->child, "child");
    if (!first) {
        seqfit_explain_handle(p, h, &b->sibling, "sibling");
    }
    if (h->list.order != ORDER_ADDRESS) {
        parts_number(p, &b->rank, sizeof b->rank, "rank");
    }
    if (!first) {
        seqfit_explain_handle(p, h, &b->back, "previous");
    }
}

static inline void seqfit_explain_exact_links(struct parts *p, const struct seqfit *h,
                                              const struct block *b)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    size_t bytes = block_bytes(b);
    bool small = seqfit_is_small(h, bytes);
    if (!block_is_free(b) || (small && h->list.order == ORDER_SIZE)) {
        seqfit_explain_list_links(p, h, b);
    } else if (small) {
        bool first = *seqfit_exact_head(e, size_bins_of(bytes)) == b;
        seqfit_explain_heap_links(p, h, b, first);
    } else if (b != e->least) {
        seqfit_explain_tree_links(p, h, b);
    }
}

static inline void seqfit_explain_exact_state(struct parts *p, const struct seqfit *h)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    const struct size_bins *bins = &e->bins;
    size_t large = bins->count * FITLAB_ALIGN;
    seqfit_explain_common(p, h);
    seqfit_explain_root(p, h, "tree of large holes", large);
    parts_head(p, &e->least, sizeof e->least, "first large hole", e->least, large);
    parts_bitmap(p, &bins->words, sizeof bins->words, "words of the bitmap in use");
    parts_bitmap(p, bins->map, sizeof bins->map, "bins in use");
    for (size_t g = 0; g < bins->count; g++) {
        struct block **head = seqfit_exact_head(e, g);
        parts_head(p, head, sizeof *head, "bin", size_bins_is_end(*head) ? NULL : *head,
                   g * FITLAB_ALIGN);
    }
}

static inline void seqfit_exact_explain(const struct heap *heap, const struct span *s,
                                        part_visitor *visit, void *ctx)
{
    seqfit_explain_as(
        heap, s, visit, ctx,
        (struct seqfit_explainer){seqfit_explain_exact_state, seqfit_explain_exact_links});
}

#endif
