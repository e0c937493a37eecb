/* profile.h - what a workload is like, found in one pass over its events.
 *
 * Lifetimes are counted both in events and in bytes allocated meanwhile, the clock of the
 * garbage-collection and allocation literature. The drain (workload.h) is no part of what the
 * program does: blocks that only it frees count as live at the end.
 */
#ifndef FITLAB_PROFILE_H
#define FITLAB_PROFILE_H

#include "measure/histogram.h"
#include "tracetools/shape.h"
#include "tracetools/size_table.h"
#include "workloads/problem.h"
#include "workloads/workload.h"

enum { PROFILE_THREADS = 64 }; /* threads beyond are counted with the last */

/* How blocks change size by realloc. */
struct resizing {
    uint64_t grows, shrinks, same;
    struct histogram ratio_pct; /* new size, of the old one, where it grows */
    struct histogram chain;     /* resizes of a block in its life, where there were any */
};

struct profile {
    uint64_t events, drain; /* all, and those before the drain */
    uint64_t kinds[EVENT_KINDS];
    uint64_t requested_bytes;
    uint64_t peak_live_bytes, peak_live_blocks;
    uint64_t peak_at; /* index of the event that first reached the peak of bytes */
    uint64_t end_live_bytes, end_live_blocks;
    struct size_table sizes;     /* of allocations */
    struct size_table survivors; /* of the blocks live at the end */
    struct histogram size, life_events, life_bytes;
    struct resizing resizing;
    uint64_t thread_events[PROFILE_THREADS];
    uint64_t threads;       /* how many there are */
    uint64_t foreign_frees; /* blocks freed by another thread than the one that allocated them */
    struct shape shape;     /* live bytes and blocks over the events, and its phases */
};

/* Reads all events of an open workload. NULL and a problem if reading fails or an event is not
 * valid. Free with profile_free, which takes NULL too. */
struct profile *profile_take(struct workload *, struct problem *);
void profile_free(struct profile *);

/* Value at the quantile q (0..1): the lower end of its bucket, or the maximum for 1; 0 if
 * nothing was counted. */
uint64_t profile_quantile(const struct histogram *, double q);

#endif
