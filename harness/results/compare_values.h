/* compare_values.h - the values of compare.h: which cells of two results folders are a pair. */
#ifndef FITLAB_COMPARE_VALUES_H
#define FITLAB_COMPARE_VALUES_H

#include "results/compare.h"

/* Appends a row for each pair of policies that has this metric on a workload, and the cells that are
 * no longer ok. A folder without such a column has none. */
bool compare_collect(const struct compare_request *, const struct compare_metric *,
                     struct compare *, struct problem *);

#endif
