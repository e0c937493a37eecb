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

/* Unites the cells; of a cell that several have, the first one's rows stay. False and a problem,
 * and nothing is written, if timed rows come from different machines or a deterministic cell
 * differs. *cells is how many the output then has. */
bool merge_run(const struct merge *, size_t *cells, struct problem *);

#endif
