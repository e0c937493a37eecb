/* SPDX-License-Identifier: MIT */
/* seqfit_resize.h - realloc and memalign of the sequential fits. */
#ifndef FITLAB_SEQFIT_RESIZE_H
#define FITLAB_SEQFIT_RESIZE_H

#include <string.h>

#include "fits/seqfit.h"

/* Frees what the used block b has beyond `bytes`, if that is enough for a block. */
SEQFIT_INLINE void seqfit_shrink(struct seqfit *h, struct block *b, size_t bytes,
                                 struct seqfit_kind k)
{
    if (block_bytes(b) - bytes >= h->split_min) {
        h->heap.count.splits++;
        seqfit_release(h, block_split(b, bytes), k);
    }
}

/* Moves the break so that the used block b, followed by at most one hole and then the
 * break, can be `bytes` long. */
SEQFIT_INLINE bool seqfit_stretch_heap(struct seqfit *h, struct block *b, size_t bytes,
                                       struct seqfit_kind k)
{
    if (h->grow == GROW_EXACT && block_after(b) == h->epilogue) {
        size_t have = block_bytes(b);
        if (bytes - have > seqfit_room(h, k) || !seqfit_extend(h, bytes - have)) {
            return false;
        }
        block_set_used(b, bytes);
        return true;
    }
    if (h->grow == GROW_STEP &&
        (block_after(b) == h->epilogue || block_after(b) == seqfit_wilderness(h))) {
        return seqfit_widen(h, bytes - block_bytes(b), k) != NULL;
    }
    return false;
}

/* Makes the used block b at least `bytes` long without moving it, if it can. */
SEQFIT_INLINE bool seqfit_stretch(struct seqfit *h, struct block *b, size_t bytes,
                                  struct seqfit_kind k)
{
    struct block *next = block_after(b);
    if (block_is_free(next) && h->coalesce == COALESCE_DEFERRED) {
        seqfit_join_following(h, next, k);
    }
    size_t have = block_bytes(b), spare = block_is_free(next) ? block_bytes(next) : 0;
    if (have + spare < bytes) {
        if (!seqfit_stretch_heap(h, b, bytes, k)) {
            return false;
        }
        have = block_bytes(b);
    }
    if (have < bytes) { /* the rest is in the hole after b */
        size_t least = bytes - have < BLOCK_MIN ? BLOCK_MIN : bytes - have;
        seqfit_take(h, next, least, k);
        block_set_used(b, have + block_bytes(next));
    }
    return true;
}

SEQFIT_INLINE void *seqfit_realloc(struct heap *heap, void *p, size_t n, struct seqfit_kind k)
{
    struct seqfit *h = (struct seqfit *)heap;
    if (n > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    struct block *b = block_of(p);
    size_t bytes = block_bytes_for(n);
    if (bytes <= block_bytes(b)) {
        seqfit_shrink(h, b, bytes, k);
        return p;
    }
    if (seqfit_stretch(h, b, bytes, k)) {
        return p;
    }
    void *q = seqfit_alloc(heap, n, k);
    if (q) {
        size_t keep = block_bytes(b) - BLOCK_TAG;
        memcpy(q, p, keep);
        h->heap.count.moved_bytes += keep;
        seqfit_release(h, b, k);
    }
    return q;
}

/* Bytes to skip in a block that starts at b so that the payload is aligned: 0, or enough for a hole
 * in front. */
SEQFIT_APART size_t seqfit_lead(const struct block *b, size_t align)
{
    size_t lead = (size_t)(0 - (uintptr_t)block_payload(b)) & (align - 1);
    while (lead > 0 && lead < BLOCK_MIN) {
        lead += align;
    }
    return lead;
}

/* Whether an aligned block of `bytes` fits into a hole. */
static inline bool seqfit_holds(const struct block *hole, size_t align, size_t bytes)
{
    return block_bytes(hole) >= seqfit_lead(hole, align) + bytes;
}

/* A hole that can hold an aligned block of `bytes`, of two that the fit's rule chooses: the one for
 * a request that is not aligned, if the block can lie there, as it often can where an aligned block
 * was freed; else the one among those that hold it wherever they begin. */
SEQFIT_INLINE struct block *seqfit_find_aligned(struct seqfit *h, size_t align, size_t bytes,
                                                struct seqfit_kind k)
{
    struct block *b = seqfit_find(h, bytes, k);
    return b && seqfit_holds(b, align, bytes)
               ? b
               : seqfit_find(h, bytes + align + BLOCK_MIN - FITLAB_ALIGN, k);
}

/* The lowest hole that can hold an aligned block of `bytes` because of its own address. This looks
 * at all blocks of the heap, so it is for a heap that would otherwise refuse the request. */
SEQFIT_INLINE struct block *seqfit_find_lying(struct seqfit *h, size_t align, size_t bytes,
                                              struct seqfit_kind k)
{
    if (k.bounded) {
        return NULL;
    }
    for (struct block *b = h->first; b != h->epilogue; b = block_after(b)) {
        bool hole = block_is_free(b);
        h->heap.count.probes += (uint64_t)hole;
        if (hole && seqfit_holds(b, align, bytes)) {
            return b;
        }
    }
    return NULL;
}

/* A used block, new at the end of the heap, that can hold an aligned block of `bytes`. */
SEQFIT_INLINE struct block *seqfit_take_fresh_aligned(struct seqfit *h, size_t align, size_t bytes,
                                                      struct seqfit_kind k)
{
    if (h->grow == GROW_ARENA) {
        return NULL;
    }
    struct block *wild = h->grow == GROW_EXACT ? NULL : seqfit_wilderness(h);
    return seqfit_take_fresh(h, seqfit_lead(wild ? wild : h->epilogue, align) + bytes, k);
}

SEQFIT_INLINE void *seqfit_memalign(struct heap *heap, size_t align, size_t n, struct seqfit_kind k)
{
    struct seqfit *h = (struct seqfit *)heap;
    if (n > FITLAB_MAX_REQUEST || align > FITLAB_MAX_REQUEST - n) {
        return NULL;
    }
    size_t bytes = block_bytes_for(n);
    struct block *hole = seqfit_find_aligned(h, align, bytes, k), *b = hole;
    if (!hole) {
        b = seqfit_take_fresh_aligned(h, align, bytes, k);
        hole = b ? NULL : seqfit_find_lying(h, align, bytes, k);
        b = b ? b : hole;
    }
    if (!b) {
        return NULL;
    }
    size_t lead = seqfit_lead(b, align);
    if (hole) {
        seqfit_rove(h, b, k);
        seqfit_take(h, b, lead + bytes, k);
    }
    struct block *aligned = lead > 0 ? block_split(b, lead) : b;
    void *p = seqfit_hand_out(h, aligned, k);
    if (lead > 0) {
        h->heap.count.splits++;
        seqfit_release(h, b, k);
    }
    return p;
}

#endif
