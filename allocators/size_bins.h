/* size_bins.h - one stack of blocks for each block size up to a limit, and a bitmap of those in
 * use: the smallest block of at least a size, a push and a removal in constant time.
 *
 * Space: 8 bytes a size and 17 words, once a heap. Everything lies at a fixed distance from the
 * struct, which must be the last member of the heap's state: the heads follow it.
 *
 * Source: a list for each size is D. Lea's, "A Memory Allocator", 1996; the two levels of
 * bitmap are those of M. Masmano et al., "TLSF", ECRTS 2004, without rounding to classes.
 */
#ifndef FITLAB_SIZE_BINS_H
#define FITLAB_SIZE_BINS_H

#include <string.h>

#include "block.h"

enum { SIZE_BINS_WORDS = 16, SIZE_BINS_MAX = 64 * SIZE_BINS_WORDS };

struct size_bins {
    unsigned count; /* bin g is for blocks of g granules of 16 bytes, g < count */
    uint64_t words; /* bit w: map[w] is not 0 */
    uint64_t map[SIZE_BINS_WORDS];
};

static inline struct block **size_bins_heads(const struct size_bins *s)
{
    return (struct block **)(void *)(s + 1);
}

/* Bytes of struct size_bins with its heads. */
static inline size_t size_bins_bytes(unsigned count)
{
    return sizeof(struct size_bins) + count * sizeof(struct block *);
}

static inline void size_bins_init(struct size_bins *s, unsigned count)
{
    memset(s, 0, sizeof *s);
    s->count = count;
    for (unsigned g = 0; g < count; g++) {
        size_bins_heads(s)[g] = NULL;
    }
}

static inline unsigned size_bins_of(size_t bytes)
{
    return (unsigned)(bytes / FITLAB_ALIGN);
}

static inline bool size_bins_marked(const struct size_bins *s, unsigned g)
{
    return s->map[g / 64] >> g % 64 & 1;
}

static inline void size_bins_mark(struct size_bins *s, unsigned g)
{
    uint64_t word = s->map[g / 64];
    s->map[g / 64] = word | 1ull << g % 64;
    if (!word) {
        s->words |= 1ull << g / 64;
    }
}

static inline void size_bins_unmark(struct size_bins *s, unsigned g)
{
    s->map[g / 64] &= ~(1ull << g % 64);
    if (!s->map[g / 64]) {
        s->words &= ~(1ull << g / 64);
    }
}

/* The first bin from g on that is in use, or 0, which no block has; 0 < g < count. Counts the
 * words looked at, and the bin. */
static inline unsigned size_bins_find(const struct size_bins *s, unsigned g, uint64_t *probes)
{
    unsigned w = g / 64;
    uint64_t bits = s->map[w] >> g % 64;
    *probes += 2;
    if (!bits) {
        uint64_t words = s->words >> w >> 1;
        *probes += 2;
        if (!words) {
            return 0;
        }
        w += 1 + (unsigned)__builtin_ctzll(words);
        g = w * 64;
        bits = s->map[w];
    }
    g += (unsigned)__builtin_ctzll(bits);
    if (g == 0) {
        __builtin_unreachable(); /* so that callers need not test for what cannot be */
    }
    return g;
}

/* ---- a bin as a stack: the head stands in for the block before the first ---- */

static inline struct block *size_bins_before(const struct size_bins *s, unsigned g)
{
    return (struct block *)((char *)&size_bins_heads(s)[g] - offsetof(struct block, next));
}

static inline void size_bins_push(struct size_bins *s, unsigned g, struct block *b)
{
    struct block *first = size_bins_heads(s)[g];
    size_bins_heads(s)[g] = b;
    b->next = first;
    b->prev = size_bins_before(s, g);
    if (first) {
        first->prev = b;
    } else {
        size_bins_mark(s, g);
    }
}

/* Takes the first block of a bin in use. */
static inline struct block *size_bins_pop(struct size_bins *s, unsigned g)
{
    struct block *b = size_bins_heads(s)[g], *next = b->next;
    size_bins_heads(s)[g] = next;
    if (next) {
        next->prev = size_bins_before(s, g);
    } else {
        size_bins_unmark(s, g);
    }
    return b;
}

static inline void size_bins_pull(struct size_bins *s, unsigned g, struct block *b)
{
    struct block *next = b->next, *prev = b->prev;
    prev->next = next;
    if (next) {
        next->prev = prev;
    } else if (!size_bins_heads(s)[g]) {
        size_bins_unmark(s, g);
    }
}

#endif
