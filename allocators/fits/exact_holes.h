/* SPDX-License-Identifier: MIT */
/* exact_holes.h - the holes of a heap with index=exact: a bin for each block size up to a limit,
 * and a tree by size for the holes that are larger.
 *
 * The best fit of a small request is in the lowest bin that is not empty and whose size is large
 * enough; a bitmap gives that bin in constant time. All holes of the bin are equally good, and the
 * order decides between them: with order=size a bin is a stack, and every step is O(1); in the
 * other orders it is a heap, O(log holes of that size) amortised.
 *
 * The first of the large holes is kept outside of their tree. Small requests are carved from it
 * when no bin has a hole, and blocks freed next to it are joined to it: neither changes the tree,
 * as long as that hole stays the first.
 *
 * Most functions have the order as an argument: a constant where that makes them shorter.
 */
#ifndef FITLAB_EXACT_HOLES_H
#define FITLAB_EXACT_HOLES_H

#include "fits/seqfit_tree.h"
#include "structures/hole_heap.h"
#include "structures/size_bins.h"

struct seqfit_exact {
    struct seqfit_tree large; /* the holes too large for a bin, and the state of every fit */
    struct block *least;      /* the first large hole; NULL: there is none, and the tree is empty */
    size_t second;            /* bytes of the first hole of the tree; SIZE_MAX: it is empty */
    size_t small_request;     /* requests below this go the short way */
    size_t small_free;        /* frees that make a hole below this go the short way; 0: none does */
    size_t fresh_reach; /* up to this the heap grows at once where no hole will do; 0: never */
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

static inline struct block **seqfit_exact_head(const struct seqfit_exact *e, size_t g)
{
    return &size_bins_heads(&e->bins)[g];
}

/* ---- one bin: a stack in size order, else a heap ---- */

/* How the heaps are ordered. The base is where the heap's state is. */
SEQFIT_INLINE struct tree_space seqfit_exact_equal(struct seqfit_exact *e, enum list_order order)
{
    return (struct tree_space){.base = (char *)e,
                               .key = order == ORDER_ADDRESS ? 0u : (unsigned)TREE_BY_RANK,
                               .passed = &e->large.fit.heap.count.insert_probes};
}

/* Puts a hole into a bin that is not marked. Returns `result`. */
SEQFIT_APART void *seqfit_exact_put_first(struct seqfit_exact *e, struct block *b, void *result)
{
    size_t g = size_bins_of(block_bytes(b));
    size_bins_mark(&e->bins, g);
    size_bins_put(&e->bins, g, &e->bins.end, b);
    return result;
}

/* Puts a hole into bin g. Returns `result`, so that a caller can return that by calling this last.
 */
SEQFIT_INLINE void *seqfit_exact_put(struct seqfit_exact *e, size_t g, struct block *b,
                                     void *result, enum list_order order)
{
    struct block **head = seqfit_exact_head(e, g);
    if (order == ORDER_SIZE) {
        if (!*head) {
            return seqfit_exact_put_first(e, b, result);
        }
        size_bins_put(&e->bins, g, *head, b);
        return result;
    }
    struct tree_space s = seqfit_exact_equal(e, order);
    b->child = 0;
    if (!size_bins_is_end(*head)) {
        *head = hole_heap_meld(&s, *head, b);
        return result;
    }
    if (!*head) {
        size_bins_mark(&e->bins, g);
    }
    *head = b;
    return result;
}

/* Takes the first hole out of a heap that has others. Returns what will be its payload. */
SEQFIT_APART void *seqfit_exact_pop_heap(struct seqfit_exact *e, size_t g,
                                         const struct block *first, enum list_order order)
{
    struct tree_space by_address = seqfit_exact_equal(e, ORDER_ADDRESS),
                      by_rank = seqfit_exact_equal(e, ORDER_LIFO);
    *seqfit_exact_head(e, g) = order == ORDER_ADDRESS ? hole_heap_join(&by_address, first->child)
                                                      : hole_heap_join(&by_rank, first->child);
    return block_payload(first);
}

/* Takes the first hole out of bin g. Returns what will be its payload. */
SEQFIT_INLINE void *seqfit_exact_pop(struct seqfit_exact *e, size_t g, struct block *first,
                                     enum list_order order)
{
    if (order == ORDER_SIZE) {
        size_bins_pull(first);
    } else if (first->child) {
        return seqfit_exact_pop_heap(e, g, first, order);
    } else {
        *seqfit_exact_head(e, g) = &e->bins.end;
    }
    return block_payload(first);
}

SEQFIT_APART void seqfit_exact_heap_remove(struct seqfit_exact *e, size_t g, const struct block *b,
                                           enum list_order order)
{
    struct tree_space by_address = seqfit_exact_equal(e, ORDER_ADDRESS),
                      by_rank = seqfit_exact_equal(e, ORDER_LIFO);
    struct block **head = seqfit_exact_head(e, g);
    *head = order == ORDER_ADDRESS ? hole_heap_remove(&by_address, *head, b)
                                   : hole_heap_remove(&by_rank, *head, b);
}

/* Takes any hole out of bin g. */
SEQFIT_INLINE void seqfit_exact_pull(struct seqfit_exact *e, size_t g, struct block *b,
                                     enum list_order order)
{
    if (order == ORDER_SIZE || *seqfit_exact_head(e, g) == b) {
        seqfit_exact_pop(e, g, b, order);
    } else {
        seqfit_exact_heap_remove(e, g, b, order);
    }
}

/* ---- the large holes: by size, then by rank; in address order the address is the rank ---- */

/* With order=size a hole gets its rank when it enters the tree: it is then the last inserted of
 * all that are as large, as the least one always is. */
static inline void seqfit_large_put(struct seqfit_exact *e, struct block *b, enum list_order order)
{
    struct tree_space *s = &e->large.space;
    uint32_t handle = tree_handle(s, b);
    if (order == ORDER_SIZE) {
        seqfit_stamp(&e->large, b, SEQFIT_TREE_LINKS);
    } else if (order == ORDER_ADDRESS) {
        b->rank = handle;
    }
    b->most = treap_hash(handle);
    *s->passed += treap_insert(s, &e->large.root, handle, TREE_OF_SIZES);
    e->second = block_bytes(b) < e->second ? block_bytes(b) : e->second;
}

/* Whether b, a new hole, comes after the least one. */
static inline bool seqfit_comes_after(const struct block *b, const struct block *least,
                                      enum list_order order)
{
    size_t bytes = block_bytes(b), least_bytes = block_bytes(least);
    if (bytes != least_bytes || order == ORDER_SIZE) {
        return bytes > least_bytes;
    }
    return order == ORDER_ADDRESS ? b > least : b->rank > least->rank;
}

static inline void seqfit_large_link(struct seqfit_exact *e, struct block *b, enum list_order order)
{
    struct block *least = e->least;
    if (least && seqfit_comes_after(b, least, order)) {
        seqfit_large_put(e, b, order);
        return;
    }
    e->least = b;
    if (least) {
        seqfit_large_put(e, least, order);
    }
}

static inline void seqfit_large_unlink(struct seqfit_exact *e, struct block *b)
{
    struct seqfit_tree *t = &e->large;
    struct tree_space *s = &t->space;
    if (b == e->least) {
        e->least = t->root ? tree_pop_first(s, &t->root) : NULL;
    } else {
        *s->passed += treap_remove(s, &t->root, tree_handle(s, b), TREE_OF_SIZES);
        if (block_bytes(b) > e->second) {
            return;
        }
    }
    e->second = t->root ? block_bytes(tree_first(s, t->root)) : SIZE_MAX;
}

/* Whether the least large hole stays that if it has so many bytes. */
SEQFIT_INLINE bool seqfit_stays_least(const struct seqfit_exact *e, size_t bytes)
{
    return !seqfit_is_small(&e->large.fit, bytes) && bytes < e->second;
}

/* ---- all holes ---- */

static inline void seqfit_exact_link(struct seqfit *h, struct block *b)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_exact_put(e, size_bins_of(block_bytes(b)), b, NULL, h->list.order);
    } else {
        seqfit_large_link(e, b, h->list.order);
    }
}

static inline void seqfit_exact_remove(struct seqfit *h, struct block *b)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_exact_pull(e, size_bins_of(block_bytes(b)), b, h->list.order);
    } else {
        seqfit_large_unlink(e, b);
    }
}

/* Any hole, or NULL. */
static inline struct block *seqfit_exact_any(struct seqfit *h)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    uint64_t unused = 0;
    size_t g = size_bins_find(&e->bins, 1, &unused);
    return g ? *seqfit_exact_head(e, g) : e->least;
}

#endif
