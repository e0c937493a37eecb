/* heap_map.h - what lies where in a region over time, as a grid: what the map pass measures. */
#ifndef FITLAB_HEAP_MAP_H
#define FITLAB_HEAP_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "allocators/policy.h"

enum { HEAP_MAP_BINS = 160, HEAP_MAP_KINDS = SPAN_USED + 1 };

/* The region after one event. */
struct heap_map_moment {
    uint64_t event; /* events replayed */
    uint64_t allocated_bytes;
    uint64_t height_bytes; /* from the base to the break */
    /* Bytes of each kind of span (enum span_kind) in each bin; of a used one the usable bytes, and
     * the rest of it as metadata. The bins divide the region from its base; bytes beyond the break
     * and absent ones are of no kind. */
    uint32_t held[HEAP_MAP_BINS][HEAP_MAP_KINDS];
    /* The thread that has the largest part of a bin, live blocks and free memory together, as in
     * struct thread_sample (replay/thread_map.h); none if the workload has one thread. */
    uint8_t owner[HEAP_MAP_BINS];
};

struct heap_map {
    uint64_t bin_bytes; /* the same for all moments; the break's peak is in the last bin */
    uint64_t moments, most;
    struct heap_map_moment moment[];
};

#endif
