/* SPDX-License-Identifier: MIT */
/* seqfit_check.h - finds what is broken in a heap of a sequential fit. It trusts nothing: each size
 * and link is checked before it is followed, so it ends however the heap is damaged. */
#ifndef FITLAB_SEQFIT_CHECK_H
#define FITLAB_SEQFIT_CHECK_H

#include "fits/seqfit.h"

/* The holes and kept blocks that the tags show, to be compared with those that are linked. */
struct seqfit_census {
    size_t holes;
    uintptr_t sum; /* of hashes of their addresses: two different sets hardly ever have the same */
};

static inline void seqfit_tally(struct seqfit_census *c, const struct block *b)
{
    c->holes++;
    c->sum += (uintptr_t)b * (((uintptr_t)b >> 4) | 1);
}

/* Whether a block of at least `bytes` may start at b. */
static inline bool seqfit_inside(const struct seqfit *h, const struct block *b, size_t bytes)
{
    uintptr_t at = (uintptr_t)b, end = (uintptr_t)h->epilogue;
    return at >= (uintptr_t)h->first && at <= end && end - at >= bytes &&
           (uintptr_t)block_payload(b) % FITLAB_ALIGN == 0;
}

SEQFIT_APART const char *seqfit_check_block(const struct seqfit *h, const struct block *b)
{
    size_t bytes = block_bytes(b);
    if (bytes < BLOCK_MIN || !seqfit_inside(h, b, bytes)) {
        return "a block's size is impossible";
    }
    size_t known = BLOCK_FREE | BLOCK_PREV_FREE | (block_is_free(b) ? 0 : BLOCK_KEPT);
    if (b->tag & BLOCK_FLAGS & ~known) {
        return "a block's tag has flags that do not go together";
    }
    if (block_prev_is_free(block_after(b)) != block_is_free(b)) {
        return "a block's tag is wrong about the block before it";
    }
    if (block_is_free(b) && *block_footer(b, bytes) != bytes) {
        return "a hole's footer differs from its tag";
    }
    return NULL;
}

static inline const char *seqfit_check_blocks(const struct seqfit *h, struct seqfit_census *c)
{
    if (block_prev_is_free(h->first)) {
        return "the first block has a free block before it";
    }
    for (const struct block *b = h->first; b != h->epilogue; b = block_after(b)) {
        const char *wrong = seqfit_check_block(h, b);
        if (wrong) {
            return wrong;
        }
        if (b->tag & BLOCK_KEPT) {
            seqfit_tally(c, b);
        }
        if (!block_is_free(b)) {
            continue;
        }
        if (h->coalesce == COALESCE_IMMEDIATE && block_prev_is_free(b)) {
            return "two neighbouring holes were not coalesced";
        }
        if (h->grow == GROW_EXACT && block_after(b) == h->epilogue) {
            return "a hole at the break was not given back";
        }
        seqfit_tally(c, b);
    }
    return NULL;
}

/* Whether the list may link to b: a hole, or the end of the list. */
static inline bool seqfit_linkable(const struct seqfit *h, const struct block *b)
{
    return b == &h->list.ends || seqfit_inside(h, b, BLOCK_MIN);
}

static inline const char *seqfit_check_list(const struct seqfit *h, size_t holes,
                                            struct seqfit_census *c)
{
    const struct block *end = free_list_end(&h->list), *before = end;
    for (const struct block *b = end->next; b != end; b = b->next) {
        if (!seqfit_linkable(h, b) || !block_is_free(b)) {
            return "the free list links to what is no hole";
        }
        if (b->prev != before) {
            return "a hole's links disagree";
        }
        if (c->holes == holes) {
            return "the free list has more holes than the heap";
        }
        if (before != end && h->list.order != ORDER_LIFO && h->list.order != ORDER_FIFO &&
            free_list_precedes(&h->list, b, before)) {
            return "the free list is out of order";
        }
        seqfit_tally(c, b);
        before = b;
    }
    return end->prev == before ? NULL : "a hole's links disagree";
}

/* The bounds, the epilogue and every block of a heap; its holes are counted in *there. */
static inline const char *seqfit_check_heap(const struct seqfit *h, size_t state,
                                            struct seqfit_census *there)
{
    const struct region *r = h->heap.region;
    uintptr_t last = (uintptr_t)h->epilogue, brk = (uintptr_t)r->brk;
    if ((const char *)h->first != r->base + seqfit_first_offset(state) ||
        last < (uintptr_t)h->first || last > brk - BLOCK_TAG || !block_can_start(h->epilogue)) {
        return "the heap's bounds are not within the region";
    }
    if (!block_is_epilogue(h->epilogue)) {
        return "the epilogue was overwritten";
    }
    return seqfit_check_blocks(h, there);
}

/* The holes that the tags show must be the ones that are linked. */
static inline const char *seqfit_check_census(const struct seqfit_census *there,
                                              const struct seqfit_census *listed)
{
    return there->holes == listed->holes && there->sum == listed->sum
               ? NULL
               : "a hole is missing from the free list";
}

/* Whether the list, which is sound, has this hole. */
static inline bool seqfit_lists(const struct seqfit *h, const struct block *hole)
{
    const struct block *end = free_list_end(&h->list), *b = end->next;
    while (b != end && b != hole) {
        b = b->next;
    }
    return b == hole;
}

static inline const char *seqfit_check(const struct heap *heap)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    struct seqfit_census there = {0, 0}, listed = {0, 0};
    const char *wrong = seqfit_check_heap(h, sizeof *h, &there);
    if (!wrong) {
        wrong = seqfit_check_list(h, there.holes, &listed);
    }
    if (!wrong) {
        wrong = seqfit_check_census(&there, &listed);
    }
    bool roves = wrong || h->rover == free_list_end(&h->list) || seqfit_lists(h, h->rover);
    return roves ? wrong : "the rover is no hole";
}

#endif
