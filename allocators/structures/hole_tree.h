/* SPDX-License-Identifier: MIT */
/* hole_tree.h - a balanced search tree of holes, stored inside the holes.
 *
 * It is a treap (treap.h) whose handles give the position of a hole. A node can also store the size
 * of the largest hole in its subtree: then the first hole in order that has at least n bytes is
 * found by one descent. All operations take O(log holes) expected. A hole needs 16 bytes, as links
 * are 32-bit handles; the smallest block has room for them.
 *
 * The key decides which hole is "first in order": the lowest address (first-fit), the lowest rank
 * (lifo or fifo order), or the smallest size and then one of the two (best-fit).
 *
 * Source, beside that of treap.h: a tree of holes by address and largest size: C. J. Stephenson,
 * "Fast Fits", SOSP 1983.
 */
#ifndef FITLAB_HOLE_TREE_H
#define FITLAB_HOLE_TREE_H

#include "structures/block.h"
#include "structures/treap.h"

/* A tree reaches this far from its base: 2^32 handles, one for each granule. 0: as far as there are
 * addresses. */
#if UINTPTR_MAX > 0xffffffff
#define TREE_REACH (((size_t)1 << 32) * FITLAB_ALIGN)
#else
#define TREE_REACH ((size_t)0)
#endif

enum tree_key {
    TREE_BY_SIZE = 1,    /* by size first, then by the rest */
    TREE_DESCENDING = 2, /* the largest size first */
    TREE_BY_RANK = 4,    /* by rank instead of address */
    TREE_LARGEST = 8     /* does not change the key: each node stores the largest size below it */
};

/* What the trees of one heap have in common. A tree itself is the handle of its root; 0: empty. */
struct tree_space {
    char *base;       /* handles count from here */
    unsigned key;     /* of enum tree_key */
    uint64_t *passed; /* counts the nodes that insertions and removals visit */
};

static inline uint32_t tree_handle(const struct tree_space *s, const void *b)
{
    return (uint32_t)((size_t)((const char *)b - s->base) / FITLAB_ALIGN);
}

static inline struct block *tree_node(const struct tree_space *s, uint32_t handle)
{
    return (struct block *)(s->base + (size_t)handle * FITLAB_ALIGN + FITLAB_ALIGN - BLOCK_TAG);
}

static inline uint32_t tree_granules(const struct block *b)
{
    return (uint32_t)(block_bytes(b) / FITLAB_ALIGN);
}

static inline uint64_t tree_key(const struct tree_space *s, const struct block *b)
{
    uint64_t key = s->key & TREE_BY_RANK ? b->rank : tree_handle(s, b);
    if (s->key & TREE_BY_SIZE) {
        uint32_t size = tree_granules(b);
        key |= (uint64_t)(s->key & TREE_DESCENDING ? ~size : size) << 32;
    }
    return key;
}

/* With TREE_LARGEST, `most` of a node is the size of the largest hole in its subtree; else it is
 * the priority of the node. */
static inline uint32_t tree_priority(const void *space, uint32_t handle)
{
    const struct tree_space *s = (const struct tree_space *)space;
    return s->key & TREE_LARGEST ? treap_hash(handle) : tree_node(s, handle)->most;
}

static inline uint32_t *tree_links(const void *space, uint32_t handle)
{
    return tree_node((const struct tree_space *)space, handle)->below;
}

static inline uint64_t tree_key_of(const void *space, uint32_t handle)
{
    const struct tree_space *s = (const struct tree_space *)space;
    return tree_key(s, tree_node(s, handle));
}

#define TREE_OF_HOLES ((struct treap_kind){tree_links, tree_key_of, tree_priority})

/* The same when the key is TREE_BY_SIZE | TREE_BY_RANK: faster, as it is known beforehand. */
static inline uint64_t tree_size_key(const void *space, uint32_t handle)
{
    const struct block *n = tree_node((const struct tree_space *)space, handle);
    return (uint64_t)tree_granules(n) << 32 | n->rank;
}

static inline uint32_t tree_stored_priority(const void *space, uint32_t handle)
{
    return tree_node((const struct tree_space *)space, handle)->most;
}

#define TREE_OF_SIZES ((struct treap_kind){tree_links, tree_size_key, tree_stored_priority})

static inline uint32_t tree_most(const struct tree_space *s, uint32_t handle)
{
    return handle ? tree_node(s, handle)->most : 0;
}

static inline void tree_update(const struct tree_space *s, struct block *n)
{
    uint32_t most = tree_granules(n), left = tree_most(s, n->below[0]),
             right = tree_most(s, n->below[1]);
    most = left > most ? left : most;
    n->most = right > most ? right : most;
}

/* ---- insertion and removal ---- */

/* Updates `most` in all nodes on the way to a key. */
static inline void tree_refresh(struct tree_space *s, uint32_t tree, uint64_t key)
{
    if (!tree) {
        return;
    }
    struct block *n = tree_node(s, tree);
    uint64_t at = tree_key(s, n);
    if (key <= at) {
        tree_refresh(s, n->below[0], key);
    }
    if (key >= at) {
        tree_refresh(s, n->below[1], key);
    }
    tree_update(s, n);
}

static inline void tree_insert(struct tree_space *s, uint32_t *tree, struct block *b)
{
    uint32_t handle = tree_handle(s, b);
    b->most = treap_hash(handle);
    *s->passed += treap_insert(s, tree, handle, TREE_OF_HOLES);
    if (s->key & TREE_LARGEST) {
        tree_refresh(s, *tree, tree_key(s, b));
    }
}

/* The key of b must be the same as when b was inserted. */
static inline void tree_remove(struct tree_space *s, uint32_t *tree, const struct block *b)
{
    uint64_t key = tree_key(s, b);
    *s->passed += treap_remove(s, tree, tree_handle(s, b), TREE_OF_HOLES);
    if (s->key & TREE_LARGEST) {
        tree_refresh(s, *tree, key);
    }
}

/* Without TREE_LARGEST: takes out the first hole of a tree that has one. */
static inline struct block *tree_pop_first(struct tree_space *s, uint32_t *tree)
{
    uint64_t passed = 1;
    struct block *n = tree_node(s, *tree);
    for (; n->below[0]; passed++) {
        tree = &n->below[0];
        n = tree_node(s, *tree);
    }
    *tree = n->below[1];
    *s->passed += passed;
    return n;
}

/* ---- searches ---- */

static inline struct block *tree_first(const struct tree_space *s, uint32_t tree)
{
    struct block *n = tree_node(s, tree);
    while (n->below[0]) {
        n = tree_node(s, n->below[0]);
    }
    return n;
}

/* With TREE_LARGEST: the first hole in order of at least so many granules, or NULL; adds the
 * nodes examined. */
static inline struct block *tree_first_fit(const struct tree_space *s, uint32_t tree,
                                           size_t granules, uint64_t *probes)
{
    if (tree_most(s, tree) < granules) {
        *probes += tree != 0;
        return NULL;
    }
    for (;;) {
        struct block *n = tree_node(s, tree);
        ++*probes;
        if (tree_most(s, n->below[0]) >= granules) {
            tree = n->below[0];
        } else if (tree_granules(n) >= granules) {
            return n;
        } else {
            tree = n->below[1];
        }
    }
}

/* The same among the holes whose key is at least `from`. */
static inline struct block *tree_first_fit_from(const struct tree_space *s, uint32_t tree,
                                                uint64_t from, size_t granules, uint64_t *probes)
{
    if (tree_most(s, tree) < granules) {
        return NULL;
    }
    struct block *n = tree_node(s, tree);
    ++*probes;
    if (tree_key(s, n) >= from) {
        struct block *lower = tree_first_fit_from(s, n->below[0], from, granules, probes);
        if (lower || tree_granules(n) >= granules) {
            return lower ? lower : n;
        }
    }
    return tree_first_fit_from(s, n->below[1], from, granules, probes);
}

/* In a tree by size: the first hole of at least so many granules, or NULL. */
static inline struct block *tree_best_fit(const struct tree_space *s, uint32_t tree,
                                          size_t granules, uint64_t *probes)
{
    struct block *best = NULL;
    while (tree) {
        struct block *n = tree_node(s, tree);
        bool fits = tree_granules(n) >= granules;
        ++*probes;
        best = fits ? n : best;
        tree = fits ? n->below[0] : n->below[1];
    }
    return best;
}

#endif
