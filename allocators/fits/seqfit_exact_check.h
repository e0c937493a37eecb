/* SPDX-License-Identifier: MIT */
/* seqfit_exact_check.h - finds what is broken in a heap with index=exact: as seqfit_check.h. */
#ifndef FITLAB_SEQFIT_EXACT_CHECK_H
#define FITLAB_SEQFIT_EXACT_CHECK_H

#include "fits/seqfit_exact.h"

/* Checks one hole of bin g and counts it in *met, at most `holes` in all. */
static inline const char *seqfit_check_binned(const struct seqfit_exact *e, size_t g,
                                              const struct block *b, size_t holes,
                                              struct seqfit_census *met)
{
    if (!seqfit_inside(&e->large.fit, b, BLOCK_MIN) || !block_is_free(b)) {
        return "a bin links to what is no hole";
    }
    if (size_bins_of(block_bytes(b)) != g) {
        return "a hole is in the wrong bin";
    }
    if (met->holes == holes) {
        return "the bins have more holes than the heap";
    }
    seqfit_tally(met, b);
    return NULL;
}

static inline const char *seqfit_check_stack(const struct seqfit_exact *e, size_t g, size_t holes,
                                             struct seqfit_census *met)
{
    const struct block *before = size_bins_before(&e->bins, g);
    for (const struct block *b = before->next; b && b != &e->bins.end; b = b->next) {
        const char *wrong = seqfit_check_binned(e, g, b, holes, met);
        if (wrong) {
            return wrong; /* before a link of what is no hole is followed */
        }
        if (b->prev != before) {
            return "a hole's links disagree";
        }
        before = b;
    }
    return NULL;
}

/* Checks and counts the children of one hole. */
static inline const char *seqfit_check_children(const struct seqfit_exact *e, size_t g,
                                                const struct block *above, size_t holes,
                                                struct seqfit_census *met)
{
    const struct tree_space equal = seqfit_exact_equal(seqfit_exact_of(&e->large.fit),
                                                       e->large.fit.list.order),
                            *s = &equal;
    uint32_t top = tree_handle(s, above), before = top;
    for (uint32_t at = above->child; at; at = tree_node(s, at)->sibling) {
        const struct block *b = tree_node(s, at);
        const char *wrong = seqfit_check_binned(e, g, b, holes, met);
        if (wrong) {
            return wrong;
        }
        if (b->back != before || tree_key(s, b) <= tree_key(s, above)) {
            return "a heap of holes is out of order";
        }
        before = at;
    }
    return NULL;
}

/* Checks and counts the holes of a bin that is a heap. It follows `back` to return from a subtree,
 * so that it needs no stack. */
static inline const char *seqfit_check_hole_heap(const struct seqfit_exact *e, size_t g,
                                                 size_t holes, struct seqfit_census *met)
{
    const struct tree_space equal = seqfit_exact_equal(seqfit_exact_of(&e->large.fit),
                                                       e->large.fit.list.order),
                            *s = &equal;
    const struct block *first = *seqfit_exact_head(e, g), *b = first;
    const char *wrong = seqfit_check_binned(e, g, b, holes, met);
    while (!wrong) {
        wrong = seqfit_check_children(e, g, b, holes, met);
        if (!wrong && b->child) {
            b = tree_node(s, b->child);
            continue;
        }
        while (b != first && !b->sibling) {
            const struct block *lower = b;
            do {
                lower = b;
                b = tree_node(s, b->back);
            } while (tree_node(s, b->child) != lower);
        }
        if (b == first) {
            break;
        }
        b = tree_node(s, b->sibling);
    }
    return wrong;
}

static inline const char *seqfit_check_size_bin(const struct seqfit_exact *e, size_t g,
                                                size_t holes, struct seqfit_census *met)
{
    const struct block *head = *seqfit_exact_head(e, g);
    if (!(e->bins.words >> g / 64 & 1) != !e->bins.map[g / 64] ||
        !head != !size_bins_marked(&e->bins, g)) {
        return "the bitmap disagrees with the bins";
    }
    if (!head || head == &e->bins.end) {
        return NULL;
    }
    return e->large.fit.list.order == ORDER_SIZE ? seqfit_check_stack(e, g, holes, met)
                                                 : seqfit_check_hole_heap(e, g, holes, met);
}

/* Checks and counts the large holes: the least one, and those in the tree, which come after it. */
static inline const char *seqfit_check_large(const struct seqfit_exact *e, size_t holes,
                                             struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const struct tree_space *s = &e->large.space;
    struct tree_bounds after = TREE_UNBOUNDED;
    if (e->least) {
        if (!seqfit_inside(h, e->least, BLOCK_MIN) || !block_is_free(e->least) ||
            seqfit_is_small(h, block_bytes(e->least))) {
            return "the least large hole is none";
        }
        seqfit_tally(met, e->least);
        uint32_t rank = h->list.order == ORDER_SIZE      ? 0
                        : h->list.order == ORDER_ADDRESS ? tree_handle(s, e->least)
                                                         : e->least->rank;
        after.low = (uint64_t)tree_granules(e->least) << 32 | rank;
    } else if (e->large.root) {
        return "there are large holes, but no least one";
    }
    const char *wrong = seqfit_check_tree(h, s, e->large.root, after, holes, met);
    if (wrong) {
        return wrong;
    }
    size_t second = e->large.root ? block_bytes(tree_first(s, e->large.root)) : SIZE_MAX;
    return e->second == second ? NULL : "the second large hole has another size than is said";
}

/* Checks the heap; counts the holes that the tags show in *there, and those that are linked in
 * *met. */
static inline const char *seqfit_exact_check_holes(const struct seqfit_exact *e, size_t state,
                                                   struct seqfit_census *there,
                                                   struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const char *base = h->heap.region->base;
    if (e->large.space.base != base) {
        return "the tree of holes counts from another base";
    }
    const char *wrong = seqfit_check_heap(h, state, there);
    wrong = wrong ? wrong : seqfit_check_large(e, there->holes, met);
    for (size_t g = 0; !wrong && g < e->bins.count; g++) {
        wrong = seqfit_check_size_bin(e, g, there->holes, met);
    }
    return wrong;
}

static inline const char *seqfit_exact_check(const struct heap *heap)
{
    const struct seqfit_exact *e = seqfit_exact_of((const struct seqfit *)heap);
    struct seqfit_census there = {0, 0}, met = {0, 0};
    if (e->bins.count > SIZE_BINS_MAX) {
        return "the number of bins is impossible";
    }
    size_t state = seqfit_exact_bytes(e->bins.count);
    const char *wrong = seqfit_exact_check_holes(e, state, &there, &met);
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

#endif
