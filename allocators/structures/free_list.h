/* SPDX-License-Identifier: MIT */
/* free_list.h - a doubly linked list of the holes of a heap, kept in one of four orders.
 *
 * The list is circular through `ends`, so no operation has a special case for the first
 * or the last hole. Complexity: removal and replacement O(1); insertion O(1) for lifo and
 * fifo, O(holes) for address and size.
 */
#ifndef FITLAB_FREE_LIST_H
#define FITLAB_FREE_LIST_H

#include "structures/block.h"

enum list_order {
    ORDER_ADDRESS, /* ascending addresses */
    ORDER_LIFO,    /* a freed block goes to the front */
    ORDER_FIFO,    /* a freed block goes to the back */
    ORDER_SIZE     /* by size; a freed block goes before the holes of the same size */
};

struct free_list {
    struct block ends; /* next: the first hole, prev: the last; itself if there is none */
    enum list_order order;
    bool descending; /* ORDER_SIZE: the largest first */
};

static inline void free_list_init(struct free_list *l, enum list_order order, bool descending)
{
    l->ends.tag = 0;
    l->ends.next = l->ends.prev = &l->ends;
    l->order = order;
    l->descending = descending;
}

static inline struct block *free_list_first(const struct free_list *l)
{
    return l->ends.next;
}

/* One past the last hole: where a search ends. */
static inline const struct block *free_list_end(const struct free_list *l)
{
    return &l->ends;
}

static inline void free_list_link_before(struct block *at, struct block *b)
{
    b->next = at;
    b->prev = at->prev;
    at->prev->next = b;
    at->prev = b;
}

/* Whether hole a belongs before b by the list's order. */
static inline bool free_list_precedes(const struct free_list *l, const struct block *a,
                                      const struct block *b)
{
    if (l->order == ORDER_ADDRESS) {
        return a < b;
    }
    return l->descending ? block_bytes(a) > block_bytes(b) : block_bytes(a) < block_bytes(b);
}

/* Returns how many holes were passed to find b's place. */
static inline uint64_t free_list_insert(struct free_list *l, struct block *b)
{
    uint64_t passed = 0;
    struct block *at = l->ends.next;
    if (l->order == ORDER_FIFO) {
        at = &l->ends;
    } else if (l->order != ORDER_LIFO) {
        for (; at != &l->ends && free_list_precedes(l, at, b); at = at->next) {
            passed++;
        }
    }
    free_list_link_before(at, b);
    return passed;
}

static inline void free_list_append(struct free_list *l, struct block *b)
{
    free_list_link_before(&l->ends, b);
}

static inline void free_list_remove(struct block *b)
{
    b->prev->next = b->next;
    b->next->prev = b->prev;
}

/* Puts b, which may overlap old, in old's place. */
static inline void free_list_replace(struct block *old, struct block *b)
{
    struct block *next = old->next, *prev = old->prev;
    b->next = next;
    b->prev = prev;
    next->prev = b;
    prev->next = b;
}

#endif
