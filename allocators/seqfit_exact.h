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

/* The bin of the best fit, or 0. */
SEQFIT_INLINE unsigned seqfit_exact_find(struct seqfit *h, size_t bytes)
{
    const struct seqfit_exact *e = seqfit_exact_of(h);
    return seqfit_is_small(h, bytes)
               ? size_bins_find(&e->bins, size_bins_of(bytes), &h->heap.count.probes)
               : 0;
}

/* ---- order=size: a bin is a stack, as insertion before equals is a push ---- */

static inline void seqfit_stack_insert(struct seqfit *h, struct block *b)
{
    if (seqfit_is_small(h, block_bytes(b))) {
        size_bins_push(&seqfit_exact_of(h)->bins, size_bins_of(block_bytes(b)), b);
    } else {
        seqfit_tree_insert(h, b);
    }
}

static inline void seqfit_stack_remove(struct seqfit *h, struct block *b)
{
    if (seqfit_is_small(h, block_bytes(b))) {
        size_bins_pull(&seqfit_exact_of(h)->bins, size_bins_of(block_bytes(b)), b);
    } else {
        seqfit_tree_remove(h, b);
    }
}

static inline struct block *seqfit_stack_search(struct seqfit *h, size_t bytes)
{
    unsigned g = seqfit_exact_find(h, bytes);
    return g ? size_bins_heads(&seqfit_exact_of(h)->bins)[g] : seqfit_tree_search_best(h, bytes);
}

#define SEQFIT_STACKS                                                                              \
    ((struct seqfit_kind){.search = seqfit_stack_search,                                           \
                          .insert = seqfit_stack_insert,                                           \
                          .remove = seqfit_stack_remove,                                           \
                          .reach = TREE_REACH})

/* What is common has a short way that calls nothing and needs no stack frame: a block from a
 * bin, and a free that makes a hole for a bin. The rest is left to what all fits share. */

static __attribute__((noinline)) void *seqfit_stack_alloc_rare(struct heap *heap, size_t n)
{
    return seqfit_alloc(heap, n, SEQFIT_STACKS);
}

/* A block of g granules from the first hole in a bin above g. */
SEQFIT_INLINE struct block *seqfit_stack_carve(struct seqfit_exact *e, unsigned from, unsigned g)
{
    struct seqfit *h = &e->large.fit;
    struct block *b = size_bins_pop(&e->bins, from);
    size_t bytes = g * FITLAB_ALIGN, rest = (from - g) * FITLAB_ALIGN;
    if (rest >= h->split_min) {
        h->heap.count.splits++;
        b->tag = bytes | (b->tag & BLOCK_PREV_FREE);
        block_set_hole(block_at(b, bytes), rest, 0);
        size_bins_push(&e->bins, from - g, block_at(b, bytes));
    } else {
        block_use_whole(b, bytes + rest);
    }
    return b;
}

SEQFIT_INLINE void *seqfit_stack_alloc(struct heap *heap, size_t n)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    if (n >= e->small_request) {
        return seqfit_stack_alloc_rare(heap, n);
    }
    unsigned g = size_bins_of(block_bytes_for(n));
    if (size_bins_heads(&e->bins)[g]) {
        struct block *b = size_bins_pop(&e->bins, g);
        block_use_whole(b, g * FITLAB_ALIGN);
        heap->count.probes++;
        return block_payload(b);
    }
    unsigned from = size_bins_find(&e->bins, g, &heap->count.probes);
    return from ? block_payload(seqfit_stack_carve(e, from, g)) : seqfit_stack_alloc_rare(heap, n);
}

static __attribute__((noinline)) void seqfit_stack_free_rare(struct heap *heap, void *p)
{
    seqfit_free(heap, p, SEQFIT_STACKS);
}

static __attribute__((noinline)) void seqfit_stack_free_merging(struct heap *heap, void *p)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b), *start = b;
    size_t after = block_is_free(next) ? block_bytes(next) : 0, before = 0;
    if (block_prev_is_free(b)) {
        start = block_before(b);
        before = block_bytes(start);
    }
    size_t bytes = before + block_bytes(b) + after;
    if (bytes >= e->small_free || block_at(start, bytes) == e->large.fit.epilogue) {
        seqfit_stack_free_rare(heap, p);
        return;
    }
    if (after) {
        heap->count.merges++;
        size_bins_pull(&e->bins, size_bins_of(after), next);
    }
    if (before) {
        heap->count.merges++;
        size_bins_pull(&e->bins, size_bins_of(before), start);
    }
    block_set_hole(start, bytes, 0);
    size_bins_push(&e->bins, size_bins_of(bytes), start);
}

SEQFIT_INLINE void seqfit_stack_free(struct heap *heap, void *p)
{
    struct seqfit_exact *e = seqfit_exact_of((struct seqfit *)heap);
    struct block *b = block_of(p), *next = block_after(b);
    size_t bytes = block_bytes(b);
    if (block_is_free(next) || block_prev_is_free(b) || bytes >= e->small_free ||
        next == e->large.fit.epilogue) {
        seqfit_stack_free_merging(heap, p);
        return;
    }
    block_set_hole(b, bytes, 0);
    size_bins_push(&e->bins, size_bins_of(bytes), b);
}

/* ---- the other orders: a bin is a tree ---- */

static inline uint32_t seqfit_exact_root(const struct seqfit_exact *e, unsigned g)
{
    return size_bins_heads(&e->bins)[g] ? tree_handle(&e->equal, size_bins_heads(&e->bins)[g]) : 0;
}

static inline void seqfit_exact_set_root(struct seqfit_exact *e, unsigned g, uint32_t root)
{
    size_bins_heads(&e->bins)[g] = root ? tree_node(&e->equal, root) : NULL;
    if (root) {
        size_bins_mark(&e->bins, g);
    } else {
        size_bins_unmark(&e->bins, g);
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
    unsigned g = size_bins_find(&e->bins, 0, &unused);
    return g ? size_bins_heads(&e->bins)[g] : seqfit_tree_any(h);
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
    if (!g) {
        return seqfit_tree_search_best(h, bytes);
    }
    return tree_first(&e->equal, seqfit_exact_root(e, g));
}

#define SEQFIT_BIN_TREES                                                                           \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_exact_insert,                                           \
                          .remove = seqfit_exact_remove,                                           \
                          .replace = seqfit_exact_replace,                                         \
                          .reach = TREE_REACH})

/* ---- open and check ---- */

static inline size_t seqfit_exact_bytes(unsigned bins)
{
    return offsetof(struct seqfit_exact, bins) + size_bins_bytes(bins);
}

SEQFIT_INLINE struct heap *seqfit_exact_open(const struct policy *policy, struct region *r,
                                             const long *arg, struct seqfit_kind k)
{
    unsigned bins = (unsigned)arg[ARG_BINS];
    struct seqfit_tree *t = seqfit_tree_start(policy, r, arg, k, seqfit_exact_bytes(bins), true);
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

static inline const char *seqfit_exact_check(const struct heap *heap)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    const struct seqfit_exact *e = seqfit_exact_of(h);
    struct seqfit_census there = {0}, met = {0};
    const char *base = heap->region->base;
    unsigned count = e->bins.count;
    if (e->large.space.base != base || e->equal.base != base) {
        return "the trees of holes count from another base";
    }
    const char *wrong = count > SIZE_BINS_MAX ? "the number of bins is impossible" : NULL;
    wrong = wrong ? wrong : seqfit_check_heap(h, seqfit_exact_bytes(count), &there);
    wrong = wrong ? wrong
                  : seqfit_check_tree(h, &e->large.space, e->large.root, TREE_UNBOUNDED,
                                      there.holes, &met);
    for (unsigned g = 0; !wrong && g < count; g++) {
        wrong = seqfit_check_size_bin(e, g, there.holes, &met);
    }
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

#endif
