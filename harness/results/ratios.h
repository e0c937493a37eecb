/* ratios.h - ratios.csv: comparisons between the timed rows of a results folder.
 *
 * It follows from summary.csv alone: repetitions of the same policies, workload, region, touch and
 * pass are one comparison. */
#ifndef FITLAB_RATIOS_H
#define FITLAB_RATIOS_H

#include "cell/metric.h"
#include "workloads/problem.h"

extern const char ratios_file[];
extern const char ratios_header[];

/* The metrics of timed passes that are compared; ends with METRICS. */
extern const enum metric_id ratios_metrics[];

/* Reads summary.csv of the folder and replaces ratios.csv as a whole. Without timed rows there is
 * no ratios.csv. baseline is a policy's label or its spec in full; NULL: the first policy in the
 * file. */
bool ratios_write(const char *folder, const char *baseline, struct problem *);

#endif
