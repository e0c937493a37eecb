/* state_tree.h - how each state that a search knows was reached: from which one, by which
 * operation.
 *
 * States are numbered as a breadth-first search finds them; 0 is the empty heap. The tree is a list
 * of 8 bytes a state to which states are only ever appended, so it is also what is kept of a
 * proof that is to go on later.
 */
#ifndef FITLAB_STATE_TREE_H
#define FITLAB_STATE_TREE_H

#include <stdint.h>

#include "theory/prove/shared_area.h"

/* An operation in 16 bits: a size in units to ask for, or OP_FREE and an address in units to free.
 */
enum { OP_FREE = 1 << 15, OP_VALUE = OP_FREE - 1, OP_BITS = 16 };

static const uint64_t STATES_MOST = (uint64_t)1 << (64 - OP_BITS);

struct state_tree {
    struct shared_area area;
    uint64_t count;
};

static inline uint64_t *state_tree_entries(const struct state_tree *t)
{
    return (uint64_t *)(void *)t->area.base;
}

static inline uint64_t state_entry(uint64_t parent, uint16_t op)
{
    return parent << OP_BITS | op;
}

/* The empty heap is its own parent. */
static inline uint64_t state_parent(const struct state_tree *t, uint64_t state)
{
    return state_tree_entries(t)[state] >> OP_BITS;
}

static inline uint16_t state_op(const struct state_tree *t, uint64_t state)
{
    return (uint16_t)state_tree_entries(t)[state];
}

#endif
