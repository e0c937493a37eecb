/* shadow_map.h - which bytes of a region are owned by blocks: one bit for every 8 bytes.
 *
 * Taking a range of which a part is owned already is an overlap. It is found in time proportional
 * to the range, and independent of the number of live blocks. */
#ifndef FITLAB_SHADOW_MAP_H
#define FITLAB_SHADOW_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

/* 512 bytes of the region, a bit for every 8: side by side, as they are looked up together. */
struct shadow_word {
    uint64_t taken;
    uint64_t starts; /* the first bit of a block */
};

struct shadow_map {
    const char *base;
    struct shadow_word *word; /* NULL: not open */
    size_t words;
};

bool shadow_map_open(struct shadow_map *, const char *base, size_t bytes, struct problem *);

/* Takes [p, p + bytes), at least one bit's worth; false if any of it was taken (and nothing
 * changes). p is aligned to 8 and inside. */
bool shadow_map_take(struct shadow_map *, const char *p, size_t bytes);

void shadow_map_give(struct shadow_map *, const char *p, size_t bytes);

/* Whether a block that was taken starts at p, anywhere. */
bool shadow_map_starts(const struct shadow_map *, const char *p);

/* p may be any address. */
static inline __attribute__((always_inline)) void shadow_map_prefetch(const struct shadow_map *m,
                                                                      const char *p)
{
    size_t word = ((uintptr_t)p - (uintptr_t)m->base) / 512;
    if (word < m->words) {
        __builtin_prefetch(&m->word[word]);
    }
}

void shadow_map_close(struct shadow_map *);

#endif
