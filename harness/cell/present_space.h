/* present_space.h - the addresses that a heap ever took from the system, without the address space
 * between them that it left absent: the slices of a policy made of others lie gigabytes apart. */
#ifndef FITLAB_PRESENT_SPACE_H
#define FITLAB_PRESENT_SPACE_H

#include "allocators/heap.h"

enum { PRESENT_RANGES_MOST = 256 };

/* In address order. What is before the first inner heap of a heap belongs to the heap itself. */
struct present_space {
    struct present_range {
        const char *base;
        uint64_t bytes, before; /* before: bytes of the ranges below it */
    } range[PRESENT_RANGES_MOST];
    size_t count;
    uint64_t bytes; /* of all */
};

/* Of a heap that has done what it has to do: by the peaks of its regions. */
void present_space_find(struct present_space *, const struct heap *);

/* How many present bytes are below an address of a range. */
uint64_t present_space_offset(const struct present_space *, const char *at);

#endif
