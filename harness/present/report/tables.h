/* tables.h - the tables of a report, from a results folder. */
#ifndef FITLAB_REPORT_TABLES_H
#define FITLAB_REPORT_TABLES_H

#include <stddef.h>

#include "present/report/report_table.h"
#include "workloads/problem.h"

struct contests;
struct results_reader;

struct report_tables {
    struct report_table **table;
    size_t count;
};

/* All that the folder has numbers for: fragmentation and time of every policy on every
 * workload, places by time, the details of each workload, and the cells that did not end well.
 * baseline is the policy to which times are related, an index into the roster. False and a problem
 * if the folder cannot be used. */
bool report_tables_make(struct results_reader *, size_t baseline, const struct contests *,
                        struct report_tables *, struct problem *);

/* Places by time; NULL where nothing was timed often enough to say. */
struct report_table *report_places(const struct contests *);

void report_tables_free(struct report_tables *);

#endif
