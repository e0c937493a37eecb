/* SPDX-License-Identifier: MIT */
/* seqfit_tree.h - index=tree: the holes of a sequential fit in a search tree instead of a list.
 *
 * The tree has the same order as the list would have, so every placement is the same, but a search
 * takes O(log holes) instead of O(holes). For lifo and fifo order each hole needs a rank: a 32-bit
 * number that counts the insertions. When the numbers are used up, all holes are ranked anew.
 *
 * seqfit_fit.h has SEQFIT_POLICY, which makes a policy of two searches and a table.
 */
#ifndef FITLAB_SEQFIT_TREE_H
#define FITLAB_SEQFIT_TREE_H

#include "fits/seqfit_heap.h"
#include "structures/hole_tree.h"

struct seqfit_tree {
    struct seqfit fit;
    struct tree_space space;
    uint32_t root;      /* of the tree of holes */
    uint32_t stamp;     /* ranks given so far */
    uint64_t next_rank; /* roving: the search begins with the first rank not below it */
};

/* How holes are put into an index and taken out: constants, so that they are inlined. */
struct seqfit_links {
    void (*link)(struct seqfit *, struct block *); /* by its key, rank included */
    void (*unlink)(struct seqfit *, struct block *);
    struct block *(*any)(struct seqfit *); /* any hole that has a rank, or NULL */
};

static inline struct seqfit_tree *seqfit_tree_of(const struct seqfit *h)
{
    return (struct seqfit_tree *)h;
}

/* ---- ranks ---- */

/* Gives all holes new ranks, without gaps and in the same order. */
SEQFIT_INLINE void seqfit_restamp(struct seqfit_tree *t, struct seqfit_links l)
{
    struct tree_space by_rank = {t->space.base, TREE_BY_RANK, t->space.passed};
    bool fifo = t->fit.list.order == ORDER_FIFO;
    uint32_t all = 0, holes = 0;
    for (struct block *b; (b = l.any(&t->fit)); holes++) {
        l.unlink(&t->fit, b);
        tree_insert(&by_rank, &all, b);
    }
    t->stamp = holes;
    uint32_t rank = fifo ? 0 : 0 - holes;
    uint64_t next = fifo ? holes : (uint64_t)1 << 32;
    for (; holes > 0; holes--, rank++) {
        struct block *b = tree_first(&by_rank, all);
        tree_remove(&by_rank, &all, b);
        next = b->rank >= t->next_rank && rank < next ? rank : next;
        b->rank = rank;
        l.link(&t->fit, b);
    }
    t->next_rank = next;
}

/* Gives b, which is about to be inserted, its rank, unless the order is by address. */
SEQFIT_INLINE void seqfit_stamp(struct seqfit_tree *t, struct block *b, struct seqfit_links l)
{
    if (t->fit.list.order == ORDER_ADDRESS) {
        return;
    }
    if (t->stamp == UINT32_MAX) {
        seqfit_restamp(t, l);
    }
    b->rank = t->fit.list.order == ORDER_FIFO ? t->stamp : ~t->stamp;
    t->stamp++;
}

/* seqfit_replace of an index with ranks: the new hole gets the rank of the old one, unless the
 * order is by size. */
SEQFIT_INLINE void seqfit_relink(struct seqfit *h, struct block *old, struct block *b, size_t bytes,
                                 struct seqfit_links l)
{
    uint32_t rank = old->rank;
    l.unlink(h, old);
    block_set_free(b, bytes);
    if (h->list.order == ORDER_SIZE) {
        seqfit_stamp(seqfit_tree_of(h), b, l);
    } else {
        b->rank = rank;
    }
    l.link(h, b);
}

/* ---- what seqfit.h asks of an index ---- */

static inline void seqfit_tree_link(struct seqfit *h, struct block *b)
{
    tree_insert(&seqfit_tree_of(h)->space, &seqfit_tree_of(h)->root, b);
}

static inline void seqfit_tree_remove(struct seqfit *h, struct block *b)
{
    tree_remove(&seqfit_tree_of(h)->space, &seqfit_tree_of(h)->root, b);
}

static inline struct block *seqfit_tree_any(struct seqfit *h)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    return t->root ? tree_node(&t->space, t->root) : NULL;
}

#define SEQFIT_TREE_LINKS                                                                          \
    ((struct seqfit_links){seqfit_tree_link, seqfit_tree_remove, seqfit_tree_any})

static inline void seqfit_tree_insert(struct seqfit *h, struct block *b)
{
    seqfit_stamp(seqfit_tree_of(h), b, SEQFIT_TREE_LINKS);
    seqfit_tree_link(h, b);
}

static inline void seqfit_tree_replace(struct seqfit *h, struct block *old, struct block *b,
                                       size_t bytes)
{
    seqfit_relink(h, old, b, bytes, SEQFIT_TREE_LINKS);
}

/* The fields of a struct seqfit_kind that make it an index=tree. */
#define SEQFIT_TREE                                                                                \
    .insert = seqfit_tree_insert, .remove = seqfit_tree_remove, .replace = seqfit_tree_replace,    \
    .reach = TREE_REACH

/* The first hole in order that is large enough: first-fit. */
static inline struct block *seqfit_tree_search(struct seqfit *h, size_t bytes)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    return tree_first_fit(&t->space, t->root, bytes / FITLAB_ALIGN, &h->heap.count.probes);
}

/* In a tree by size: best-fit. */
static inline struct block *seqfit_tree_search_best(struct seqfit *h, size_t bytes)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    return tree_best_fit(&t->space, t->root, bytes / FITLAB_ALIGN, &h->heap.count.probes);
}

/* ---- open and check ---- */

/* What a tree of this order is keyed by; by_size: by size first, in any order, for best-fit. */
static inline unsigned seqfit_tree_key(const struct seqfit *h, bool by_size)
{
    unsigned key = h->list.order == ORDER_ADDRESS ? 0u : (unsigned)TREE_BY_RANK;
    if (by_size || h->list.order == ORDER_SIZE) {
        key |= TREE_BY_SIZE | (h->list.descending ? (unsigned)TREE_DESCENDING : 0u);
    }
    return by_size ? key : key | TREE_LARGEST;
}

/* seqfit_start for a struct seqfit_tree within `state` bytes. */
static inline struct seqfit_tree *seqfit_tree_start(const struct policy *policy, struct region *r,
                                                    struct seqfit_options options,
                                                    struct seqfit_kind k, size_t state,
                                                    bool by_size)
{
    struct seqfit *h = seqfit_start(policy, r, options, k, state);
    if (!h) {
        return NULL;
    }
    struct seqfit_tree *t = seqfit_tree_of(h);
    /* Member by member: assigning a whole struct could copy garbage in its padding. */
    t->space.base = r->base;
    t->space.key = seqfit_tree_key(h, by_size);
    t->space.passed = &h->heap.count.insert_probes;
    t->root = t->stamp = 0;
    t->next_rank = 0;
    return t;
}

SEQFIT_INLINE struct heap *seqfit_tree_open(const struct policy *policy, struct region *r,
                                            struct seqfit_options options, struct seqfit_kind k,
                                            bool by_size)
{
    struct seqfit_tree *t =
        seqfit_tree_start(policy, r, options, k, sizeof(struct seqfit_tree), by_size);
    if (!t) {
        return NULL;
    }
    seqfit_fill(&t->fit, k);
    return &t->fit.heap;
}

/* The keys, inclusive, and the highest priority that a subtree may have. */
struct tree_bounds {
    uint64_t low, high;
    uint32_t top;
};

#define TREE_UNBOUNDED ((struct tree_bounds){0, UINT64_MAX, UINT32_MAX})

/* Checks a tree and counts its holes in *met, at most `holes` in all. */
static inline const char *seqfit_check_tree(const struct seqfit *h, const struct tree_space *s,
                                            uint32_t tree, struct tree_bounds in, size_t holes,
                                            struct seqfit_census *met)
{
    if (!tree) {
        return NULL;
    }
    const struct block *n = tree_node(s, tree);
    if (!seqfit_inside(h, n, BLOCK_MIN) || !block_is_free(n)) {
        return "a tree of holes links to what is no hole";
    }
    if (met->holes == holes) {
        return "the trees have more holes than the heap";
    }
    seqfit_tally(met, n);
    uint64_t key = tree_key(s, n);
    uint32_t top = tree_priority(s, tree);
    if (key < in.low || key > in.high || top > in.top) {
        return "a tree of holes is out of order";
    }
    struct tree_bounds left = {in.low, key - (key > 0), top};
    struct tree_bounds right = {key + (key < UINT64_MAX), in.high, top};
    const char *wrong = seqfit_check_tree(h, s, n->below[0], left, holes, met);
    wrong = wrong ? wrong : seqfit_check_tree(h, s, n->below[1], right, holes, met);
    if (wrong) {
        return wrong;
    }
    struct block sound = *n;
    tree_update(s, &sound);
    return sound.most == n->most || !(s->key & TREE_LARGEST)
               ? NULL
               : "a tree of holes is wrong about its largest";
}

static inline const char *seqfit_tree_check(const struct heap *heap)
{
    const struct seqfit_tree *t = seqfit_tree_of((const struct seqfit *)heap);
    struct seqfit_census there = {0, 0}, met = {0, 0};
    if (t->space.base != heap->region->base) {
        return "the tree of holes counts from another base";
    }
    const char *wrong = seqfit_check_heap(&t->fit, sizeof *t, &there);
    wrong = wrong
                ? wrong
                : seqfit_check_tree(&t->fit, &t->space, t->root, TREE_UNBOUNDED, there.holes, &met);
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

#endif
