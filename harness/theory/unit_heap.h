/* unit_heap.h - a real policy's heap, played in the abstract units of the theorems.
 *
 * Theory counts memory in units and has no headers. Here a unit is a granule of bytes, and a
 * block of u units is asked for as u * granule - header bytes, where the header is what the
 * policy itself adds, found by trying. Heights leave out what the empty heap takes.
 */
#ifndef FITLAB_UNIT_HEAP_H
#define FITLAB_UNIT_HEAP_H

#include "region/region_map.h"
#include "spec/policy_spec.h"
#include "theory/op_meter.h"

/* Large enough for every policy's smallest block and for what it writes into a hole. */
enum { UNIT_GRANULE = 128 };

struct unit_heap {
    const struct policy_spec *spec;
    struct region_map map;
    bool fixed; /* the region is fixed for life */
    struct heap *heap;
    size_t header;          /* bytes that the policy adds to a block */
    size_t empty_bytes;     /* footprint of the empty heap */
    const char *origin;     /* where the first block of an empty heap starts */
    const char *top;        /* the highest end of a block so far */
    struct op_meter *meter; /* NULL, or what measures each operation */
    uint64_t cost;          /* of the last one, if it was measured */
};

/* How many bytes the policy adds to a block: the bytes between the usable ones of two small blocks.
 * Uses two blocks of a heap that was empty. */
size_t unit_header(struct heap *);

/* Opens a heap that can grow to `most` units, or is fixed at about that many. False and a
 * problem if the policy cannot be opened there, or has no units: what it adds to a block is
 * not the same for one of 1 unit and one of 2. */
bool unit_heap_open(struct unit_heap *, const struct policy_spec *, size_t most, bool fixed,
                    struct problem *);
void unit_heap_close(struct unit_heap *);

/* Empties the heap: as it was after unit_heap_open. */
void unit_heap_renew(struct unit_heap *);

/* The bytes to ask for, to get a block of so many units. */
size_t unit_request(const struct unit_heap *, size_t units);

/* A block of so many units; NULL: the policy has none. */
void *unit_alloc(struct unit_heap *, size_t units);
void unit_free(struct unit_heap *, void *payload);

/* Where a block starts, in units from the first block of an empty heap. */
size_t unit_address(const struct unit_heap *, const void *payload);

/* Units of memory in use now: up to the break. */
size_t unit_height(const struct unit_heap *);

/* The largest value of that so far: the highest break, or in a fixed region the highest end of a
 * block. */
size_t unit_high_water(const struct unit_heap *);

#endif
