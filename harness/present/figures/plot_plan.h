/* plot_plan.h - which pictures are worth drawing when there would be too many. */
#ifndef FITLAB_PLOT_PLAN_H
#define FITLAB_PLOT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

struct figure;
struct results_reader;

enum { PLOT_PICTURES_MOST = 60 };

struct plot_plan {
    bool *chosen;    /* the workloads that have figures of their own; NULL: all */
    size_t pictures; /* about how many there will be */
    char *note;      /* a line that says what was left out and how to draw it; NULL: nothing */
};

/* Of these figures (ends with NULL) at most so many pictures, whatever their formats. Those of all
 * workloads together come first; of the others those on whose workloads the memory of the policies
 * parts most. False and a problem if that cannot be told. */
bool plot_plan_make(struct plot_plan *, const struct figure *const *wanted, size_t most,
                    struct results_reader *, struct problem *);
void plot_plan_free(struct plot_plan *);

#endif
