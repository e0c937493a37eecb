/* SPDX-License-Identifier: MIT */
/* size_bins.h - a bin for each block size up to a limit, and a bitmap of the bins in use: the
 * smallest block of at least a given size is found in constant time.
 *
 * A bin that becomes empty stays marked in the bitmap until a search finds it empty. Programs ask
 * for few sizes, so most such bins are filled again before that, and the bitmap need not change.
 *
 * Space: a pointer a size and 22 words, once a heap. Everything lies at a fixed distance from the
 * struct, which must be the last member of the heap's state: the heads follow it.
 *
 * Source: a list for each size, and marks that are cleared late, are D. Lea's, "A Memory
 * Allocator", 1996; the two levels of bitmap are those of M. Masmano et al., "TLSF", ECRTS 2004,
 * without rounding to classes.
 */
#ifndef FITLAB_SIZE_BINS_H
#define FITLAB_SIZE_BINS_H

#include <string.h>

#include "structures/block.h"

enum { SIZE_BINS_WORDS = 16, SIZE_BINS_MAX = 64 * SIZE_BINS_WORDS };

struct size_bins {
    unsigned count; /* bin g is for blocks of g granules of FITLAB_ALIGN, g < count */
    uint64_t words; /* bit w: map[w] is not 0 */
    uint64_t map[SIZE_BINS_WORDS];
    /* What the head of a bin points to that is marked but empty; also the last block of a stack. */
    struct block end __attribute__((aligned(FITLAB_ALIGN_BYTES)));
};

/* The first block of each bin. NULL: not marked, and so empty. */
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

static inline size_t size_bins_of(size_t bytes)
{
    return bytes / FITLAB_ALIGN;
}

/* Whether the bin with this head is empty. Blocks start a tag before a multiple of
 * FITLAB_ALIGN, at which payloads lie; the end and NULL lie on one. */
static inline bool size_bins_is_end(const struct block *head)
{
    return ((uintptr_t)head & (FITLAB_ALIGN - BLOCK_TAG)) == 0;
}

static inline bool size_bins_marked(const struct size_bins *s, size_t g)
{
    return s->map[g / 64] >> g % 64 & 1;
}

static inline void size_bins_mark(struct size_bins *s, size_t g)
{
    s->map[g / 64] |= 1ull << g % 64;
    s->words |= 1ull << g / 64;
}

/* The words of the map after word w that may not be 0: bit 0 is for word w + 1. */
static inline uint64_t size_bins_words_after(const struct size_bins *s, size_t w)
{
    return s->words >> w >> 1;
}

/* The first bin that holds a block, from the marked bin g on, or 0. Clears the marks of the empty
 * bins before it. Always inlined: a caller that calls no function needs no stack frame. */
static inline __attribute__((always_inline)) size_t size_bins_sweep(struct size_bins *s, size_t g,
                                                                    uint64_t *probes)
{
    size_t w = g / 64;
    uint64_t bits = s->map[w] >> g % 64 << g % 64, below = s->map[w] ^ bits;
    for (;;) {
        struct block **heads = &size_bins_heads(s)[w * 64];
        for (; bits && size_bins_is_end(heads[__builtin_ctzll(bits)]); bits &= bits - 1) {
            heads[__builtin_ctzll(bits)] = NULL;
            ++*probes;
        }
        s->map[w] = bits | below;
        if (bits) {
            return w * 64 + (size_t)__builtin_ctzll(bits);
        }
        s->words ^= (uint64_t)!below << w;
        uint64_t words = size_bins_words_after(s, w);
        if (!words) {
            return 0;
        }
        *probes += 2;
        w += 1 + (size_t)__builtin_ctzll(words);
        bits = s->map[w];
        below = 0;
    }
}

/* The first marked bin from g on, or 0 (no block has size 0); 0 < g < count. Counts the words that
 * it reads, and the bin. */
static inline unsigned size_bins_next(const struct size_bins *s, size_t g, uint64_t *probes)
{
    unsigned w = (unsigned)g / 64, from = (unsigned)g, looked = 2;
    uint64_t bits = s->map[w] >> g % 64;
    if (!bits) {
        uint64_t words = size_bins_words_after(s, w);
        *probes += 2;
        if (!words) {
            return 0;
        }
        w += 1 + (unsigned)__builtin_ctzll(words);
        from = w * 64;
        bits = s->map[w];
    }
    *probes += looked;
    from += (unsigned)__builtin_ctzll(bits);
    if (from == 0) {
        __builtin_unreachable(); /* lets the compiler leave out a test in callers */
    }
    return from;
}

/* The first bin from g on that holds a block, or 0. */
static inline size_t size_bins_find(struct size_bins *s, size_t g, uint64_t *probes)
{
    g = size_bins_next(s, g, probes);
    return g && size_bins_is_end(size_bins_heads(s)[g]) ? size_bins_sweep(s, g, probes) : g;
}

/* ---- a bin as a stack: its head is used as the `next` of a block before the first ---- */

static inline struct block *size_bins_before(const struct size_bins *s, size_t g)
{
    return (struct block *)((char *)&size_bins_heads(s)[g] - offsetof(struct block, next));
}

static inline void size_bins_put(struct size_bins *s, size_t g, struct block *first,
                                 struct block *b)
{
    b->next = first;
    b->prev = size_bins_before(s, g);
    first->prev = b;
    size_bins_heads(s)[g] = b;
}

/* Takes a block out of its stack. */
static inline void size_bins_pull(struct block *b)
{
    struct block *next = b->next, *prev = b->prev;
    prev->next = next;
    next->prev = prev;
}

#endif
