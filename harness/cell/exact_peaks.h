/* exact_peaks.h - what the first replay of the memory pass finds because it looks after every
 * event: exact maxima, the events at which they occur, and means. Internal to this room. */
#ifndef FITLAB_EXACT_PEAKS_H
#define FITLAB_EXACT_PEAKS_H

#include "cell/pass.h"
#include "replay/thread_census.h"

/* The state right after an event. */
struct moment {
    uint64_t event; /* events replayed; 0: there was none yet */
    uint64_t live_bytes, granted_bytes, footprint_bytes;
};

/* What the first replay finds. */
struct exact_peaks {
    struct moment peak_live, peak_footprint;
    uint64_t peak_live_blocks, peak_aligned_bytes, peak_granted_bytes, high_water_bytes;
    double ratio_sum, ratio_weight; /* of footprint/live, by bytes allocated */
    double waste_sum;               /* of 1 - live/footprint, by event */
    uint64_t waste_events;
    struct counters opened;                  /* what opening the heap counted */
    struct counters count;                   /* at the end, the opening included */
    struct counters count_at_peak;           /* the same where the footprint peaks, */
    const char *end_at_peak;                 /* and the region's peak then */
    uint64_t probes;                         /* of both kinds, after the last event */
    uint64_t most_probes, most_probes_event; /* of one operation, and which */
    uint64_t fixed_bytes;                    /* metadata of the empty heap */
    uint64_t block_overhead;                 /* that the first block added to it */
    uint64_t peak_blocks_bytes;   /* most bytes in live blocks, their overhead included */
    uint64_t largest_block_bytes; /* the largest block of all, its overhead included */
    struct thread_census *owners; /* where several threads act; else NULL */
};

/* Before the first event, of the heap just opened: what that cost is not the workload's. */
void exact_peaks_open(struct exact_peaks *, const struct heap *);

void exact_peaks_event(struct exact_peaks *, const struct ledger *, struct pass *,
                       const struct event *, enum ledger_outcome);

/* Computes the pass's metrics from the peaks and the samples. If a bound is broken, the pass fails.
 */
void exact_peaks_put(struct pass *, const struct exact_peaks *, const struct ledger *);
bool exact_peaks_put_samples(struct pass *, const struct exact_peaks *);

#endif
