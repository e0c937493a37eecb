/* SPDX-License-Identifier: MIT */
/* block.h - blocks with boundary tags: what a heap of adjacent blocks is made of.
 *
 *   used block                         free block (a hole)
 *   +--------------------------+       +--------------------------+
 *   | tag: bytes | flags       |       | tag: bytes | flags       |
 *   +--------------------------+ <- p  +--------------------------+
 *   | payload, to the very end |       | 16 bytes of links        |
 *   |                          |       | ...                      |
 *   |                          |       | footer: bytes            |
 *   +--------------------------+       +--------------------------+
 *
 * The tag is as wide as a pointer and payloads lie on multiples of FITLAB_ALIGN, so a block starts
 * that many bytes less a tag past such a multiple. Only a free block has a footer: a flag in the tag
 * after it says whether there is one to read, which gives used blocks its bytes back. The smallest
 * block has 32 bytes, or 24 where pointers have 32 bits. The heap ends with an epilogue:
 * the tag of a used block of no bytes, so that the last block has a neighbour as well.
 *
 * Source: D. E. Knuth, The Art of Computer Programming, vol. 1, section 2.5 (boundary
 * tags); the footer in free blocks only: D. Lea, "A Memory Allocator", 1996.
 */
#ifndef FITLAB_BLOCK_H
#define FITLAB_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"

struct block {
    size_t tag; /* bytes of the whole block, a multiple of FITLAB_ALIGN, | flags */
    union {     /* payload, or the links of a hole */
        struct {
            struct block *next, *prev; /* in a list */
        };
        struct {
            uint32_t below[2], rank, most; /* in a tree: hole_tree.h */
        };
        struct {
            uint32_t child, sibling; /* in a heap: hole_heap.h */
            uint32_t : 32;           /* its rank, as in a tree */
            uint32_t back;
        };
    };
};

#define BLOCK_FREE      ((size_t)1) /* this block is free */
#define BLOCK_PREV_FREE ((size_t)2) /* the block before this one is free: its footer is valid */
#define BLOCK_KEPT      ((size_t)4) /* free, but kept for its own size: not coalesced */
#if FITLAB_ALIGN_BYTES == 16
#define BLOCK_LAST ((size_t)8) /* the epilogue */
#else
#define BLOCK_LAST (SIZE_MAX / 2 + 1) /* the highest bit, which no size has: 8 is a size here */
#endif
#define BLOCK_FLAGS (BLOCK_LAST | 7)

#define BLOCK_TAG sizeof(size_t)
#define BLOCK_MIN (16 + 2 * BLOCK_TAG) /* tag, links, footer */

/* The block that holds a request of n <= FITLAB_MAX_REQUEST bytes, in granules of FITLAB_ALIGN. */
static inline size_t block_granules_for(size_t n)
{
    size_t g = (n + BLOCK_TAG + FITLAB_ALIGN - 1) / FITLAB_ALIGN;
    return g < BLOCK_MIN / FITLAB_ALIGN ? BLOCK_MIN / FITLAB_ALIGN : g;
}

static inline size_t block_bytes_for(size_t n)
{
    return block_granules_for(n) * FITLAB_ALIGN;
}

static inline size_t block_bytes(const struct block *b)
{
    return b->tag & ~BLOCK_FLAGS;
}

static inline bool block_is_free(const struct block *b)
{
    return (b->tag & BLOCK_FREE) != 0;
}

static inline bool block_prev_is_free(const struct block *b)
{
    return (b->tag & BLOCK_PREV_FREE) != 0;
}

static inline bool block_is_epilogue(const struct block *b)
{
    return (b->tag & ~BLOCK_PREV_FREE) == BLOCK_LAST;
}

/* Makes b, at the end of the heap, the epilogue, with a used block before it. */
static inline void block_set_epilogue(struct block *b)
{
    b->tag = BLOCK_LAST;
}

/* Divides a block in two: b keeps the first `bytes` and its flags; the rest, which is
 * returned, is a used block whose tag says that b is used. */
static inline struct block *block_split(struct block *b, size_t bytes)
{
    struct block *rest = (struct block *)((char *)b + bytes);
    rest->tag = block_bytes(b) - bytes;
    b->tag = bytes | (b->tag & BLOCK_FLAGS);
    return rest;
}

static inline void *block_payload(const struct block *b)
{
    return (char *)b + BLOCK_TAG;
}

static inline struct block *block_of(const void *payload)
{
    return (struct block *)((char *)payload - BLOCK_TAG);
}

/* The block that starts `bytes` after the start of b; it may be yet to be made. */
static inline struct block *block_at(const struct block *b, size_t bytes)
{
    return (struct block *)((char *)b + bytes);
}

static inline struct block *block_after(const struct block *b)
{
    return block_at(b, block_bytes(b));
}

static inline size_t *block_footer(const struct block *b, size_t bytes)
{
    return (size_t *)((char *)b + bytes - BLOCK_TAG);
}

/* The hole before b; only if block_prev_is_free(b). */
static inline struct block *block_before(const struct block *b)
{
    return (struct block *)((char *)b - *block_footer(b, 0));
}

/* Whether an address is one at which a block can start. */
static inline bool block_can_start(const void *at)
{
    return ((uintptr_t)at + BLOCK_TAG) % FITLAB_ALIGN == 0;
}

/* Makes b a used block: sets its size, keeps the flag for the block before it, and clears that flag
 * in the block after it, which must exist. */
static inline void block_set_used(struct block *b, size_t bytes)
{
    b->tag = bytes | (b->tag & BLOCK_PREV_FREE);
    block_at(b, bytes)->tag &= ~BLOCK_PREV_FREE;
}

/* Makes the whole hole b, of that many bytes, a used block. */
static inline void block_use_whole(struct block *b, size_t bytes)
{
    b->tag &= ~BLOCK_FREE;
    block_at(b, bytes)->tag &= ~BLOCK_PREV_FREE;
}

/* Makes b a hole, with its footer. before: BLOCK_PREV_FREE if the block before b is free, else 0. */
static inline void block_set_hole(struct block *b, size_t bytes, size_t before)
{
    *block_footer(b, bytes) = bytes;
    block_at(b, bytes)->tag |= BLOCK_PREV_FREE;
    b->tag = bytes | BLOCK_FREE | before;
}

/* Makes the first `bytes` of the hole b a used block, and the rest a hole. */
static inline void block_divide(struct block *b, size_t bytes, size_t rest)
{
    struct block *hole = block_at(b, bytes);
    *block_footer(hole, rest) = rest;
    hole->tag = rest | BLOCK_FREE;
    /* This subtracts the size of the rest, and clears BLOCK_FREE. The block after the hole has its
     * flag for a free block before it already. */
    b->tag -= hole->tag;
}

static inline void block_set_free(struct block *b, size_t bytes)
{
    block_set_hole(b, bytes, b->tag & BLOCK_PREV_FREE);
}

#endif
