/* page_data.h - the data of a report's page, as one JSON object. */
#ifndef FITLAB_REPORT_PAGE_DATA_H
#define FITLAB_REPORT_PAGE_DATA_H

#include <stdio.h>

#include "workloads/problem.h"

struct figure_data;
struct results_reader;

/* Writes {folder, policies, workloads, passes, sets, pool} so that it can stand in a script
 * element: what figures show (figure_data.h), and what is needed to say how each cell is made
 * again. False and a problem if the folder cannot be used. */
bool page_data_write(struct results_reader *, const struct figure_data *, FILE *, struct problem *);

#endif
