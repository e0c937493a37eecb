/* tail.h - how a deterministic cost spreads over single operations: its quantiles, and the
 * operation that costs most. Internal to this room. */
#ifndef FITLAB_TAIL_H
#define FITLAB_TAIL_H

#include "cell/metric.h"
#include "measure/histogram.h"
#include "workloads/event.h"

struct tail {
    struct histogram spread;
    uint64_t event; /* that costs most: how many were replayed, itself included; 0: none was yet */
    uint64_t bytes; /* that it asks for; of a free: that the block was asked for with */
    enum event_kind kind;
};

/* Counts an operation: what it cost and, for the costliest, which it was. */
void tail_add(struct tail *, uint64_t cost, uint64_t event, enum event_kind, uint64_t bytes);

/* The most that a share q (0..1) of the operations cost, at most 1/32 too high. */
uint64_t tail_quantile(const struct tail *, double q);

/* Where the results go. */
struct tail_metrics {
    enum metric_id p50, p99, p9999, most, event, kind, bytes;
};

void tail_put(const struct tail *, const struct tail_metrics *, struct metrics *);

#endif
