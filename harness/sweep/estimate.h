/* estimate.h - how long cells take: a guess at first, then learned from those that ended. */
#ifndef FITLAB_ESTIMATE_H
#define FITLAB_ESTIMATE_H

#include "sweep/grid.h"

struct estimate_tally {
    double seconds, events;
    double cells;
    double expected; /* seconds that cells of any policy took on the same workloads */
};

struct estimate {
    const struct sweep_spec *spec;
    const struct grid *grid;
    double *events;                     /* of each workload */
    struct estimate_tally *of_policy;   /* [policy][pass] */
    struct estimate_tally *of_workload; /* [workload][pass] */
    struct estimate_tally of_pass[CELL_PASS_COUNT];
};

bool estimate_open(struct estimate *, const struct sweep_spec *, const struct grid *,
                   struct problem *);
void estimate_close(struct estimate *);

/* Notes that a cell of this kind took this long. */
void estimate_learn(struct estimate *, const struct cell *, double seconds);

/* Seconds that the cell will take. */
double estimate_cell(const struct estimate *, const struct cell *);

/* Whether no cell of this policy and pass has run, so that nobody knows how long its searches take:
 * the estimate is then too small where they are long. */
bool estimate_is_guess(const struct estimate *, const struct cell *);

/* Writes seconds as "1h02m", "3m20s" or "12s"; returns out. */
const char *estimate_format(double seconds, char *out, size_t size);

#endif
