/* SPDX-License-Identifier: MIT */
/* treap.h - a balanced search tree whose nodes are 32-bit handles, for trees of holes. The user says
 * where a node keeps its two links, its key and its priority.
 *
 * Nodes are ordered by key from left to right, and by priority from the root down. The priority is
 * a hash of the handle, so the shape of a tree depends only on the nodes that are in it, and no node
 * stores a balance. All operations take O(log nodes) expected. A tree is the handle of its root; 0: empty.
 *
 * Source: R. Seidel and C. R. Aragon, "Randomized Search Trees", Algorithmica 16, 1996.
 */
#ifndef FITLAB_TREAP_H
#define FITLAB_TREAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREAP_INLINE static inline __attribute__((always_inline))

/* How nodes are accessed. These are constants wherever a tree is used, so that they are inlined. */
struct treap_kind {
    uint32_t *(*links)(const void *space, uint32_t node); /* two: to lower and to higher keys */
    uint64_t (*key)(const void *space, uint32_t node);    /* no two are equal */
    uint32_t (*priority)(const void *space, uint32_t node);
};

static inline uint32_t treap_hash(uint32_t handle)
{
    handle = (handle ^ handle >> 16) * 0x7feb352du; /* mixes every bit of a handle */
    return (handle ^ handle >> 15) * 0x846ca68bu;
}

/* Inserts a node that is not in the tree. Like the other operations, it returns the number of nodes
 * that it visited. */
TREAP_INLINE uint64_t treap_insert(const void *space, uint32_t *tree, uint32_t node,
                                   struct treap_kind k)
{
    uint64_t key = k.key(space, node), passed = 0;
    uint32_t priority = k.priority(space, node);
    for (; *tree && k.priority(space, *tree) >= priority; passed++) {
        uint32_t *links = k.links(space, *tree);
        tree = key < k.key(space, *tree) ? &links[0] : &links[1];
    }
    /* The node comes above the rest of the tree, which is divided by its key. */
    uint32_t rest = *tree, *low = &k.links(space, node)[0], *high = &k.links(space, node)[1];
    *tree = node;
    for (; rest; passed++) {
        uint32_t *links = k.links(space, rest);
        if (k.key(space, rest) < key) {
            *low = rest;
            low = &links[1];
            rest = links[1];
        } else {
            *high = rest;
            high = &links[0];
            rest = links[0];
        }
    }
    *low = *high = 0;
    return passed;
}

/* Removes a node, given the link that points to it. */
TREAP_INLINE uint64_t treap_unlink(const void *space, uint32_t *link, uint32_t node,
                                   struct treap_kind k)
{
    uint32_t low = k.links(space, node)[0], high = k.links(space, node)[1];
    uint64_t passed = 0;
    for (; low && high; passed++) {
        bool lower = k.priority(space, low) > k.priority(space, high);
        uint32_t *links = k.links(space, lower ? low : high);
        *link = lower ? low : high;
        link = lower ? &links[1] : &links[0];
        low = lower ? *link : low;
        high = lower ? high : *link;
    }
    *link = low | high;
    return passed;
}

TREAP_INLINE uint64_t treap_remove(const void *space, uint32_t *tree, uint32_t node,
                                   struct treap_kind k)
{
    uint64_t key = k.key(space, node), passed = 0;
    for (; *tree != node; passed++) {
        uint32_t *links = k.links(space, *tree);
        tree = key < k.key(space, *tree) ? &links[0] : &links[1];
    }
    return passed + treap_unlink(space, tree, node, k);
}

#endif
