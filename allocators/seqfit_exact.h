/* seqfit_exact.h - index=exact: a bin for each block size up to a limit, larger holes in a
 * tree by size.
 *
 * The bin that is not empty and next to the request is found in a bitmap, in constant time,
 * and all holes of it are best fits. Which of them is first in the order is a question among
 * equals only: with order=size the bin is a stack, so that all is O(1); in the other orders
 * it is a tree, O(log holes of that size).
 *
 * Source: a bin a size is D. Lea's, "A Memory Allocator", 1996; the bitmap above it is that
 * of M. Masmano et al., "TLSF", ECRTS 2004, without rounding to classes.
 */
#ifndef FITLAB_SEQFIT_EXACT_H
#define FITLAB_SEQFIT_EXACT_H

#include "seqfit_bins.h"
#include "seqfit_tree.h"

struct seqfit_exact {
    struct seqfit_tree large; /* the holes too large for a bin, and what all share */
    struct tree_space equal;  /* how a bin's tree is ordered */
    struct bins bins;         /* bin g: holes of g granules of 16 bytes */
};

static inline struct seqfit_exact *seqfit_exact_of(const struct seqfit *h)
{
    return (struct seqfit_exact *)h;
}

/* The bin of the best fit, or as many as there are bins. */
SEQFIT_INLINE unsigned seqfit_exact_find(struct seqfit *h, size_t bytes)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    size_t g = bytes / FITLAB_ALIGN;
    return g < e->bins.count ? bins_next_within(&e->bins, (unsigned)g, &h->heap.count.probes)
                             : e->bins.count;
}

/* ---- order=size: a bin is a stack, as insertion before equals is a push ---- */

/* The holes that are small enough for a bin. */
SEQFIT_INLINE void seqfit_small_insert(struct seqfit *h, struct block *b)
{
    bins_insert(&seqfit_exact_of(h)->bins, tree_granules(b), b);
}

SEQFIT_INLINE void seqfit_small_remove(struct seqfit *h, struct block *b)
{
    bins_remove_from(&seqfit_exact_of(h)->bins, tree_granules(b), b);
}

SEQFIT_INLINE struct block *seqfit_small_search(struct seqfit *h, size_t bytes)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    unsigned g = seqfit_exact_find(h, bytes);
    if (g >= e->bins.count) {
        return NULL;
    }
    h->heap.count.probes++;
    return e->bins.head[g];
}

#define SEQFIT_SMALL                                                                               \
    ((struct seqfit_kind){.search = seqfit_small_search,                                           \
                          .insert = seqfit_small_insert,                                           \
                          .remove = seqfit_small_remove})

SEQFIT_INLINE bool seqfit_is_small(const struct seqfit *h, size_t bytes)
{
    return bytes / FITLAB_ALIGN < seqfit_exact_of(h)->bins.count;
}

/* All holes. */
static inline void seqfit_stack_insert(struct seqfit *h, struct block *b)
{
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_small_insert(h, b);
    } else {
        seqfit_tree_insert(h, b);
    }
}

static inline void seqfit_stack_remove(struct seqfit *h, struct block *b)
{
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_small_remove(h, b);
    } else {
        seqfit_tree_remove(h, b);
    }
}

static inline struct block *seqfit_stack_search(struct seqfit *h, size_t bytes)
{
    struct block *b = seqfit_small_search(h, bytes);
    return b ? b : seqfit_tree_search(h, bytes);
}

#define SEQFIT_STACKS                                                                              \
    ((struct seqfit_kind){.search = seqfit_stack_search,                                           \
                          .insert = seqfit_stack_insert,                                           \
                          .remove = seqfit_stack_remove,                                           \
                          .reach = TREE_REACH})

/* What is common is small, calls nothing and so needs no stack frame; the rest is apart. */

static __attribute__((noinline)) void *seqfit_stack_alloc_rare(struct heap *heap, size_t n)
{
    return seqfit_alloc(heap, n, SEQFIT_STACKS);
}

SEQFIT_INLINE void *seqfit_stack_alloc(struct heap *heap, size_t n)
{
    struct seqfit *h = (struct seqfit *)heap;
    size_t bytes = n <= FITLAB_MAX_REQUEST ? block_bytes_for(n) : SIZE_MAX;
    if (seqfit_is_small(h, bytes)) {
        struct block *b = seqfit_small_search(h, bytes);
        if (b) {
            seqfit_take(h, b, bytes, SEQFIT_SMALL);
            return block_payload(b);
        }
    }
    return seqfit_stack_alloc_rare(heap, n);
}

static __attribute__((noinline)) void seqfit_stack_free_rare(struct heap *heap, void *p)
{
    seqfit_free(heap, p, SEQFIT_STACKS);
}

SEQFIT_INLINE void seqfit_stack_free(struct heap *heap, void *p)
{
    struct seqfit *h = (struct seqfit *)heap;
    const struct block *b = block_of(p), *next = block_after(b);
    size_t bytes = block_bytes(b) + (block_is_free(next) ? block_bytes(next) : 0) +
                   (block_prev_is_free(b) ? block_bytes(block_before(b)) : 0);
    if (seqfit_is_small(h, bytes) && h->coalesce == COALESCE_IMMEDIATE) {
        seqfit_free(heap, p, SEQFIT_SMALL);
    } else {
        seqfit_stack_free_rare(heap, p);
    }
}

/* ---- the other orders: a bin is a tree ---- */

static inline uint32_t seqfit_exact_root(const struct seqfit_exact *e, unsigned g)
{
    return e->bins.head[g] ? tree_handle(&e->equal, e->bins.head[g]) : 0;
}

static inline void seqfit_exact_set_root(struct seqfit_exact *e, unsigned g, uint32_t root)
{
    e->bins.head[g] = root ? tree_node(&e->equal, root) : NULL;
    if (root) {
        bins_mark(&e->bins, g);
    } else {
        bins_unmark(&e->bins, g);
    }
}

static inline void seqfit_exact_link(struct seqfit *h, struct block *b)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    unsigned g = tree_granules(b);
    if (g >= e->bins.count) {
        seqfit_tree_link(h, b);
        return;
    }
    uint32_t root = seqfit_exact_root(e, g);
    tree_insert(&e->equal, &root, b);
    seqfit_exact_set_root(e, g, root);
}

static inline void seqfit_exact_remove(struct seqfit *h, struct block *b)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    unsigned g = tree_granules(b);
    if (g >= e->bins.count) {
        seqfit_tree_remove(h, b);
        return;
    }
    uint32_t root = seqfit_exact_root(e, g);
    tree_remove(&e->equal, &root, b);
    seqfit_exact_set_root(e, g, root);
}

static inline struct block *seqfit_exact_any(struct seqfit *h)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    uint64_t unused = 0;
    unsigned g = bins_next(&e->bins, 0, &unused);
    return g < e->bins.count ? e->bins.head[g] : seqfit_tree_any(h);
}

#define SEQFIT_EXACT_LINKS                                                                         \
    ((struct seqfit_links){seqfit_exact_link, seqfit_exact_remove, seqfit_exact_any})

static inline void seqfit_exact_insert(struct seqfit *h, struct block *b)
{
    seqfit_stamp(seqfit_tree_of(h), b, SEQFIT_EXACT_LINKS);
    seqfit_exact_link(h, b);
}

static inline void seqfit_exact_replace(struct seqfit *h, struct block *old, struct block *b,
                                        size_t bytes)
{
    seqfit_relink(h, old, b, bytes, SEQFIT_EXACT_LINKS);
}

static inline struct block *seqfit_exact_search(struct seqfit *h, size_t bytes)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    unsigned g = seqfit_exact_find(h, bytes);
    if (g >= e->bins.count) {
        return seqfit_tree_search(h, bytes);
    }
    h->heap.count.probes++;
    return tree_first(&e->equal, seqfit_exact_root(e, g));
}

#define SEQFIT_BIN_TREES                                                                           \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_exact_insert,                                           \
                          .remove = seqfit_exact_remove,                                           \
                          .replace = seqfit_exact_replace,                                         \
                          .reach = TREE_REACH})

/* ---- open and check ---- */

SEQFIT_INLINE struct heap *seqfit_exact_open(const struct policy *policy, struct region *r,
                                             const long *arg, struct seqfit_kind k)
{
    unsigned bins = (unsigned)arg[ARG_BINS];
    size_t state = sizeof(struct seqfit_exact);
    struct seqfit_tree *t = seqfit_tree_start(policy, r, arg, k, state + bins_bytes(bins), true);
    if (!t) {
        return NULL;
    }
    struct seqfit_exact *e = seqfit_exact_of(&t->fit);
    e->equal = t->space;
    e->equal.key = seqfit_tree_key(&t->fit, false);
    bins_init(&e->bins, e + 1, bins);
    seqfit_fill(&t->fit, k);
    return &t->fit.heap;
}

static inline unsigned seqfit_exact_bin_of(const struct seqfit *h, size_t bytes)
{
    (void)h;
    return (unsigned)(bytes / FITLAB_ALIGN);
}

static inline const char *seqfit_exact_check_bin(const struct seqfit_exact *e, unsigned g,
                                                 size_t holes, struct seqfit_census *met)
{
    const struct seqfit *h = &e->large.fit;
    const char *wrong = seqfit_check_bin_map(&e->bins, g);
    if (wrong || h->list.order == ORDER_SIZE) {
        return wrong ? wrong : seqfit_check_bin(h, &e->bins, g, seqfit_exact_bin_of, holes, met);
    }
    const struct block *root = e->bins.head[g];
    if (root && (!seqfit_inside(h, root, BLOCK_MIN) || tree_granules(root) != g)) {
        return "a hole is in the wrong bin";
    }
    return seqfit_check_tree(h, &e->equal, seqfit_exact_root(e, g), TREE_UNBOUNDED, holes, met);
}

static inline const char *seqfit_exact_check(const struct heap *heap)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    const struct seqfit_exact *e = seqfit_exact_of(h);
    struct seqfit_census there = {0}, met = {0};
    unsigned count = e->bins.count < BINS_MAX ? e->bins.count : BINS_MAX;
    const char *base = heap->region->base;
    if (e->large.space.base != base || e->equal.base != base) {
        return "the trees of holes count from another base";
    }
    const char *wrong = seqfit_check_bins_place(&e->bins, (const char *)(e + 1), count);
    wrong = wrong ? wrong : seqfit_check_heap(h, sizeof *e + bins_bytes(count), &there);
    wrong = wrong ? wrong
                  : seqfit_check_tree(h, &e->large.space, e->large.root, TREE_UNBOUNDED,
                                      there.holes, &met);
    for (unsigned g = 0; !wrong && g < count; g++) {
        wrong = seqfit_exact_check_bin(e, g, there.holes, &met);
    }
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

#endif
