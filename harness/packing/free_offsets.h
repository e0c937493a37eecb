/* free_offsets.h - free ranges of offsets: the lowest one that is large enough, in O(log holes). */
#ifndef FITLAB_FREE_OFFSETS_H
#define FITLAB_FREE_OFFSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hole;

struct free_offsets {
    struct hole *hole; /* 40 bytes each; [0] stands for no hole */
    uint32_t root, spare, count, room;
};

/* Everything is free, without an end. False: not enough memory. */
bool free_offsets_make(struct free_offsets *);
void free_offsets_release(struct free_offsets *);

/* The lowest offset, at least `from`, with `size` free bytes. */
uint64_t free_offsets_fit(const struct free_offsets *, uint64_t from, uint64_t size);

/* Takes [low, high), all of which is free. False: not enough memory. */
bool free_offsets_take(struct free_offsets *, uint64_t low, uint64_t high);

/* Frees [low, high), of which nothing is free. False: not enough memory. */
bool free_offsets_give(struct free_offsets *, uint64_t low, uint64_t high);

#endif
