/* hole_heap.h - holes of one size as a heap inside the holes themselves: the first comes first.
 *
 * A pairing heap. Constant time to insert, to see the first and to remove a hole that has no
 * child, as most have none; O(log holes) amortised for the others. What is freed and taken again
 * in turns costs the same few steps however many holes there are. 16 bytes a hole, as links are
 * 32-bit handles (hole_tree.h).
 *
 * Source: M. L. Fredman, R. Sedgewick, D. D. Sleator, R. E. Tarjan, "The Pairing Heap: A New Form
 * of Self-Adjusting Heap", Algorithmica 1, 1986.
 */
#ifndef FITLAB_HOLE_HEAP_H
#define FITLAB_HOLE_HEAP_H

#include "hole_tree.h"

/* A heap is the handle of its first hole; 0: empty. In each hole: `child`, the first of those below
 * it; `sibling`, the next below the same one; `back`, the sibling before, or the one above. The
 * first hole of a heap has no `sibling` or `back` of use. by: s->key without the size, a constant
 * wherever that is worth it. */

/* Whether hole a comes before b. */
TREAP_INLINE bool hole_heap_precedes(const struct tree_space *s, uint32_t a, uint32_t b,
                                     unsigned by)
{
    return by & TREE_BY_RANK ? tree_node(s, a)->rank < tree_node(s, b)->rank : a < b;
}

/* One heap of two. */
TREAP_INLINE uint32_t hole_heap_meld(const struct tree_space *s, uint32_t a, uint32_t b,
                                     unsigned by)
{
    ++*s->passed;
    bool swap = hole_heap_precedes(s, b, a, by);
    uint32_t first = swap ? b : a, second = swap ? a : b;
    struct block *upper = tree_node(s, first), *lower = tree_node(s, second);
    uint32_t next = upper->child;
    lower->sibling = next;
    lower->back = first;
    upper->child = second;
    if (next) {
        tree_node(s, next)->back = second;
    }
    return first;
}

/* One heap of a list of siblings, not empty: melded in pairs from left to right, then the pairs
 * from right to left. */
TREAP_INLINE uint32_t hole_heap_join(const struct tree_space *s, uint32_t siblings, unsigned by)
{
    uint32_t pairs = 0;
    while (siblings) {
        uint32_t a = siblings, b = tree_node(s, a)->sibling;
        siblings = 0;
        if (b) {
            siblings = tree_node(s, b)->sibling;
            a = hole_heap_meld(s, a, b, by);
        }
        tree_node(s, a)->sibling = pairs;
        pairs = a;
    }
    uint32_t all = pairs;
    pairs = tree_node(s, all)->sibling;
    while (pairs) {
        uint32_t a = pairs;
        pairs = tree_node(s, a)->sibling;
        all = hole_heap_meld(s, all, a, by);
    }
    return all;
}

/* Takes b out of a heap of which it is not the first. */
TREAP_INLINE uint32_t hole_heap_remove(const struct tree_space *s, uint32_t heap,
                                       const struct block *b, unsigned by)
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
    return b->child ? hole_heap_meld(s, heap, hole_heap_join(s, b->child, by), by) : heap;
}

#endif
