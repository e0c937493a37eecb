/* schedule.h - a number of live blocks that follows a curve over the events.
 *
 * The patterns of Wilson, Johnstone, Neely & Boles, "Dynamic Storage Allocation: A Survey and
 * Critical Review" (1995): programs build data up and let go of it, they do not churn at a
 * steady size. `ramp`, `plateau` and `sawtooth` are this core under three curves. Where there
 * are more events than the curve needs, blocks are replaced: one dies, another is born.
 */
#ifndef FITLAB_SCHEDULE_H
#define FITLAB_SCHEDULE_H

#include "workloads/generators/generator.h"
#include "workloads/generators/live_set.h"
#include "workloads/generators/size_law.h"

/* The rows that follow a kind's own. */
#define SCHEDULE_PARAMS(init_rule)                                                                 \
    {.name = "live",                                                                               \
     .help = "how many blocks are live at the top",                                                \
     .unit = "blocks",                                                                             \
     .init = 10000,                                                                                \
     .min = 1,                                                                                     \
     .max = 1L << 30},                                                                             \
        SIZE_CHOICE_PARAMS(SIZES_LOGNORMAL, 100), LIFETIME_PARAMS(init_rule),                      \
        GENERATOR_PARAMS(200000)

/* The part of `live` (0..1) to have when a part (0..1) of the events is over; own are the
 * values of the kind's own rows. */
typedef double schedule_curve(double part, const long *own);

/* rows are the values of SCHEDULE_PARAMS; own is kept, and given to the curve. */
struct workload *schedule_open(schedule_curve *, const long *own, size_t own_rows, const long *rows,
                               struct problem *);

#endif
