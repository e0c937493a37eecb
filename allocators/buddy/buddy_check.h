/* SPDX-License-Identifier: MIT */
/* buddy_check.h - every invariant of a buddy heap, read from a heap that may be damaged. */
#ifndef FITLAB_BUDDY_CHECK_H
#define FITLAB_BUDDY_CHECK_H

#include "buddy/buddy_tree.h"

/* Whether the node lies where a block can be, and its tag says that it is a free block of class k. */
static inline bool buddy_node_listed(const struct buddy *h, const struct address_heap *node,
                                     unsigned k)
{
    /* A damaged link can hold any number, and arithmetic on such a pointer is undefined. */
    uintptr_t at = (uintptr_t)node - BUDDY_TAG, first = (uintptr_t)h->first;
    if (at < first || at >= (uintptr_t)h->end || (at - first) % BUDDY_UNIT) {
        return false;
    }
    const struct buddy_block *b = (const struct buddy_block *)at;
    return b->tag.free && b->tag.class == k;
}

/* Whether the links of a node agree with those of the nodes that it links to. */
static inline bool buddy_node_linked(const struct buddy *h, const struct buddy_block *b)
{
    const struct address_heap *n = &b->node;
    unsigned k = b->tag.class;
    if (n->child && (!buddy_node_listed(h, n->child, k) || n->child->prev != n || n->child < n)) {
        return false;
    }
    if (n->next && (!buddy_node_listed(h, n->next, k) || n->next->prev != n)) {
        return false;
    }
    if (!n->prev) {
        return h->free[k] == n && !n->next;
    }
    return buddy_node_listed(h, n->prev, k) && (n->prev->child == n || n->prev->next == n);
}

static inline const char *buddy_check_free(const struct buddy *h, const struct buddy_block *b)
{
    if (b->tag.shifted || b->tag.shift) {
        return "a free block carries an alignment";
    }
    if (!buddy_node_linked(h, b)) {
        return "a free block is not properly linked into the set of its class";
    }
    const char *next = (const char *)b + h->bytes[b->tag.class];
    if (!b->tag.own.right && next < h->end) {
        const struct buddy_block *right = (const struct buddy_block *)next;
        if (right->tag.free && right->tag.class == h->right[b->tag.own.parent]) {
            return "two free buddies are not merged";
        }
    }
    return NULL;
}

static inline const char *buddy_check_used(const struct buddy *h, const struct buddy_block *b)
{
    size_t shift = b->tag.shift * FITLAB_ALIGN;
    if (shift == 0) {
        return NULL;
    }
    if (shift >= h->bytes[b->tag.class] - BUDDY_TAG) {
        return "an aligned payload lies outside its block";
    }
    struct buddy_tag inner = buddy_at(b, (ptrdiff_t)shift)->tag;
    return inner.shifted && inner.shift == b->tag.shift
               ? NULL
               : "the tag before an aligned payload is damaged";
}

static inline const char *buddy_check_blocks(const struct buddy *h)
{
    const char *at = h->first;
    while (at < h->end) {
        const struct buddy_block *b = (const struct buddy_block *)at;
        struct buddy_tag tag = b->tag, want;
        if (tag.class >= h->classes || h->bytes[tag.class] > (size_t)(h->end - at)) {
            return "a block's class is damaged";
        }
        if (!buddy_locate(h, (size_t)(at - h->first), tag.class, &want) ||
            tag.own.parent != want.own.parent || tag.own.right != want.own.right ||
            tag.parents.parent != want.parents.parent || tag.parents.right != want.parents.right ||
            tag.shifted) {
            return "a block's tag does not agree with its address";
        }
        const char *broken = tag.free ? buddy_check_free(h, b) : buddy_check_used(h, b);
        if (broken) {
            return broken;
        }
        at += h->bytes[tag.class];
    }
    return NULL;
}

/* Whether the tables lie behind the struct, as buddy_layout has put them. */
static inline bool buddy_tables_lie(const struct buddy *h)
{
    const char *bytes = (const char *)(h + 1), *free = bytes + h->spine * sizeof *h->bytes;
    const char *right = free + h->classes * sizeof *h->free;
    return h->classes > 0 && h->classes <= h->spine && h->spine <= BUDDY_MAX_CLASSES &&
           (const char *)h->bytes == bytes && (const char *)h->free == free &&
           (const char *)h->right == right && right + h->spine <= h->first;
}

/* Whether the sizes of the classes ascend, so that a walk that adds them up ends. */
static inline bool buddy_sizes_ascend(const struct buddy *h)
{
    unsigned k = 1;
    while (k < h->spine && h->bytes[k - 1] < h->bytes[k]) {
        k++;
    }
    return h->bytes[0] == BUDDY_UNIT && k == h->spine;
}

static inline const char *buddy_check(const struct heap *heap)
{
    const struct buddy *h = (const struct buddy *)heap;
    const struct region *r = heap->region;
    if (h->first < r->base || h->end < h->first || h->end > r->brk ||
        (size_t)(h->end - h->first) % BUDDY_UNIT) {
        return "the end of the blocks lies outside the region";
    }
    if (!buddy_tables_lie(h) || !buddy_sizes_ascend(h)) {
        return "the sizes of the classes are damaged";
    }
    for (unsigned k = 0; k < h->classes; k++) {
        if (h->free[k] && !buddy_node_listed(h, h->free[k], k)) {
            return "the set of a class does not begin with one of its free blocks";
        }
        if (!h->free[k] != !(h->stocked[k / 64] >> k % 64 & 1)) {
            return "the map of classes with free blocks is wrong";
        }
    }
    return buddy_check_blocks(h);
}

#endif
