/* hole_tree.h - holes as a balanced search tree inside the holes themselves.
 *
 * A treap: ordered by key from left to right and by priority from the root down, the priority
 * being a hash of the hole's address. So the shape depends on nothing but which holes there
 * are, and no hole stores a balance. Each node knows the largest hole below it: the first
 * hole in order with at least n bytes is found by one descent. All operations O(log holes)
 * expected; 16 bytes a hole, which fit the smallest block, as links are 32-bit handles.
 *
 * What the key is decides what "first in order" means: the address (first-fit), the rank
 * in a lifo or fifo order, or the size and then one of them (best-fit).
 *
 * Source: R. Seidel and C. R. Aragon, "Randomized Search Trees", Algorithmica 16, 1996; a
 * tree of holes by address and largest size: C. J. Stephenson, "Fast Fits", SOSP 1983.
 */
#ifndef FITLAB_HOLE_TREE_H
#define FITLAB_HOLE_TREE_H

#include "block.h"

/* A tree reaches this far from its base: 2^32 handles, one every 16 bytes. */
#define TREE_REACH ((size_t)1 << 36)

enum tree_key {
    TREE_BY_SIZE = 1,    /* by size first, then by the rest */
    TREE_DESCENDING = 2, /* the largest size first */
    TREE_BY_RANK = 4     /* by rank instead of address */
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
    return (struct block *)(s->base + (size_t)handle * FITLAB_ALIGN + BLOCK_TAG);
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

static inline uint32_t tree_priority(uint32_t handle)
{
    handle = (handle ^ handle >> 16) * 0x7feb352du; /* mixes every bit of an address */
    return (handle ^ handle >> 15) * 0x846ca68bu;
}

static inline uint32_t tree_most(const struct tree_space *s, uint32_t handle)
{
    return handle ? tree_node(s, handle)->most : 0;
}

static inline void tree_update(const struct tree_space *s, struct block *n)
{
    uint32_t most = tree_granules(n), left = tree_most(s, n->left), right = tree_most(s, n->right);
    most = left > most ? left : most;
    n->most = right > most ? right : most;
}

/* Divides a tree into what comes before a key and the rest. */
static inline void tree_divide(struct tree_space *s, uint32_t tree, uint64_t key, uint32_t *low,
                               uint32_t *high)
{
    if (!tree) {
        *low = *high = 0;
        return;
    }
    struct block *n = tree_node(s, tree);
    ++*s->passed;
    if (tree_key(s, n) < key) {
        tree_divide(s, n->right, key, &n->right, high);
        *low = tree;
    } else {
        tree_divide(s, n->left, key, low, &n->left);
        *high = tree;
    }
    tree_update(s, n);
}

/* Joins two trees; all of the first come before all of the second. */
static inline uint32_t tree_join(struct tree_space *s, uint32_t low, uint32_t high)
{
    if (!low || !high) {
        return low | high;
    }
    ++*s->passed;
    bool top_low = tree_priority(low) > tree_priority(high);
    struct block *n = tree_node(s, top_low ? low : high);
    if (top_low) {
        n->right = tree_join(s, n->right, high);
    } else {
        n->left = tree_join(s, low, n->left);
    }
    tree_update(s, n);
    return top_low ? low : high;
}

static inline void tree_insert(struct tree_space *s, uint32_t *tree, struct block *b)
{
    uint32_t handle = tree_handle(s, b);
    if (!*tree || tree_priority(handle) > tree_priority(*tree)) {
        tree_divide(s, *tree, tree_key(s, b), &b->left, &b->right);
        *tree = handle;
        tree_update(s, b);
        return;
    }
    struct block *n = tree_node(s, *tree);
    ++*s->passed;
    tree_insert(s, tree_key(s, b) < tree_key(s, n) ? &n->left : &n->right, b);
    tree_update(s, n);
}

/* The key of b must be what it was when b was inserted. */
static inline void tree_remove(struct tree_space *s, uint32_t *tree, const struct block *b)
{
    struct block *n = tree_node(s, *tree);
    ++*s->passed;
    if (n == b) {
        *tree = tree_join(s, n->left, n->right);
        return;
    }
    tree_remove(s, tree_key(s, b) < tree_key(s, n) ? &n->left : &n->right, b);
    tree_update(s, n);
}

static inline struct block *tree_first(const struct tree_space *s, uint32_t tree)
{
    struct block *n = tree_node(s, tree);
    while (n->left) {
        n = tree_node(s, n->left);
    }
    return n;
}

/* The first hole in order of at least so many granules, or NULL; adds the nodes examined. */
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
        if (tree_most(s, n->left) >= granules) {
            tree = n->left;
        } else if (tree_granules(n) >= granules) {
            return n;
        } else {
            tree = n->right;
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
        struct block *lower = tree_first_fit_from(s, n->left, from, granules, probes);
        if (lower || tree_granules(n) >= granules) {
            return lower ? lower : n;
        }
    }
    return tree_first_fit_from(s, n->right, from, granules, probes);
}

#endif
