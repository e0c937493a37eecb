/* time_tree.h - which offsets are occupied when: the lowest room for a block over its whole life.
 */
#ifndef FITLAB_TIME_TREE_H
#define FITLAB_TIME_TREE_H

#include "packing/span_set.h"

struct time_tree {
    uint32_t leaves;  /* a power of two; node 1 is the root, leaf i is node leaves + i */
    uint32_t stretch; /* sections in each of the shades */
    struct span_set *cover, *touch; /* 2 * leaves each, in one allocation that cover owns */
    struct span_set *shade;         /* leaves / stretch */
};

/* shades: 1 or a power of two. More of them make a tree of many long-lived blocks faster and cost
 * an update each. False: not enough memory, and nothing is left behind. */
bool time_tree_make(struct time_tree *, uint32_t sections, uint32_t shades);

/* Nothing is occupied any more. */
void time_tree_clear(struct time_tree *);

void time_tree_release(struct time_tree *);

/* The lowest offset, at least `from`, with `size` free bytes in all of the sections [lower, upper).
 * O(log^2 sections) where occupied space is in few pieces. */
uint64_t time_tree_lowest(const struct time_tree *, uint32_t lower, uint32_t upper, uint64_t from,
                          uint64_t size);

/* Occupies [low, high) in the sections [lower, upper). False: not enough memory. */
bool time_tree_occupy(struct time_tree *, uint32_t lower, uint32_t upper, uint64_t low,
                      uint64_t high);

#endif
