/* spread.h - one number of each policy on each workload, from the repetitions of summary.csv. */
#ifndef FITLAB_SPREAD_H
#define FITLAB_SPREAD_H

#include <stddef.h>

#include "workloads/problem.h"

struct results_reader;

/* NAN in all three: unknown. */
struct spread {
    double median, least, most;
};

/* Of n values that are numbers, which it sorts. */
struct spread spread_values(double *value, size_t n);

/* A new array [workload][policy], in the order of the reader's rosters, with one column from the
 * rows of a pass. Only rows with status ok count: a policy that refused requests had less to do, so
 * its numbers cannot be compared. NULL and a problem if the column is missing or has a value that
 * is not a number. Free it. */
struct spread *spread_of(struct results_reader *, const char *pass, const char *column,
                         struct problem *);

/* The same of a measure of memory. In a region of fixed size, which is the footprint whatever a
 * policy does in it, the highest end of a block takes the footprint's place in
 * peak_footprint_bytes and jw4_pct; what else is made of the footprint, jw1_pct and
 * jw4_policy_pct, is not known there. */
struct spread *spread_of_memory(struct results_reader *, const char *column, struct problem *);

#endif
