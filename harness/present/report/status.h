/* status.h - which cells of a folder did not end well. */
#ifndef FITLAB_REPORT_STATUS_H
#define FITLAB_REPORT_STATUS_H

#include <stddef.h>

#include "workloads/problem.h"

struct report_table;
struct results_reader;

/* A new array [workload][policy] with the first status of a pass that is not ok, NULL where all
 * are. The texts belong to the reader. NULL and a problem if summary.csv cannot be used. */
const char **status_of(struct results_reader *, const char *pass, struct problem *);

/* The cells that did not end well as a table; *table is NULL if there are none. */
bool status_table(struct results_reader *, struct report_table **table, struct problem *);

/* How many cells there are, and how many did not end well. */
bool status_count(struct results_reader *, size_t *cells, size_t *failed, struct problem *);

#endif
