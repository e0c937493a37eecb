/* timeline.h - the events that are stepped through: written operations or any workload, with random
 * access. */
#ifndef FITLAB_TIMELINE_H
#define FITLAB_TIMELINE_H

#include "present/step/operations.h"
#include "replay/packed.h"

struct timeline {
    struct operations operations; /* empty: a workload */
    struct workload_spec spec;
    struct packed packed;
    const struct packed_chunk *chunk; /* of the workload, the one at hand */
    uint64_t chunk_at;                /* index of its first event */
    uint64_t events, peak_live_bytes, ample_bytes;
    uint32_t slots;
};

/* Both: false and a problem; nothing is then left to close. */
bool timeline_of_operations(struct timeline *, const char *text, struct problem *);
bool timeline_of_workload(struct timeline *, const char *spec, struct problem *);

/* Event `index`, counted from 0, below `events`. False and a problem if it cannot be read. */
bool timeline_event(struct timeline *, uint64_t index, struct event *, struct problem *);

/* What the block is called that event `index` left in its slot: a name, or '#' and the slot. */
void timeline_name(const struct timeline *, uint64_t index, uint32_t slot,
                   char name[OPERATION_NAME]);

/* The event in words, such as "p = alloc(10)". */
void timeline_text(const struct timeline *, uint64_t index, const struct event *,
                   char text[OPERATION_TEXT]);

void timeline_close(struct timeline *);

#endif
