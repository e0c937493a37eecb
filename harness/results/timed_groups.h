/* timed_groups.h - which timed rows of a results folder are one comparison: the repetitions of all
 * policies on the same workload, region, touch, rule of release and number of threads, in the same
 * pass. A malloc of somebody else's keeps to its own rule, and is compared under each.
 */
#ifndef FITLAB_TIMED_GROUPS_H
#define FITLAB_TIMED_GROUPS_H

#include <stddef.h>

#include "base/table.h"
#include "cell/metric.h"
#include "workloads/problem.h"

/* Where things are in summary.csv. */
struct timed_columns {
    size_t policy, spec, workload, region, touch, release, threads, pass, rep;
};

struct timed_group {
    const struct table *table; /* summary.csv */
    const struct timed_columns *at;
    size_t first;   /* row */
    size_t *policy; /* row of the first repetition of each */
    size_t policies, repetitions, baseline;
};

/* Returns false, with a problem, to end the visits. */
typedef bool timed_group_visitor(const struct timed_group *, void *ctx, struct problem *);

/* Calls visit for each comparison in the table, in its order. baseline is a policy's label or its
 * spec in full; NULL, or not in a group: the group's first. False if a visit says so or the table
 * is not a summary. */
bool timed_groups_visit(const struct table *, const char *baseline, timed_group_visitor *visit,
                        void *ctx, struct problem *);

/* The values of a metric, a new array [policy][repetition], NAN where it was not measured; NULL if
 * no row has any, or, with a problem, if one holds what is no number. Free it. */
double *timed_group_values(const struct timed_group *, enum metric_id, struct problem *);

#endif
