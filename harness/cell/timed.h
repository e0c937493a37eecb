/* timed.h - one whole timed replay, and what both timed passes do before and after it. */
#ifndef FITLAB_TIMED_H
#define FITLAB_TIMED_H

#include "cell/pass.h"

/* Called after each chunk that was timed, outside the clock. */
typedef void timed_observer(const struct replay *, const struct packed_chunk *, void *ctx);

/* Replays the workload up to its drain against a heap; replay->ticks is then its time.
 * False after pass_fail. */
bool timed_replay(struct pass *, struct replay *, struct heap *, enum replay_timing, enum touch,
                  timed_observer *, void *ctx);

/* A replay in a new region that prepares for the timed ones: afterwards the region's pages have
 * been touched, and the metrics of refused requests are set. */
bool timed_warm_up(struct pass *, struct replay *);

/* Sorts the values; n is at least 1. */
double timed_median(double *values, size_t n);

/* Ticks of one replay to ns an operation. */
double timed_ns_per_op(const struct pass *, double ticks);

/* The same of a replay in blocks of 16, less what their readings of the clock cost. */
double timed_blocks_ns_per_op(const struct pass *, double ticks);

/* Sets the metrics that all timed passes have: about the clock, and about what the operating system
 * did meanwhile. */
void timed_put(struct pass *, double elapsed_ns);

#endif
