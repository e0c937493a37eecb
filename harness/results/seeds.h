/* seeds.h - the workloads of a results folder, and which rows are samples of one: made by
 * results_reader.c, internal to it.
 *
 * Workloads that differ in their seed alone are one workload, of which each seed is a sample. */
#ifndef FITLAB_SEEDS_H
#define FITLAB_SEEDS_H

#include "results/name_index.h"
#include "results/results_reader.h"

struct seeds {
    struct name_index specs; /* as the column `workload` has them */
    size_t *workload;        /* of each its place in the roster; SIZE_MAX: not selected */
    size_t most;             /* seeds of one workload */
};

/* Fills the roster with the workloads of a column. False and a problem if one is selected that is
 * not there. */
bool seeds_find(struct seeds *, const struct table *, size_t column,
                const struct selection *selection, struct roster *, struct problem *);

/* The place of a row's workload in the roster, or SIZE_MAX. */
size_t seeds_workload(const struct seeds *, const char *spec);

void seeds_free(struct seeds *);

/* Whether a list of specs and labels names a subject. Without a list everything is named. */
bool seeds_is_named(const char *const *list, const char *spec, const char *label);

#endif
