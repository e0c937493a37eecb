/* pass.h - what the passes share: internal to this room, and to a cell's own process. */
#ifndef FITLAB_PASS_H
#define FITLAB_PASS_H

#include "allocators/heap.h"
#include "cell/shared_results.h"
#include "cell/slow_reading.h"
#include "mallocs/meter.h"
#include "region/region_map.h"
#include "replay/ledger.h"
#include "replay/packed.h"
#include "replay/replay.h"
#include "spec/policy_spec.h"

/* What the operating system did to the timed replays. */
struct usage {
    uint64_t minor_faults, major_faults, involuntary_switches;
};

struct release_plan;

struct pass {
    const struct cell *cell;
    const struct policy *policy; /* the cell's, or its watched copy */
    struct shared_results *shared;
    struct packed packed;
    struct region_map map;
    size_t region_bytes;
    bool fixed;
    struct heap *heap;
    struct region view; /* the part of the region that the minheap pass gives to the heap */
    const struct region_threads *threads; /* where several threads use the heap; else NULL */
    const struct meter *meter;            /* of the heap's footprint */
    struct slow_reading reading;          /* of the meter, if it is slow */
    uint64_t hole_tenths;                 /* of the events, at the last sizes of holes */
    const struct release_plan *release;   /* what timed replays give back; NULL: nothing */
    struct usage usage; /* of the last timed replay; the switches of all of them */
    bool rss_known;
    uint64_t rss_bytes; /* growth of the resident set in the first timed replay of the process */
};

/* Sets the cell's status and one line of detail, and returns false. */
bool pass_fail(struct pass *, enum cell_status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Maps the region that the cell asks for. */
bool pass_map_region(struct pass *);

/* For passes to which it is nothing which pages are resident: those of a large region, just mapped,
 * may be huge, so that there are few faults. Only where blocks lie densely: of large ones the
 * policy touches the headers alone, and huge pages would bring in all of them. */
void pass_widen_pages(struct pass *);

/* A heap in a region that is as if new. The first call maps the region. */
bool pass_new_heap(struct pass *);

/* The same in a region that was never touched. */
bool pass_cold_heap(struct pass *);

/* The next chunk of the workload, from its first event after pass_rewind; NULL at the end, and
 * after a failure to read it. */
const struct packed_chunk *pass_next(struct pass *);

/* What a workload asks for. */
void pass_put_facts(struct pass *);

/* The same, and how many of the requests were served or refused. */
void pass_put_workload(struct pass *, uint64_t refused, uint64_t skipped);

/* Checks that the resident set is within the limit; fails the pass otherwise. */
bool pass_within_memory(struct pass *);

/* To be written to before the policy runs again: see shared_results_lock. */
static inline struct metrics *pass_metrics(struct pass *p)
{
    shared_results_unlock(p->shared);
    return &p->shared->metrics;
}

#endif
