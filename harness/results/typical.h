/* typical.h - of a workload that was measured with several seeds, the one to look at where a single
 * cell must be shown: a series over time has no median. */
#ifndef FITLAB_TYPICAL_H
#define FITLAB_TYPICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

struct results_reader;
struct identity;

/* Of each workload of the reader its most typical seed: a spec, as the column `workload` has it.
 * All policies are looked at on the same seed, the one on which their memory is nearest to their
 * medians over all seeds. NULL and a problem if that cannot be told; free it otherwise. */
const char **typical_specs(struct results_reader *, struct problem *);

/* Whether a row is of the typical seed of its workload, the w-th. */
bool typical_row(const char *const *specs, const struct identity *, size_t row, size_t w);

#endif
