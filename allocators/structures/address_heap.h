/* SPDX-License-Identifier: MIT */
/* address_heap.h - a set of free blocks from which the one with the lowest address is taken first.
 *
 * It is a pairing heap. Its nodes lie inside the free blocks, and the key of a node is its own
 * address, so no two keys are equal. Inserting a node and finding the lowest take constant time,
 * removing any node O(log n) amortised. The empty set is NULL.
 *
 * Source: M. L. Fredman, R. Sedgewick, D. D. Sleator, R. E. Tarjan, "The Pairing Heap: A New
 * Form of Self-Adjusting Heap", Algorithmica 1, 1986.
 */
#ifndef FITLAB_ADDRESS_HEAP_H
#define FITLAB_ADDRESS_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_heap {
    struct address_heap *child; /* the first of this node's children, all above it */
    struct address_heap *next;  /* sibling */
    struct address_heap *prev;  /* sibling, or the parent of a first child; NULL: the root */
};

/* Each comparison of two nodes counts as one in *probes. */
static inline struct address_heap *address_heap_meld(struct address_heap *a, struct address_heap *b,
                                                     uint64_t *probes)
{
    if (!a || !b) {
        return a ? a : b;
    }
    (*probes)++;
    if (b < a) {
        struct address_heap *swap = a;
        a = b;
        b = swap;
    }
    b->prev = a;
    b->next = a->child;
    if (b->next) {
        b->next->prev = b;
    }
    a->child = b;
    return a;
}

static inline void address_heap_insert(struct address_heap **root, struct address_heap *node,
                                       uint64_t *probes)
{
    *node = (struct address_heap){NULL, NULL, NULL};
    *root = address_heap_meld(*root, node, probes);
}

/* Joins the heaps in a list of siblings to one: first in pairs from left to right, then the pairs
 * from right to left. */
static inline struct address_heap *address_heap_join(struct address_heap *siblings,
                                                     uint64_t *probes)
{
    struct address_heap *pairs = NULL;
    while (siblings) {
        struct address_heap *a = siblings, *b = a->next;
        siblings = b ? b->next : NULL;
        a->prev = a->next = NULL;
        if (b) {
            b->prev = b->next = NULL;
        }
        a = address_heap_meld(a, b, probes);
        a->next = pairs;
        pairs = a;
    }
    struct address_heap *root = NULL;
    while (pairs) {
        struct address_heap *a = pairs;
        pairs = a->next;
        a->next = NULL;
        root = address_heap_meld(root, a, probes);
    }
    return root;
}

static inline void address_heap_remove(struct address_heap **root, struct address_heap *node,
                                       uint64_t *probes)
{
    struct address_heap *children = address_heap_join(node->child, probes);
    if (node == *root) {
        *root = children;
        return;
    }
    if (node->prev->child == node) {
        node->prev->child = node->next;
    } else {
        node->prev->next = node->next;
    }
    if (node->next) {
        node->next->prev = node->prev;
    }
    *root = address_heap_meld(*root, children, probes);
}

#endif
