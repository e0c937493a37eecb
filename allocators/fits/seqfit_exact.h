/* seqfit_exact.h - index=exact: a bin for each block size up to a limit, larger holes in a
 * tree by size.
 *
 * The bin that is not empty and next to the request is found in a bitmap, in constant time,
 * and all holes of it are best fits. Which of them is first in the order is a question among
 * equals only: with order=size the bin is a stack, so that all is O(1); in the other orders
 * it is a heap, O(log holes of that size) amortised.
 *
 * The first of the large holes stands outside of their tree. It is what small requests are
 * carved from where no bin has a hole, and what their blocks come back to: neither changes the
 * tree, as long as the hole stays the first.
 */
#ifndef FITLAB_SEQFIT_EXACT_H
#define FITLAB_SEQFIT_EXACT_H

#include "fits/seqfit_tree.h"
#include "structures/hole_heap.h"
#include "structures/size_bins.h"

struct seqfit_exact {
    struct seqfit_tree large; /* the holes too large for a bin, and what all share */
    struct block *least;      /* the first large hole; NULL: there is none, so the tree is empty */
    size_t second;            /* bytes of the first hole of that tree; SIZE_MAX: it is empty */
    size_t small_request;     /* requests below this are for blocks that a bin could hold */
    size_t small_free;        /* frees that make a hole below this can take the short way */
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

/* ---- one bin: a stack in size order, else a heap; the order is a constant ---- */

/* How the heaps are ordered. The base is where the heap's state is. */
SEQFIT_INLINE struct tree_space seqfit_exact_equal(struct seqfit_exact *e, enum list_order order)
{
    return (struct tree_space){.base = (char *)e,
                               .key = order == ORDER_ADDRESS ? 0 : TREE_BY_RANK,
                               .passed = &e->large.fit.heap.count.insert_probes};
}

/* Puts a hole into a bin that is not marked. Not inlined, but the last thing that callers do, with
 * the `result` that they return: so they need no stack frame. */
static __attribute__((noinline)) void *seqfit_exact_put_first(struct seqfit_exact *e,
                                                              struct block *b, void *result)
{
    size_t g = size_bins_of(block_bytes(b));
    size_bins_mark(&e->bins, g);
    size_bins_put(&e->bins, g, &e->bins.end, b);
    return result;
}

/* Returns `result`. */
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

/* seqfit_exact_pop from a heap that has more holes; the last thing that callers do, like put_first.
 */
static __attribute__((noinline)) void *seqfit_exact_pop_heap(struct seqfit_exact *e, size_t g,
                                                             const struct block *first,
                                                             enum list_order order)
{
    struct tree_space by_address = seqfit_exact_equal(e, ORDER_ADDRESS),
                      by_rank = seqfit_exact_equal(e, ORDER_LIFO);
    *seqfit_exact_head(e, g) = order == ORDER_ADDRESS ? hole_heap_join(&by_address, first->child)
                                                      : hole_heap_join(&by_rank, first->child);
    return block_payload(first);
}

/* Takes the first hole out of a bin. Returns what will be its payload. */
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

static __attribute__((noinline)) void seqfit_exact_heap_remove(struct seqfit_exact *e, size_t g,
                                                               const struct block *b,
                                                               enum list_order order)
{
    struct tree_space by_address = seqfit_exact_equal(e, ORDER_ADDRESS),
                      by_rank = seqfit_exact_equal(e, ORDER_LIFO);
    struct block **head = seqfit_exact_head(e, g);
    *head = order == ORDER_ADDRESS ? hole_heap_remove(&by_address, *head, b)
                                   : hole_heap_remove(&by_rank, *head, b);
}

SEQFIT_INLINE void seqfit_exact_pull(struct seqfit_exact *e, size_t g, struct block *b,
                                     enum list_order order)
{
    if (order == ORDER_SIZE || *seqfit_exact_head(e, g) == b) {
        seqfit_exact_pop(e, g, b, order);
    } else {
        seqfit_exact_heap_remove(e, g, b, order);
    }
}

/* ---- the large holes: by size, then rank; an address is a rank as well ---- */

static __attribute__((noinline)) void seqfit_large_insert(struct seqfit_exact *e, struct block *b)
{
    struct tree_space *s = &e->large.space;
    uint32_t handle = tree_handle(s, b);
    b->most = treap_hash(handle);
    *s->passed += treap_insert(s, &e->large.root, handle, TREE_OF_SIZES);
    e->second = block_bytes(b) < e->second ? block_bytes(b) : e->second;
}

static __attribute__((noinline)) void seqfit_large_unlink(struct seqfit_exact *e, struct block *b)
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

/* With order=size a hole is stamped when the tree takes it: it is then the last in of all that are
 * as large, as the least one always is. */
SEQFIT_INLINE void seqfit_large_put(struct seqfit_exact *e, struct block *b, enum list_order order)
{
    if (order == ORDER_SIZE) {
        seqfit_stamp(&e->large, b, SEQFIT_TREE_LINKS);
    } else if (order == ORDER_ADDRESS) {
        b->rank = tree_handle(&e->large.space, b);
    }
    seqfit_large_insert(e, b);
}

/* Whether b, a new hole, comes after the least one. */
SEQFIT_INLINE bool seqfit_comes_after(const struct block *b, const struct block *least,
                                      enum list_order order)
{
    size_t bytes = block_bytes(b), least_bytes = block_bytes(least);
    if (bytes != least_bytes || order == ORDER_SIZE) {
        return bytes > least_bytes;
    }
    return order == ORDER_ADDRESS ? b > least : b->rank > least->rank;
}

SEQFIT_INLINE void seqfit_large_link(struct seqfit_exact *e, struct block *b, enum list_order order)
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

/* Whether the least large hole stays that if it has so many bytes. */
SEQFIT_INLINE bool seqfit_stays_least(const struct seqfit_exact *e, size_t bytes)
{
    return !seqfit_is_small(&e->large.fit, bytes) && bytes < e->second;
}

/* ---- all holes ---- */

SEQFIT_INLINE void seqfit_exact_link(struct seqfit *h, struct block *b, enum list_order order)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_exact_put(e, size_bins_of(block_bytes(b)), b, NULL, order);
    } else {
        seqfit_large_link(e, b, order);
    }
}

SEQFIT_INLINE void seqfit_exact_unlink(struct seqfit *h, struct block *b, enum list_order order)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    if (seqfit_is_small(h, block_bytes(b))) {
        seqfit_exact_pull(e, size_bins_of(block_bytes(b)), b, order);
    } else {
        seqfit_large_unlink(e, b);
    }
}

/* seqfit_replace where ranks are not kept. */
SEQFIT_INLINE void seqfit_exact_replace(struct seqfit *h, struct block *old, struct block *b,
                                        size_t bytes, enum list_order order)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    size_t before = b->tag & BLOCK_PREV_FREE;
    if (old == e->least && seqfit_stays_least(e, bytes)) {
        block_set_hole(b, bytes, before);
        e->least = b;
        return;
    }
    seqfit_exact_unlink(h, old, order);
    block_set_hole(b, bytes, before);
    seqfit_exact_link(h, b, order);
}

static inline struct block *seqfit_exact_search(struct seqfit *h, size_t bytes)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    size_t g = 0;
    if (seqfit_is_small(h, bytes)) {
        g = size_bins_find(&e->bins, size_bins_of(bytes), &h->heap.count.probes);
    }
    if (g) {
        return *seqfit_exact_head(e, g);
    }
    h->heap.count.probes += e->least != NULL;
    return e->least && block_bytes(e->least) >= bytes ? e->least
                                                      : seqfit_tree_search_best(h, bytes);
}

/* order=size: insertion before equals is a push. */
static inline void seqfit_by_size_insert(struct seqfit *h, struct block *b)
{
    seqfit_exact_link(h, b, ORDER_SIZE);
}

static inline void seqfit_by_size_remove(struct seqfit *h, struct block *b)
{
    seqfit_exact_unlink(h, b, ORDER_SIZE);
}

static inline void seqfit_by_size_replace(struct seqfit *h, struct block *old, struct block *b,
                                          size_t bytes)
{
    seqfit_exact_replace(h, old, b, bytes, ORDER_SIZE);
}

#define SEQFIT_BY_SIZE                                                                             \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_by_size_insert,                                         \
                          .replace = seqfit_by_size_replace,                                       \
                          .remove = seqfit_by_size_remove,                                         \
                          .reach = TREE_REACH})

/* order=address: no rank, and a remainder has its parent's place by itself. */
static inline void seqfit_by_address_insert(struct seqfit *h, struct block *b)
{
    seqfit_exact_link(h, b, ORDER_ADDRESS);
}

static inline void seqfit_by_address_remove(struct seqfit *h, struct block *b)
{
    seqfit_exact_unlink(h, b, ORDER_ADDRESS);
}

static inline void seqfit_by_address_replace(struct seqfit *h, struct block *old, struct block *b,
                                             size_t bytes)
{
    seqfit_exact_replace(h, old, b, bytes, ORDER_ADDRESS);
}

#define SEQFIT_BY_ADDRESS                                                                          \
    ((struct seqfit_kind){.search = seqfit_exact_search,                                           \
                          .insert = seqfit_by_address_insert,                                      \
                          .replace = seqfit_by_address_replace,                                    \
                          .remove = seqfit_by_address_remove,                                      \
                          .reach = TREE_REACH})

/* order=lifo|fifo: by rank. */
static inline void seqfit_by_rank_link(struct seqfit *h, struct block *b)
{
    seqfit_exact_link(h, b, ORDER_LIFO);
}

static inline struct block *seqfit_by_rank_any(struct seqfit *h)
{
    struct seqfit_exact *e = seqfit_exact_of(h);
    uint64_t unused = 0;
    size_t g = size_bins_find(&e->bins, 1, &unused);
    return g ? *seqfit_exact_head(e, g) : e->least;
}

static inline void seqfit_by_rank_remove(struct seqfit *h, struct block *b)
{
    seqfit_exact_unlink(h, b, ORDER_LIFO);
}

#define SEQFIT_RANK_LINKS                                                                          \
    ((struct seqfit_links){seqfit_by_rank_link, seqfit_by_rank_remove, seqfit_by_rank_any})

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
                          .remove = seqfit_by_rank_remove,                                         \
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
    t->space.key = TREE_BY_SIZE | TREE_BY_RANK;
    e->least = NULL;
    e->second = SIZE_MAX;
    size_bins_init(&e->bins, bins);
    e->small_request = (bins - 2) * FITLAB_ALIGN - BLOCK_TAG; /* so a bin above theirs is one */
    bool at_once = t->fit.coalesce == COALESCE_IMMEDIATE;
    e->small_free = at_once ? bins * FITLAB_ALIGN : 0;
    e->fresh_reach = at_once && t->fit.grow == GROW_EXACT ? k.reach : 0;
    seqfit_fill(&t->fit, k);
    return &t->fit.heap;
}

#endif
