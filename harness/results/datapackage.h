/* datapackage.h - datapackage.json: the tables of a results folder as a Frictionless tabular data
 * package (https://specs.frictionlessdata.io/tabular-data-package/), for programs that load them:
 * each CSV file that is there, with the type, unit and meaning of each column. */
#ifndef FITLAB_DATAPACKAGE_H
#define FITLAB_DATAPACKAGE_H

#include <stdbool.h>

#include "workloads/problem.h"

/* Replaces the file as a whole. It follows from the names and headers of the tables alone, so the
 * same tables give the same bytes. */
bool datapackage_write(const char *folder, struct problem *);

#endif
