/* SPDX-License-Identifier: MIT */
/* piece_list.h - the free list of pieces (pieces.h), singly linked, kept in one of five orders.
 *
 * Complexity: O(holes) to insert, as nothing leads to the end of the list.
 */
#ifndef FITLAB_PIECE_LIST_H
#define FITLAB_PIECE_LIST_H

#include "structures/piece_marks.h"

enum piece_order { PIECES_ADDRESS, PIECES_ASCENDING, PIECES_DESCENDING, PIECES_LIFO, PIECES_FIFO };

static const char *const piece_orders[] = {"address", "size-ascending", "size-descending",
                                           "lifo",    "fifo",           NULL};

/* Whether a hole on the list stays in front of one that comes to it. */
static inline bool piece_precedes(enum piece_order order, const struct piece *listed,
                                  const struct piece *hole)
{
    switch (order) {
    case PIECES_ADDRESS:
        return listed->at < hole->at;
    case PIECES_ASCENDING:
        return listed->bytes <= hole->bytes;
    case PIECES_DESCENDING:
        return listed->bytes >= hole->bytes;
    case PIECES_LIFO:
        return false;
    default:
        return true;
    }
}

/* A free list and its order. */
struct piece_list {
    struct piece *head; /* the first hole */
    enum piece_order order;
    uint32_t padding;
};

/* Inserts a hole where it belongs, behind all that it is equal to. */
static inline void piece_list_insert(struct piece_list *l, struct pieces *p, struct piece *hole,
                                     uint64_t *passed)
{
    struct piece **link = &l->head;
    for (; *link && piece_precedes(l->order, *link, hole); link = &(*link)->next) {
        ++*passed;
    }
    hole->next = *link;
    *link = hole;
    piece_mark_link(p, &l->head, link);
}

/* Brings all holes in order again; those that are equal stay in the order that they were in. */
static inline void piece_list_sort(struct piece_list *l, struct pieces *p, uint64_t *passed)
{
    struct piece **link = &l->head;
    while (*link && (*link)->next) {
        struct piece *hole = (*link)->next;
        if (piece_precedes(l->order, *link, hole)) {
            link = &(*link)->next;
        } else {
            (*link)->next = hole->next;
            piece_mark(p, *link);
            piece_list_insert(l, p, hole, passed);
        }
    }
}

/* Adds a hole. Splitting may have left others too small for their places: they are sorted first. */
static inline void piece_list_add(struct piece_list *l, struct pieces *p, struct piece *hole,
                                  uint64_t *passed)
{
    if (l->order == PIECES_ASCENDING || l->order == PIECES_DESCENDING) {
        piece_list_sort(l, p, passed);
    }
    piece_list_insert(l, p, hole, passed);
}

/* NULL, or what is broken in the list, the pieces or their marks: see pieces_check. */
static inline const char *piece_list_check(const struct piece_list *l, const struct pieces *p,
                                           const char *base, const struct piece *high)
{
    if (l->order > PIECES_FIFO || l->padding) {
        return "the order of the free list is none that exists";
    }
    return piece_marks_check(p, base, high, l->head);
}

#endif
