/* seqfit_exact.h - index=exact: a bin for each block size up to a limit, larger holes in a
 * tree by size.
 *
 * The bin that is not empty and next to the request is found in a bitmap, in constant time,
 * and all holes of it are best fits. Which of them is first in the order is a question among
 * equals only: with order=size the bin is a stack, so that all is O(1); in the other orders
 * it is a tree, O(log holes of that size).
 */
#ifndef FITLAB_SEQFIT_EXACT_H
#define FITLAB_SEQFIT_EXACT_H

#include "seqfit_tree.h"
#include "size_bins.h"

struct seqfit_exact {
    struct seqfit_tree large; /* the holes too large for a bin, and what all share */
    struct tree_space equal;  /* how a bin's tree is ordered */
    size_t small_request;     /* requests below this are for blocks that a bin could hold */
    size_t small_free;        /* frees that make a hole below this can take the short way */
    struct size_bins bins;
};

static inline struct seqfit_exact *seqfit_exact_of(const struct seqfit *h)
{
    return (struct seqfit_exact *)h;
}

/* Whether a hole of so many bytes is kept in a bin. */
SEQFIT_INLINE bool seqfit_is_small(const struct seqfit *h, size_t bytes)
{
    return bytes < seqfit_exact_of(h)->bins.count * FITLAB_ALIGN;
}

static inline struct block **seqfit_exact_head(const struct seqfit_exact *e, unsigned g)
{
    return &size_bins_heads(&e->bins)[g];
}

/* ---- one bin: a stack or a tree, which is a constant wherever it matters ---- */

static inline uint32_t seqfit_exact_root(const struct seqfit_exact *e, unsigned g)
{
    struct block *root = *seqfit_exact_head(e, g);
    return root ? tree_handle(&e->equal, root) : 0;
}

static __attribute__((noinline)) void seqfit_exact_tree_insert(struct seqfit_exact *e, unsigned g,
                                                               struct block *b)
{
    uint32_t root = seqfit_exact_root(e, g);
    struct block *first = tree_node(&e->equal, root);
    if (!first->left && !first->right) {
        first->most = tree_hash(root); /* its priority, not needed while it was alone */
    }
    tree_insert(&e->equal, &root, b);
    *seqfit_exact_head(e, g) = tree_node(&e->equal, root);
}

static __attribute__((noinline)) void seqfit_exact_tree_remove(struct seqfit_exact *e, unsigned g,
                                                               struct block *b)
{
    uint32_t root = seqfit_exact_root(e, g);
    tree_remove(&e->equal, &root, b);
    *seqfit_exact_head(e, g) = tree_node(&e->equal, root);
}

SEQFIT_INLINE void seqfit_exact_put(struct seqfit_exact *e, unsigned g, struct block *b,
                                    bool stacked)
{
    if (stacked) {
        size_bins_push(&e->bins, g, b);
    } else if (*seqfit_exact_head(e, g)) {
        seqfit_exact_tree_insert(e, g, b);
    } else {
        b->left = b->right = 0;
        *seqfit_exact_head(e, g) = b;
        size_bins_mark(&e->bins, g);
    }
}

SEQFIT_INLINE void seqfit_exact_pull(struct seqfit_exact *e, unsigned g, struct block *b,
                                     bool stacked)
{
    if (stacked) {
        size_bins_pull(&e->bins, g, b);
    } else if (*seqfit_exact_head(e, g) != b || b->left || b->right) {
        seqfit_exact_tree_remove(e, g, b);
    } else {
        *seqfit_exact_head(e, g) = NULL;
        size_bins_unmark(&e->bins, g);
    }
}

SEQFIT_INLINE struct block *seqfit_exact_pop(struct seqfit_exact *e, unsigned g, bool stacked)
{
    if (stacked) {
        return size_bins_pop(&e->bins, g);
    }
    struct block *b = *seqfit_exact_head(e, g);
    while (b->left) {
        b = tree_node(&e->equal, b->left);
    }
    seqfit_exact_pull(e, g, b, false);
    return b;
}

/* ---- all holes ---- */

SEQFIT_INLINE void seqfit_exact_insert(struct seqfit *h, struct block *b, bool stacked)
{
    if (!seqfit_is_small(h, block_bytes(b))) {
        seqfit_tree_insert(h, b);
        return;
    }
    seqfit_exact_put(seqfit_exact_of(h), size_bins_of(block_bytes(b)), b, stacked);
}

SEQFIT_INLINE void seqfit_exact_remove(struct seqfit *h, struct block *b, bool stacked)
{
    if (!seqfit_is_small(h, block_bytes(b))) {
        seqfit_tree_remove(h, b);
        return;
    }
    seqfit_exact_pull(seqfit_exact_of(h), size_bins_of(block_bytes(b)), b, stacked);
}

/* seqfit_replace where ranks are not kept: a large hole that stays large mostly stays in place. */
SEQFIT_INLINE void seqfit_exact_replace(struct seqfit *h, struct block *old, struct block *b,
                                        size_t bytes, bool stacked)
{
    struct seqfit_tree *t = seqfit_tree_of(h);
    if (old != b && !seqfit_is_small(h, bytes)) {
        seqfit_stamp(t, b, SEQFIT_TREE_LINKS);
        tree_shrink(&t->space, &t->root, old, b, bytes, b->rank);
        return;
    }
    size_t before = b->tag & BLOCK_PREV_FREE;
    seqfit_exact_remove(h, old, stacked);
    block_set_hole(b, bytes, before);
    seqfit_exact_insert(h, b, stacked);
}

static inline struct block *seqfit_exact_search(struct seqfit *h, size_t bytes)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    unsigned g = 0;
    if (seqfit_is_small(h, bytes)) {
        g = size_bins_find(&e->bins, size_bins_of(bytes), &h->heap.count.probes);
    }
    if (!g) {
        return seqfit_tree_search_best(h, bytes);
    }
    struct block *b = *seqfit_exact_head(e, g);
    return h->list.order == ORDER_SIZE ? b : tree_first(&e->equal, tree_handle(&e->equal, b));
}

/* order=size: insertion before equals is a push. */
static inline void seqfit_by_size_insert(struct seqfit *h, struct block *b)
{
    seqfit_exact_insert(h, b, true);
}

static inline void seqfit_by_size_remove(struct seqfit *h, struct block *b)
{
    seqfit_exact_remove(h, b, true);
}

static inline void seqfit_by_size_replace(struct seqfit *h, struct block *old, struct block *b,
                                          size_t bytes)
{
    seqfit_exact_replace(h, old, b, bytes, true);
}

#define SEQFIT_BY_SIZE                                                                             \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_by_size_insert,                                         \
                          .remove = seqfit_by_size_remove,                                         \
                          .replace = seqfit_by_size_replace,                                       \
                          .reach = TREE_REACH})

/* order=address: no rank, and a remainder has its parent's place by itself. */
static inline void seqfit_by_address_insert(struct seqfit *h, struct block *b)
{
    seqfit_exact_insert(h, b, false);
}

static inline void seqfit_by_address_remove(struct seqfit *h, struct block *b)
{
    seqfit_exact_remove(h, b, false);
}

static inline void seqfit_by_address_replace(struct seqfit *h, struct block *old, struct block *b,
                                             size_t bytes)
{
    seqfit_exact_replace(h, old, b, bytes, false);
}

#define SEQFIT_BY_ADDRESS                                                                          \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_by_address_insert,                                      \
                          .remove = seqfit_by_address_remove,                                      \
                          .replace = seqfit_by_address_replace,                                    \
                          .reach = TREE_REACH})

/* order=lifo|fifo: by rank. */
static inline void seqfit_by_rank_link(struct seqfit *h, struct block *b)
{
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_exact_insert(h, b, false);
    } else {
        seqfit_tree_link(h, b);
    }
}

static inline struct block *seqfit_by_rank_any(struct seqfit *h)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    uint64_t unused = 0;
    unsigned g = size_bins_find(&e->bins, 1, &unused);
    return g ? *seqfit_exact_head(e, g) : seqfit_tree_any(h);
}

#define SEQFIT_RANK_LINKS                                                                          \
    ((struct seqfit_links){seqfit_by_rank_link, seqfit_by_address_remove, seqfit_by_rank_any})

static inline void seqfit_by_rank_insert(struct seqfit *h, struct block *b)
{
    seqfit_stamp(seqfit_tree_of(h), b, SEQFIT_RANK_LINKS);
    seqfit_by_rank_link(h, b);
}

static inline void seqfit_by_rank_replace(struct seqfit *h, struct block *old, struct block *b,
                                          size_t bytes)
{
    seqfit_relink(h, old, b, bytes, SEQFIT_RANK_LINKS);
}

#define SEQFIT_BY_RANK                                                                             \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_by_rank_insert,                                         \
                          .remove = seqfit_by_address_remove,                                      \
                          .replace = seqfit_by_rank_replace,                                       \
                          .reach = TREE_REACH})

/* ---- open and check ---- */

/* Bytes of a struct seqfit_exact with so many bins. */
static inline size_t seqfit_exact_bytes(unsigned bins)
{
    return offsetof(struct seqfit_exact, bins) + size_bins_bytes(bins);
}

/* The heap's own state takes `state` bytes, at least seqfit_exact_bytes(bins). */
SEQFIT_INLINE struct heap *seqfit_exact_open(const struct policy *policy, struct region *r,
                                             const long *arg, struct seqfit_kind k, unsigned bins,
                                             size_t state)
{
    struct seqfit_tree *t = seqfit_tree_start(policy, r, arg, k, state, true);
    if (!t) {
        return NULL;
    }
    struct seqfit_exact *e = seqfit_exact_of(&t->fit);
    e->equal = t->space;
    e->equal.key = t->space.key & TREE_BY_RANK;
    size_bins_init(&e->bins, bins);
    e->small_request = bins * FITLAB_ALIGN - BLOCK_TAG - FITLAB_ALIGN;
    bool at_once = t->fit.coalesce == COALESCE_IMMEDIATE;
    e->small_free = at_once ? bins * FITLAB_ALIGN : 0;
    seqfit_fill(&t->fit, k);
    return &t->fit.heap;
}

static inline const char *seqfit_check_stack(const struct seqfit_exact *e, unsigned g, size_t holes,
                                             struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const struct block *before = size_bins_before(&e->bins, g);
    for (const struct block *b = before->next; b; before = b, b = b->next) {
        if (!seqfit_inside(h, b, BLOCK_MIN) || !block_is_free(b)) {
            return "a bin links to what is no hole";
        }
        if (b->prev != before || size_bins_of(block_bytes(b)) != g) {
            return "a hole is in the wrong bin";
        }
        if (met->holes == holes) {
            return "the bins have more holes than the heap";
        }
        seqfit_tally(met, b);
    }
    return NULL;
}

static inline const char *seqfit_check_size_bin(const struct seqfit_exact *e, unsigned g,
                                                size_t holes, struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const struct block *head = size_bins_heads(&e->bins)[g];
    if (!(e->bins.words >> g / 64 & 1) != !e->bins.map[g / 64] ||
        !head != !size_bins_marked(&e->bins, g)) {
        return "the bitmap disagrees with the bins";
    }
    if (h->list.order == ORDER_SIZE) {
        return seqfit_check_stack(e, g, holes, met);
    }
    if (head && (!seqfit_inside(h, head, BLOCK_MIN) || size_bins_of(block_bytes(head)) != g)) {
        return "a hole is in the wrong bin";
    }
    return seqfit_check_tree(h, &e->equal, seqfit_exact_root(e, g), TREE_UNBOUNDED, holes, met);
}

/* Meets the holes; counts in *there what the tags show. */
static inline const char *seqfit_exact_check_holes(const struct seqfit_exact *e, size_t state,
                                                   struct seqfit_census *there,
                                                   struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const char *base = h->heap.region->base;
    if (e->large.space.base != base || e->equal.base != base) {
        return "the trees of holes count from another base";
    }
    const char *wrong = seqfit_check_heap(h, state, there);
    wrong = wrong ? wrong
                  : seqfit_check_tree(h, &e->large.space, e->large.root, TREE_UNBOUNDED,
                                      there->holes, met);
    for (unsigned g = 0; !wrong && g < e->bins.count; g++) {
        wrong = seqfit_check_size_bin(e, g, there->holes, met);
    }
    return wrong;
}

static inline const char *seqfit_exact_check(const struct heap *heap)
{
    const struct seqfit_exact *e = seqfit_exact_of((const struct seqfit *)heap);
    struct seqfit_census there = {0}, met = {0};
    if (e->bins.count > SIZE_BINS_MAX) {
        return "the number of bins is impossible";
    }
    size_t state = seqfit_exact_bytes(e->bins.count);
    const char *wrong = seqfit_exact_check_holes(e, state, &there, &met);
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

#endif
