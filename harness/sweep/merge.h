/* merge.h - several results folders into one. */
#ifndef FITLAB_MERGE_H
#define FITLAB_MERGE_H

#include "results/results_folder.h"

struct merge {
    const char *const *source; /* folders, which are left as they are */
    size_t sources;
    const char *output;        /* another folder; cells that it has already count as the first */
    bool mixed_machines;       /* timed rows of different machines may stand side by side */
    struct manifest *manifest; /* takes over the runs of all */
};

/* Merges the cells. If several folders have a cell, the rows of the first folder are kept. False
 * and a problem, and nothing is written, if timed rows come from different machines or the rows of
 * a deterministic cell differ. *cells is the number of cells in the output. */
bool merge_run(const struct merge *, size_t *cells, struct problem *);

#endif
