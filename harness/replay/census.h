/* census.h - sums over a walk of a heap, and whether the walk law holds. */
#ifndef FITLAB_CENSUS_H
#define FITLAB_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocators/policy.h"
#include "replay/hole_sizes.h"

struct census {
    uint64_t used_blocks;
    uint64_t granted_bytes;  /* usable in used blocks */
    uint64_t metadata_bytes; /* SPAN_META, and the parts of used blocks that are not usable */
    uint64_t holes, holes_bytes, largest_hole_bytes;
    uint64_t slack_bytes, slack_spans;
    uint64_t absent_bytes; /* not in the footprint */
    const char *broken;    /* how the spans break the walk law; NULL: they keep it */
    size_t broken_at;      /* offset from the region's base */
};

/* Called for each used span. Returns false if the span is not a live block. */
typedef bool census_judge(const void *payload, void *ctx);

/* Walks the heap, whose policy has a walk. judge and sizes may be NULL; holes are added to the
 * latter. */
struct census census_take(const struct heap *, census_judge *judge, void *ctx,
                          struct hole_sizes *sizes);

#endif
