/* SPDX-License-Identifier: MIT */
/* seqfit.h - what the sequential fits share: everything but the search.
 *
 * A fit is a search over the list of holes, a parameter table and a struct seqfit_kind
 * (first_fit.c is the shortest example). The kind is a constant argument of always-inlined
 * functions, so the search is inlined as well: sharing costs no indirect call.
 *
 * Where memory comes from and goes to, `grow`, is the wilderness rule of growth.h; under
 * `step`, new memory joins a hole that touches it.
 *
 * `coalesce` says when free neighbours become one hole: immediate, at every free;
 * deferred, all at once when a search has failed, before the break moves; never.
 *
 * Rules on which placements depend: a remainder takes its parent's place in the list; a
 * hole that grows by coalescing keeps its place in address order and is otherwise
 * inserted anew; ties go to the first in list order.
 *
 * Source: D. E. Knuth, The Art of Computer Programming, vol. 1, section 2.5; P. R. Wilson
 * et al., "Dynamic Storage Allocation: A Survey and Critical Review", 1995, section 3.
 */
#ifndef FITLAB_SEQFIT_H
#define FITLAB_SEQFIT_H

#include "structures/free_list.h"
#include "structures/growth.h"

#define SEQFIT_INLINE static inline __attribute__((always_inline))
/* A function that is never inlined, so that its caller needs no stack frame if it calls it last. */
#define SEQFIT_APART static __attribute__((noinline, unused))

enum seqfit_coalesce { COALESCE_IMMEDIATE, COALESCE_DEFERRED, COALESCE_NEVER };

struct seqfit {
    struct heap heap;
    struct free_list list;
    struct block *first;    /* the lowest block */
    struct block *epilogue; /* its end is the end of the heap */
    enum seqfit_coalesce coalesce;
    enum growth grow;
    size_t split_min;      /* a smaller remainder stays in its block */
    bool uncoalesced;      /* coalesce=deferred: something was freed since the last coalescing */
    struct block *rover;   /* roving in the list: the hole at which the next search begins */
    const char *rover_pos; /* roving fits: the end of the last allocation */
};

struct seqfit_kind {
    /* A hole of at least `bytes`, or NULL. Counts every hole that it examines. */
    struct block *(*search)(struct seqfit *, size_t bytes);
    bool roving;     /* the search begins at the rover */
    bool descending; /* order=size puts the largest first */
    bool bounded;    /* no operation may take longer where there are more blocks */

    /* An indexed fit keeps its holes in a structure of its own, with these; NULL: in the list. At
     * `remove` the tag of the block has the same size as at `insert`. */
    void (*insert)(struct seqfit *, struct block *);
    void (*remove)(struct seqfit *, struct block *);

    /* The hole `old` becomes the hole of `bytes` at b, which may overlap it: see seqfit_replace.
     * NULL: remove `old`, then insert b. */
    void (*replace)(struct seqfit *, struct block *old, struct block *b, size_t bytes);
    /* This hole will be used for an allocation; NULL: the index does not need to know. */
    void (*take)(struct seqfit *, struct block *);
    size_t reach; /* the index can only have holes within so many bytes of the base; 0: any */
};

/* Where the first block of a heap at base starts: payloads must lie on multiples of 16. */
static inline size_t seqfit_first_offset(size_t state)
{
    size_t past = (state + BLOCK_TAG + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1);
    return past - BLOCK_TAG;
}

/* ---- the holes, and the rover, which changes with them ---- */

/* Whether the rover is a pointer into the list. */
SEQFIT_INLINE bool seqfit_points(struct seqfit_kind k)
{
    return k.roving && !k.insert;
}

SEQFIT_INLINE void seqfit_remove(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (k.remove) {
        k.remove(h, b);
        return;
    }
    if (k.roving && h->rover == b) {
        h->rover = b->next;
    }
    free_list_remove(b);
}

/* A new hole in the list becomes the rover if the search must now begin with it: in address order
 * if it is the first hole above the rover's place; in fifo order if the rover is at the end. */
SEQFIT_INLINE void seqfit_note_new(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (!seqfit_points(k) || b->next != h->rover) {
        return;
    }
    bool above = h->list.order == ORDER_ADDRESS && (const char *)b >= h->rover_pos;
    if (above || (h->list.order == ORDER_FIFO && h->rover == &h->list.ends)) {
        h->rover = b;
    }
}

/* In address order, if the rover's place is now inside the hole b, the rover moves to its start. */
SEQFIT_INLINE void seqfit_note_merged(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (k.roving && h->list.order == ORDER_ADDRESS && (const char *)b < h->rover_pos &&
        h->rover_pos < (const char *)block_after(b)) {
        h->rover = seqfit_points(k) ? b : h->rover;
        h->rover_pos = (const char *)b;
    }
}

SEQFIT_INLINE void seqfit_insert(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (k.insert) {
        k.insert(h, b);
        return;
    }
    h->heap.count.insert_probes += free_list_insert(&h->list, b);
    seqfit_note_new(h, b, k);
}

/* The hole old becomes the hole of `bytes` at b, which may overlap it: it keeps its place in
 * the order, unless that follows from its size. */
SEQFIT_INLINE void seqfit_replace(struct seqfit *h, struct block *old, struct block *b,
                                  size_t bytes, struct seqfit_kind k)
{
    if (k.replace) {
        k.replace(h, old, b, bytes);
    } else if (k.insert || h->list.order == ORDER_SIZE) {
        size_t before = b->tag & BLOCK_PREV_FREE;
        seqfit_remove(h, old, k);
        block_set_hole(b, bytes, before);
        seqfit_insert(h, b, k);
    } else {
        if (k.roving && h->rover == old) {
            h->rover = b;
        }
        block_set_free(b, bytes);
        free_list_replace(old, b);
    }
}

/* ---- the break ---- */

/* Bytes by which the break can move up. */
SEQFIT_INLINE size_t seqfit_room(const struct seqfit *h, struct seqfit_kind k)
{
    size_t room = region_room(h->heap.region);
    if (k.reach != 0 && k.reach - region_bytes(h->heap.region) < room) {
        room = k.reach - region_bytes(h->heap.region);
    }
    return room & ~(FITLAB_ALIGN - 1);
}

/* Moves the break up by n bytes; the old epilogue becomes a used block of n bytes. */
static inline bool seqfit_extend(struct seqfit *h, size_t n)
{
    if (!region_extend(h->heap.region, n)) {
        return false;
    }
    h->heap.count.grows++;
    struct block *b = h->epilogue;
    h->epilogue = block_at(b, n);
    block_set_epilogue(h->epilogue);
    block_set_used(b, n);
    return true;
}

/* Gives back the free block b, not listed, that touches the break, and what is free
 * below it. */
SEQFIT_INLINE void seqfit_give_back(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    while (block_prev_is_free(b)) {
        b = block_before(b);
        seqfit_remove(h, b, k);
    }
    block_set_epilogue(b);
    h->epilogue = b;
    region_trim(h->heap.region, (char *)b + BLOCK_TAG);
    h->heap.count.trims++;
}

/* The hole that touches the break, or NULL. */
static inline struct block *seqfit_wilderness(const struct seqfit *h)
{
    return block_prev_is_free(h->epilogue) ? block_before(h->epilogue) : NULL;
}

/* Makes the hole at the break at least `bytes` large by whole steps: it may be so already, where a
 * search passes by holes that would do. NULL: no room. */
SEQFIT_INLINE struct block *seqfit_widen(struct seqfit *h, size_t bytes, struct seqfit_kind k)
{
    struct block *hole = seqfit_wilderness(h), *fresh = h->epilogue;
    size_t have = hole ? block_bytes(hole) : 0;
    if (have >= bytes) {
        return hole;
    }
    size_t room = seqfit_room(h, k);
    size_t more = (bytes - have + GROWTH_STEP - 1) / GROWTH_STEP * GROWTH_STEP;
    more = more < room ? more : room;
    if (have + more < bytes || !seqfit_extend(h, more)) {
        return NULL;
    }
    if (hole) {
        seqfit_replace(h, hole, hole, have + more, k);
        return hole;
    }
    block_set_free(fresh, more);
    if (!k.insert && h->list.order == ORDER_ADDRESS) {
        free_list_append(&h->list, fresh);
        seqfit_note_new(h, fresh, k);
    } else {
        seqfit_insert(h, fresh, k);
    }
    return fresh;
}

/* ---- freeing ---- */

/* Joins the used block b, which is to become a hole, with its free neighbours. Returns the start of
 * the hole; *bytes is its size. In an address-ordered list one of the neighbours stays in the list,
 * so that the hole can take its place: *place. */
SEQFIT_INLINE struct block *seqfit_merge(struct seqfit *h, struct block *b, size_t *bytes,
                                         struct block **place, struct seqfit_kind k)
{
    bool keeps = !k.insert && h->list.order == ORDER_ADDRESS;
    struct block *next = block_after(b);
    if (block_is_free(next)) {
        h->heap.count.merges++;
        *bytes += block_bytes(next);
        if (keeps) {
            *place = next;
        } else {
            seqfit_remove(h, next, k);
        }
    }
    if (block_prev_is_free(b)) {
        h->heap.count.merges++;
        b = block_before(b);
        *bytes += block_bytes(b);
        if (*place || !keeps) {
            seqfit_remove(h, keeps ? *place : b, k);
        }
        *place = keeps ? b : NULL;
    }
    return b;
}

/* Makes the used block b free. */
SEQFIT_INLINE void seqfit_release(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    struct block *place = NULL;
    size_t bytes = block_bytes(b);
    if (h->coalesce == COALESCE_IMMEDIATE) {
        b = seqfit_merge(h, b, &bytes, &place, k);
    } else {
        h->uncoalesced = true;
    }
    if (block_at(b, bytes) == h->epilogue && h->grow == GROW_EXACT) {
        if (place) {
            seqfit_remove(h, place, k);
        }
        seqfit_give_back(h, b, k);
        return;
    }
    if (place) {
        seqfit_replace(h, place, b, bytes, k);
    } else {
        block_set_free(b, bytes);
        seqfit_insert(h, b, k);
    }
    seqfit_note_merged(h, b, k);
}

/* Takes the holes that follow the hole b into it. */
SEQFIT_INLINE void seqfit_join_following(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    size_t bytes = block_bytes(b);
    struct block *next = block_after(b);
    if (!block_is_free(next)) {
        return;
    }
    for (; block_is_free(next); next = block_at(b, bytes)) {
        seqfit_remove(h, next, k);
        bytes += block_bytes(next);
        h->heap.count.merges++;
    }
    seqfit_replace(h, b, b, bytes, k);
    seqfit_note_merged(h, b, k);
}

/* coalesce=deferred: joins all neighbouring holes. False: nothing was freed since the last time. */
SEQFIT_INLINE bool seqfit_coalesce_all(struct seqfit *h, struct seqfit_kind k)
{
    if (h->coalesce != COALESCE_DEFERRED || !h->uncoalesced) {
        return false;
    }
    h->uncoalesced = false;
    for (struct block *b = h->first; b != h->epilogue; b = block_after(b)) {
        if (block_is_free(b)) {
            seqfit_join_following(h, b, k);
        }
    }
    return true;
}

/* ---- allocating ---- */

/* A hole of at least `bytes` by the fit's rule, or NULL. */
SEQFIT_INLINE struct block *seqfit_find(struct seqfit *h, size_t bytes, struct seqfit_kind k)
{
    struct block *b = k.search(h, bytes);
    return b || !seqfit_coalesce_all(h, k) ? b : k.search(h, bytes);
}

/* The hole b will be used for an allocation: the rover moves to it. */
SEQFIT_INLINE void seqfit_rove(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (seqfit_points(k)) {
        h->rover = b;
    }
    if (k.take) {
        k.take(h, b);
    }
}

/* Makes the hole b, or its first `bytes`, a used block. */
SEQFIT_INLINE void seqfit_take(struct seqfit *h, struct block *b, size_t bytes,
                               struct seqfit_kind k)
{
    size_t tag = b->tag, all = block_bytes(b);
    if (all - bytes >= h->split_min) {
        h->heap.count.splits++;
        struct block *rest = block_at(b, bytes);
        rest->tag = 0;
        seqfit_replace(h, b, rest, all - bytes, k);
        b->tag = bytes | (tag & BLOCK_PREV_FREE);
    } else {
        seqfit_remove(h, b, k);
        block_use_whole(b, all);
    }
}

/* A used block of `bytes` at the break, or NULL. */
SEQFIT_INLINE struct block *seqfit_take_fresh(struct seqfit *h, size_t bytes, struct seqfit_kind k)
{
    struct block *b = h->epilogue;
    if (h->grow == GROW_EXACT) {
        if (bytes > seqfit_room(h, k) || !seqfit_extend(h, bytes)) {
            return NULL;
        }
        if (seqfit_points(k) && h->list.order == ORDER_ADDRESS) {
            h->rover = &h->list.ends; /* no hole lies above */
        }
        return b;
    }
    b = h->grow == GROW_STEP ? seqfit_widen(h, bytes, k) : NULL;
    if (b) {
        seqfit_rove(h, b, k);
        seqfit_take(h, b, bytes, k);
    }
    return b;
}

SEQFIT_INLINE void *seqfit_hand_out(struct seqfit *h, struct block *b, struct seqfit_kind k)
{
    if (k.roving) {
        h->rover_pos = (const char *)block_after(b);
    }
    return block_payload(b);
}

SEQFIT_INLINE void *seqfit_alloc(struct heap *heap, size_t n, struct seqfit_kind k)
{
    struct seqfit *h = (struct seqfit *)heap;
    if (n > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    size_t bytes = block_bytes_for(n);
    struct block *b = seqfit_find(h, bytes, k);
    if (b) {
        seqfit_rove(h, b, k);
        seqfit_take(h, b, bytes, k);
    } else {
        b = seqfit_take_fresh(h, bytes, k);
        if (!b) {
            return NULL;
        }
    }
    return seqfit_hand_out(h, b, k);
}

SEQFIT_INLINE void seqfit_free(struct heap *heap, void *p, struct seqfit_kind k)
{
    seqfit_release((struct seqfit *)heap, block_of(p), k);
}

#endif
