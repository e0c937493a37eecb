/* grid.h - a sweep's cells, in the order of their rows. */
#ifndef FITLAB_GRID_H
#define FITLAB_GRID_H

#include "sweep/sweep_spec.h"

struct grid_cell {
    struct cell cell;
    uint64_t key;
    char key_text[CELL_KEY_SIZE];
    size_t group, group_policies; /* the first cell of those that it is compared with, and the
                                     policies among them, before grid_keep */
};

struct grid {
    struct workload_spec *workload; /* one for each seed */
    size_t workloads;
    struct grid_cell *cell; /* by workload, region, pass, touch, release, policy, repetition */
    size_t cells, cell_bytes; /* bytes: of the whole array */
    bool compress;                   /* the tables, in the end */
    const struct grid_cell **by_key; /* the same, sorted */
};

/* Every combination. The spec must outlive the grid. False and a problem if a workload cannot be
 * read; there is nothing to free then. */
bool grid_expand(const struct sweep_spec *, struct grid *, struct problem *);

void grid_free(struct grid *);

/* Drops the cells whose entry in keep, in the grid's order, is false. */
bool grid_keep(struct grid *, const bool *keep, struct problem *);

/* The cell of this key, or NULL. */
const struct grid_cell *grid_find(const struct grid *, uint64_t key);

#endif
