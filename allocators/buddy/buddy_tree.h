/* SPDX-License-Identifier: MIT */
/* buddy_tree.h - the infinite tree of a buddy system: classes, tags, and where nodes lie.
 *
 * Offsets count from the first block. See buddy.c for the idea.
 */
#ifndef FITLAB_BUDDY_TREE_H
#define FITLAB_BUDDY_TREE_H

#include <string.h>

#include "structures/address_heap.h"
#include "structures/growth.h"

enum buddy_system { BUDDY_BINARY, BUDDY_FIBONACCI, BUDDY_WEIGHTED };

#define BUDDY_UNIT ((size_t)32)
#define BUDDY_TAG  ((size_t)8)

enum { BUDDY_MAX_CLASSES = 120 };

/* A block's place below its parent. */
struct buddy_link {
    uint8_t right : 1;
    uint8_t parent : 7; /* class of the parent */
};

struct buddy_tag {
    uint8_t free : 1;
    uint8_t class : 7;
    struct buddy_link own; /* this block's link */
    struct buddy_link
        parents;     /* a left buddy: its parent's own; a right one: its parent's parents */
    uint8_t shifted; /* this is a second tag inside a block, before an aligned payload */
    uint32_t shift;  /* distance from the block's tag to this second tag, in FITLAB_ALIGN */
};

struct buddy_block {
    struct buddy_tag tag;
    struct address_heap node; /* of a free block; payload otherwise */
};

struct buddy {
    struct heap heap;
    char *first;    /* start of the lowest block */
    char *end;      /* end of the highest block */
    size_t *bytes;  /* of each class; nodes of `classes` and above do not fit the region */
    uint8_t *right; /* class of the right buddy in a block of each class; the left is one less */
    struct address_heap **free; /* the free blocks of each class */
    uint64_t stocked[2];        /* one bit a class: it has a free block */
    enum growth grow;
    unsigned classes, spine; /* bytes and right have `spine` entries, a few more than classes */
    uint8_t hint[64];        /* the smallest class of at least 2^i units */
};

struct buddy_node {
    size_t at;
    struct buddy_tag tag;
};

static inline struct buddy_block *buddy_at(const struct buddy_block *b, ptrdiff_t distance)
{
    return (struct buddy_block *)((char *)b + distance);
}

/* The link to a parent of class k, of its right or its left buddy. */
static inline struct buddy_link buddy_link_to(unsigned k, bool right)
{
    struct buddy_link link;
    link.right = right;
    link.parent = k & 127;
    return link;
}

/* The tag of a block of class k that is in use and whose payload begins right behind the tag. */
static inline struct buddy_tag buddy_tag_of(unsigned k, struct buddy_link own,
                                            struct buddy_link parents)
{
    struct buddy_tag tag;
    memset(&tag, 0, sizeof tag);
    tag.class = k & 127;
    tag.own = own;
    tag.parents = parents;
    return tag;
}

static inline struct buddy_tag buddy_left_of(struct buddy_tag parent)
{
    return buddy_tag_of(parent.class - 1u, buddy_link_to(parent.class, false), parent.own);
}

static inline struct buddy_tag buddy_right_of(const struct buddy *h, struct buddy_tag parent)
{
    return buddy_tag_of(h->right[parent.class], buddy_link_to(parent.class, true), parent.parents);
}

static inline struct buddy_tag buddy_parent_of(struct buddy_tag left, struct buddy_tag right)
{
    return buddy_tag_of(left.own.parent, left.parents, right.parents);
}

/* The node of class k at address 0. */
static inline struct buddy_node buddy_root(unsigned k)
{
    return (struct buddy_node){
        0, buddy_tag_of(k, buddy_link_to(k + 1, false), buddy_link_to(k + 2, false))};
}

/* The smallest class whose node at address 0 ends at `at` or later; h->spine if none does. */
static inline unsigned buddy_root_class(const struct buddy *h, size_t at)
{
    unsigned k = 0;
    while (k < h->spine && h->bytes[k] < at) {
        k++;
    }
    return k;
}

/* The child of a node of class 1 or more that holds the address. */
static inline struct buddy_node buddy_down(const struct buddy *h, struct buddy_node n, size_t at)
{
    size_t middle = n.at + h->bytes[n.tag.class - 1];
    return at < middle ? (struct buddy_node){n.at, buddy_left_of(n.tag)}
                       : (struct buddy_node){middle, buddy_right_of(h, n.tag)};
}

/* The tag of the node of class k at `at`. False: there is no such node. */
static inline bool buddy_locate(const struct buddy *h, size_t at, unsigned k, struct buddy_tag *tag)
{
    unsigned root = buddy_root_class(h, at + 1);
    struct buddy_node n = buddy_root(root < k ? k : root);
    while (n.tag.class > k) {
        n = buddy_down(h, n, at);
    }
    *tag = n.tag;
    return n.tag.class == k && n.at == at;
}

/* The class of the largest node that starts at `at` and ends at `to` or before. */
static inline unsigned buddy_fill(const struct buddy *h, size_t at, size_t to)
{
    struct buddy_node n = buddy_root(buddy_root_class(h, to));
    while (n.at != at || h->bytes[n.tag.class] > to - at) {
        n = buddy_down(h, n, at);
    }
    return n.tag.class;
}

/* The lowest node of class k that starts at `from`, the end of a block, or above; SIZE_MAX
 * if it cannot fit the region. The nodes wholly above `from` are the right buddies on the
 * way from the root down to it: the further down, the lower. */
static inline size_t buddy_place(const struct buddy *h, size_t from, unsigned k)
{
    unsigned root = buddy_root_class(h, from);
    unsigned wide = root;
    while (wide + 1 < h->spine && h->right[wide + 1] < k) {
        wide++;
    }
    if (from == 0 || wide + 1 >= h->spine) {
        return from == 0 ? 0 : SIZE_MAX;
    }
    size_t best = h->bytes[wide];
    struct buddy_node n = buddy_root(root);
    if (from == h->bytes[root]) {
        return best;
    }
    while (n.at < from) {
        size_t middle = n.at + h->bytes[n.tag.class - 1];
        if (from < middle && h->right[n.tag.class] >= k) {
            best = middle;
        }
        n = buddy_down(h, n, from);
    }
    return n.tag.class >= k ? from : best;
}

/* The highest block, or NULL in an empty heap. A node begins with a block; it is that
 * block if the classes are equal. */
static inline struct buddy_block *buddy_last(const struct buddy *h)
{
    size_t end = (size_t)(h->end - h->first);
    if (end == 0) {
        return NULL;
    }
    struct buddy_node n = buddy_root(buddy_root_class(h, end));
    for (;;) {
        struct buddy_block *b = (struct buddy_block *)(h->first + n.at);
        if (b->tag.class == n.tag.class) {
            return b;
        }
        n = buddy_down(h, n, end - 1);
    }
}

/* ---- the classes ---- */

/* The size of class k in units, from those before it; 0: beyond what can be addressed. */
static inline size_t buddy_units(enum buddy_system system, const size_t *units, unsigned k)
{
    size_t next;
    if (k == 0) {
        return 1;
    }
    switch (system) {
    case BUDDY_FIBONACCI:
        next = k == 1 ? 2 : units[k - 1] + units[k - 2];
        break;
    case BUDDY_WEIGHTED:
        next = k < 3 ? k + 1 : 2 * units[k - 2];
        break;
    case BUDDY_BINARY:
    default:
        next = 2 * units[k - 1];
    }
    return next < SIZE_MAX / 4 / BUDDY_UNIT ? next : 0;
}

/* Fills in the tables for a region with `span` bytes for blocks. */
static inline void buddy_make_classes(struct buddy *h, const size_t *units)
{
    unsigned right = 0, doubling = 0;
    for (unsigned k = 0; k < h->spine; k++) {
        h->bytes[k] = units[k] * BUDDY_UNIT;
        while (k > 0 && units[right] < units[k] - units[k - 1]) {
            right++;
        }
        h->right[k] = (uint8_t)right;
        for (; doubling < 64 && units[k] >= (size_t)1 << doubling; doubling++) {
            h->hint[doubling] = (uint8_t)k;
        }
        if (k < h->classes) {
            h->free[k] = NULL;
        }
    }
    for (; doubling < 64; doubling++) {
        h->hint[doubling] = (uint8_t)h->classes;
    }
}

/* Places an empty heap at the region's base, or returns NULL if the region is too small.
 * The policy is the caller's to set. */
static inline struct buddy *buddy_layout(struct region *r, enum buddy_system system, long grow)
{
    size_t span = (size_t)(r->limit - r->base), units[BUDDY_MAX_CLASSES];
    unsigned classes = 0, spine = 0;
    for (; spine < classes + 4 && spine < BUDDY_MAX_CLASSES; spine++) {
        units[spine] = buddy_units(system, units, spine);
        classes += units[spine] && units[spine] * BUDDY_UNIT <= span;
        if (!units[spine]) {
            break;
        }
    }
    size_t tables = sizeof(struct buddy);
    size_t bytes_at = tables;
    size_t free_at = bytes_at + spine * sizeof(size_t);
    size_t right_at = free_at + classes * sizeof(struct address_heap *);
    size_t first = ((right_at + spine + BUDDY_TAG + FITLAB_ALIGN - 1) & -FITLAB_ALIGN) - BUDDY_TAG;
    struct heap start;
    memset(&start, 0, sizeof start);
    start.region = r;
    enum growth rule = growth_for(r, grow);
    if (classes == 0 || first + BUDDY_UNIT > span || !growth_reach(&start, rule, r->base + first)) {
        return NULL;
    }
    struct buddy *h = (struct buddy *)r->base;
    memset(h, 0, sizeof *h);
    h->heap = start;
    h->first = h->end = r->base + first;
    h->bytes = (size_t *)(r->base + bytes_at);
    h->free = (struct address_heap **)(void *)(r->base + free_at);
    h->right = (uint8_t *)r->base + right_at;
    h->grow = rule;
    h->classes = classes;
    h->spine = spine;
    buddy_make_classes(h, units);
    return h;
}

#endif
