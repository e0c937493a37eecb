/* SPDX-License-Identifier: MIT */
/* bins.h - free blocks in bins, with a bitmap of the bins that hold any.
 *
 * Insertion, removal and finding the next bin that is not empty take constant time for up
 * to 4096 bins. Within a bin the block put in last comes first. A block is removed without
 * being told its bin: the head of a bin stands in for the block before the first, and is
 * recognised by its address.
 */
#ifndef FITLAB_BINS_H
#define FITLAB_BINS_H

#include <string.h>

#include "structures/block.h"

enum { BINS_MAX = 64 * 64 };

struct bins {
    struct block **head; /* one a bin; NULL: empty */
    uint64_t *map;       /* one bit a bin: it is not empty */
    uint64_t summary;    /* one bit a word of the map: it is not zero */
    unsigned count;
};

static inline size_t bins_map_words(unsigned count)
{
    return (count + 63) / 64;
}

/* Bytes that `count` bins need beside struct bins. */
static inline size_t bins_bytes(unsigned count)
{
    return count * sizeof(struct block *) + bins_map_words(count) * sizeof(uint64_t);
}

/* Empty bins over memory of bins_bytes, aligned to 8. */
static inline void bins_init(struct bins *bins, void *memory, unsigned count)
{
    memset(bins, 0, sizeof *bins);
    bins->head = (struct block **)memory;
    bins->count = count;
    for (unsigned i = 0; i < count; i++) {
        bins->head[i] = NULL;
    }
    bins->map = (uint64_t *)(void *)(bins->head + count);
    for (size_t i = 0; i < bins_map_words(count); i++) {
        bins->map[i] = 0;
    }
}

/* The block whose `next` is the head of bin i. */
static inline struct block *bins_before_first(const struct bins *bins, unsigned i)
{
    return (struct block *)((char *)&bins->head[i] - offsetof(struct block, next));
}

/* The bin whose head stands in for the block `before`, or bins->count if it is a real block. */
static inline unsigned bins_headed_by(const struct bins *bins, const struct block *before)
{
    size_t at = (size_t)before + offsetof(struct block, next) - (size_t)bins->head;
    return at < bins->count * sizeof *bins->head ? (unsigned)(at / sizeof *bins->head)
                                                 : bins->count;
}

static inline void bins_mark(struct bins *bins, unsigned i)
{
    uint64_t *word = &bins->map[i / 64];
    if (!*word) {
        bins->summary |= 1ull << i / 64;
    }
    *word |= 1ull << i % 64;
}

static inline void bins_unmark(struct bins *bins, unsigned i)
{
    uint64_t *word = &bins->map[i / 64];
    *word &= ~(1ull << i % 64);
    if (!*word) {
        bins->summary &= ~(1ull << i / 64);
    }
}

static inline void bins_insert(struct bins *bins, unsigned i, struct block *b)
{
    struct block *first = bins->head[i];
    bins->head[i] = b;
    b->next = first;
    b->prev = bins_before_first(bins, i);
    if (first) {
        first->prev = b;
    } else {
        bins_mark(bins, i);
    }
}

static inline void bins_remove(struct bins *bins, struct block *b)
{
    b->prev->next = b->next;
    if (b->next) {
        b->next->prev = b->prev;
        return;
    }
    unsigned i = bins_headed_by(bins, b->prev);
    if (i < bins->count) {
        bins_unmark(bins, i);
    }
}

/* The first bin from i on that is not empty, or bins->count; i < bins->count. Counts each word of
 * the bitmap that it reads. */
static inline unsigned bins_next_within(const struct bins *bins, unsigned i, uint64_t *probes)
{
    unsigned word = i / 64;
    uint64_t bits = bins->map[word] >> i % 64;
    if (bits) {
        *probes += 1;
        return i + (unsigned)__builtin_ctzll(bits);
    }
    uint64_t words = bins->summary >> word >> 1;
    *probes += words ? 3 : 2;
    if (!words) {
        return bins->count;
    }
    word += 1 + (unsigned)__builtin_ctzll(words);
    return word * 64 + (unsigned)__builtin_ctzll(bins->map[word]);
}

/* The same for any i. */
static inline unsigned bins_next(const struct bins *bins, unsigned i, uint64_t *probes)
{
    return i < bins->count ? bins_next_within(bins, i, probes) : bins->count;
}

#endif
