/* slow_reading.h - when to read a footprint that takes time to read; internal to this room.
 *
 * The resident set of a process with somebody else's malloc is counted page by page, which takes
 * milliseconds for a heap of a gigabyte. So it is read where the live bytes peak, and apart from
 * that when they have grown, or so many events have passed, that it may have changed; but all
 * readings together come to about a quarter of the time of the pass at most. That follows from
 * counts, not from a clock. Between readings the last value stands. */
#ifndef FITLAB_SLOW_READING_H
#define FITLAB_SLOW_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/ledger.h"
#include "replay/packed.h"

/* Readings of a workload whose live bytes do not grow; live bytes grow by one part in this many
 * before they are a reason to read again. */
enum { SLOW_READINGS = 1024 };

/* To count a page takes as long as to look at so many spans (sample_plan.h). */
enum { SLOW_PAGE_SPANS = 20 };

struct slow_reading {
    uint64_t bytes;      /* as last read */
    uint64_t live_bytes; /* the most at which it was read */
    uint64_t next_event; /* at which to read it at the latest */
    uint64_t pages;      /* counted in all readings so far */
};

/* Whether to read it after this event. */
bool slow_reading_due(const struct slow_reading *, const struct ledger *,
                      const struct workload_facts *);

/* It was read after this event: `bytes`. */
void slow_reading_take(struct slow_reading *, uint64_t bytes, const struct ledger *,
                       const struct workload_facts *);

#endif
