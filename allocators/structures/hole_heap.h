/* SPDX-License-Identifier: MIT */
/* hole_heap.h - a heap of holes of one size, stored inside the holes, from which the first in
 * order is taken first.
 *
 * It is a pairing heap. Inserting a hole, finding the first one, and removing a hole that has no
 * child, as most have none, take constant time; removing any other takes O(log holes) amortised.
 * So a program that frees and takes one block in turns pays the same however many holes there are.
 * A hole needs 16 bytes, as links are 32-bit handles (hole_tree.h).
 *
 * Source: M. L. Fredman, R. Sedgewick, D. D. Sleator, R. E. Tarjan, "The Pairing Heap: A New Form
 * of Self-Adjusting Heap", Algorithmica 1, 1986.
 */
#ifndef FITLAB_HOLE_HEAP_H
#define FITLAB_HOLE_HEAP_H

#include "structures/hole_tree.h"

/* A heap is given by its first hole. In each hole, `child` is the first hole below it; `sibling` is
 * the next hole below the same one; `back` is the sibling before it or, if it is the first child,
 * the hole above it. In the first hole of a heap `sibling` and `back` have no meaning. The key of
 * the space says whether holes are ordered by address or by rank. */

/* Whether hole a comes before b. */
TREAP_INLINE bool hole_heap_precedes(const struct tree_space *s, const struct block *a,
                                     const struct block *b)
{
    return s->key & TREE_BY_RANK ? a->rank < b->rank : a < b;
}

/* Joins two heaps to one. */
TREAP_INLINE struct block *hole_heap_meld(const struct tree_space *s, struct block *a,
                                          struct block *b)
{
    ++*s->passed;
    bool swap = hole_heap_precedes(s, b, a);
    struct block *upper = swap ? b : a, *lower = swap ? a : b;
    uint32_t next = upper->child, handle = tree_handle(s, lower);
    lower->sibling = next;
    lower->back = tree_handle(s, upper);
    upper->child = handle;
    if (next) {
        tree_node(s, next)->back = handle;
    }
    return upper;
}

/* Joins the heaps in a list of siblings, not empty, to one: first in pairs from left to right, then
 * the pairs from right to left. */
TREAP_INLINE struct block *hole_heap_join(const struct tree_space *s, uint32_t siblings)
{
    uint32_t pairs = 0;
    while (siblings) {
        struct block *a = tree_node(s, siblings);
        uint32_t second = a->sibling;
        siblings = 0;
        if (second) {
            struct block *b = tree_node(s, second);
            siblings = b->sibling;
            a = hole_heap_meld(s, a, b);
        }
        a->sibling = pairs;
        pairs = tree_handle(s, a);
    }
    struct block *all = tree_node(s, pairs);
    pairs = all->sibling;
    while (pairs) {
        struct block *a = tree_node(s, pairs);
        pairs = a->sibling;
        all = hole_heap_meld(s, all, a);
    }
    return all;
}

/* Takes b out of a heap of which it is not the first. */
TREAP_INLINE struct block *hole_heap_remove(const struct tree_space *s, struct block *heap,
                                            const struct block *b)
{
    struct block *back = tree_node(s, b->back);
    if (back->child == tree_handle(s, b)) {
        back->child = b->sibling;
    } else {
        back->sibling = b->sibling;
    }
    if (b->sibling) {
        tree_node(s, b->sibling)->back = b->back;
    }
    return b->child ? hole_heap_meld(s, heap, hole_heap_join(s, b->child)) : heap;
}

#endif
