/* player.h - playing against a policy in units: what the theorems and their adversaries use.
 *
 * A unit is `granule` bytes. A request of n units asks for n * granule - header bytes, where
 * `header` is what the policy adds to a block, found by trying; so a block of n units takes n
 * units of the region, exactly, with every policy that rounds to no more than a unit.
 *
 * A player sees addresses. What it did can be kept as events: they are a workload that
 * needs no player any more.
 */
#ifndef FITLAB_PLAYER_H
#define FITLAB_PLAYER_H

#include "allocators/heap.h"
#include "region/region_map.h"
#include "spec/policy_spec.h"
#include "workloads/event.h"
#include "workloads/slots.h"

struct player_setup {
    size_t granule; /* bytes of a unit, a power of two; a block has at least 32 bytes */
    size_t limit;   /* bytes of the region */
    bool fixed;     /* the policy has the whole region from the start */
    bool record;    /* keep the events */
};

struct player_block {
    char *p;      /* NULL: no block */
    ptrdiff_t at; /* units from the first unit of the region */
    size_t size;  /* units */
};

struct player {
    struct player_setup setup;
    struct region_map map;
    struct heap *heap;
    size_t header;     /* bytes that the policy adds to a block */
    const char *first; /* where unit 0 is */
    struct slots slots;
    struct player_block *block; /* one a slot */
    uint32_t capacity;
    size_t live, peak_live;  /* units */
    ptrdiff_t lowest, above; /* the units ever in blocks: [lowest, above) */
    uint64_t ops;
    uint64_t last_probes; /* of the last request */
    struct event *event;  /* if recorded */
    size_t events, event_capacity;
};

enum { PLAYER_NONE = -1 };

/* False and a problem if there is no memory, or the policy refuses the region. */
bool player_open(struct player *, const struct policy_spec *, const struct player_setup *,
                 struct problem *);

/* A block of n units; returns its slot, or PLAYER_NONE if it is refused. */
long player_alloc(struct player *, size_t n);

void player_free(struct player *, long slot);

static inline const struct player_block *player_block(const struct player *p, long slot)
{
    return &p->block[slot];
}

/* The highest unit ever in a block, counted from the lowest: the high-water mark. */
size_t player_high_water(const struct player *);

void player_close(struct player *);

#endif
