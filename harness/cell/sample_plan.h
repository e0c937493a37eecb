/* sample_plan.h - after which events a pass looks at its heap; internal to this room.
 *
 * Evenly over the events, at the end, and where something peaks. To look is to walk the heap, so on
 * a heap of millions of blocks there are fewer even ones, as far from each other as before: all
 * walks together come to about a quarter of the time of the pass at most. How many there are
 * follows from counts, not from a clock.
 */
#ifndef FITLAB_SAMPLE_PLAN_H
#define FITLAB_SAMPLE_PLAN_H

#include <stdbool.h>

#include "replay/sample.h"

struct sample_plan {
    uint64_t events, grid;              /* of the workload; samples that are even */
    uint64_t taken;                     /* places of the grid passed so far */
    uint64_t peak_live, peak_footprint; /* events that stand out; 0: none, or not known */
    uint64_t spent;                     /* spans and pages looked at so far */
};

/* A plan that spreads samples over the events: the `asked` number of them, or fewer if they would
 * take too large a part of the pass's time. `most` is how many spans and pages one sample looks at
 * when the heap is largest, from which their cost is estimated. */
struct sample_plan sample_plan_open(uint64_t events, uint64_t asked, uint64_t most);

/* Whether to take a sample after this event, and why. */
bool sample_plan_wants(struct sample_plan *, uint64_t event, enum sample_reason *);

/* A sample looked at so many spans and pages. */
void sample_plan_spend(struct sample_plan *, uint64_t looked_at);

#endif
