/* hole_tree.h - holes as a balanced search tree inside the holes themselves.
 *
 * A treap: ordered by key from left to right and by priority from the root down, the priority
 * being a hash of the hole's address. So the shape depends on nothing but which holes there
 * are, and no hole stores a balance. Each node may know the largest hole below it: then the
 * first hole in order with at least n bytes is found by one descent. All operations O(log holes)
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

#define TREE_INLINE static inline __attribute__((always_inline))

enum tree_key {
    TREE_BY_SIZE = 1,    /* by size first, then by the rest */
    TREE_DESCENDING = 2, /* the largest size first */
    TREE_BY_RANK = 4,    /* by rank instead of address */
    TREE_LARGEST = 8     /* no matter of keys: nodes know the largest hole below them */
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

static inline uint64_t tree_key_by(const struct tree_space *s, const struct block *b, unsigned by)
{
    uint64_t key = by & TREE_BY_RANK ? b->rank : tree_handle(s, b);
    if (by & TREE_BY_SIZE) {
        uint32_t size = tree_granules(b);
        key |= (uint64_t)(by & TREE_DESCENDING ? ~size : size) << 32;
    }
    return key;
}

static inline uint64_t tree_key(const struct tree_space *s, const struct block *b)
{
    return tree_key_by(s, b, s->key);
}

static inline uint32_t tree_hash(uint32_t handle)
{
    handle = (handle ^ handle >> 16) * 0x7feb352du; /* mixes every bit of an address */
    return (handle ^ handle >> 15) * 0x846ca68bu;
}

/* `most` of a node is the largest hole below it or, where nobody asks for that, its priority. */
TREE_INLINE uint32_t tree_priority(const struct tree_space *s, uint32_t handle, unsigned by)
{
    return by & TREE_LARGEST ? tree_hash(handle) : tree_node(s, handle)->most;
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

/* ---- insertion and removal; by is s->key, a constant where that is worth it ---- */

TREE_INLINE void tree_link(struct tree_space *s, uint32_t *tree, struct block *b, unsigned by)
{
    uint32_t handle = tree_handle(s, b), priority = tree_hash(handle);
    uint64_t key = tree_key_by(s, b, by), passed = 0;
    for (; *tree && tree_priority(s, *tree, by) >= priority; passed++) {
        struct block *n = tree_node(s, *tree);
        tree = key < tree_key_by(s, n, by) ? &n->left : &n->right;
    }
    /* b stands above the rest, which it divides */
    uint32_t rest = *tree, *low = &b->left, *high = &b->right;
    *tree = handle;
    b->most = priority;
    for (; rest; passed++) {
        struct block *n = tree_node(s, rest);
        if (tree_key_by(s, n, by) < key) {
            *low = rest;
            low = &n->right;
            rest = n->right;
        } else {
            *high = rest;
            high = &n->left;
            rest = n->left;
        }
    }
    *low = *high = 0;
    *s->passed += passed;
}

/* The link to b. */
TREE_INLINE uint32_t *tree_find(struct tree_space *s, uint32_t *tree, const struct block *b,
                                unsigned by)
{
    uint32_t handle = tree_handle(s, b);
    uint64_t key = tree_key_by(s, b, by), passed = 0;
    for (; *tree != handle; passed++) {
        struct block *n = tree_node(s, *tree);
        tree = key < tree_key_by(s, n, by) ? &n->left : &n->right;
    }
    *s->passed += passed;
    return tree;
}

/* Takes b out from under a link. */
TREE_INLINE void tree_unlink(struct tree_space *s, uint32_t *link, const struct block *b,
                             unsigned by)
{
    uint32_t low = b->left, high = b->right;
    uint64_t passed = 0;
    for (; low && high; passed++) {
        bool lower = tree_priority(s, low, by) > tree_priority(s, high, by);
        struct block *n = tree_node(s, lower ? low : high);
        *link = lower ? low : high;
        link = lower ? &n->right : &n->left;
        low = lower ? *link : low;
        high = lower ? high : *link;
    }
    *link = low | high;
    *s->passed += passed;
}

/* Brings up to date what lies on the way to a key and beside it. */
static inline void tree_refresh(struct tree_space *s, uint32_t tree, uint64_t key)
{
    if (!tree) {
        return;
    }
    struct block *n = tree_node(s, tree);
    uint64_t at = tree_key(s, n);
    if (key <= at) {
        tree_refresh(s, n->left, key);
    }
    if (key >= at) {
        tree_refresh(s, n->right, key);
    }
    tree_update(s, n);
}

static inline void tree_insert(struct tree_space *s, uint32_t *tree, struct block *b)
{
    tree_link(s, tree, b, s->key);
    if (s->key & TREE_LARGEST) {
        tree_refresh(s, *tree, tree_key(s, b));
    }
}

/* The key of b must be what it was when b was inserted. */
static inline void tree_remove(struct tree_space *s, uint32_t *tree, const struct block *b)
{
    uint64_t key = tree_key(s, b);
    tree_unlink(s, tree_find(s, tree, b, s->key), b, s->key);
    if (s->key & TREE_LARGEST) {
        tree_refresh(s, *tree, key);
    }
}

/* Without TREE_LARGEST: takes out the first hole of a tree that has one. */
static inline struct block *tree_pop_first(struct tree_space *s, uint32_t *tree)
{
    uint64_t passed = 1;
    struct block *n = tree_node(s, *tree);
    for (; n->left; passed++) {
        tree = &n->left;
        n = tree_node(s, *tree);
    }
    *tree = n->right;
    *s->passed += passed;
    return n;
}

/* ---- searches ---- */

static inline struct block *tree_first(const struct tree_space *s, uint32_t tree)
{
    struct block *n = tree_node(s, tree);
    while (n->left) {
        n = tree_node(s, n->left);
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
        tree = fits ? n->left : n->right;
    }
    return best;
}

#endif
