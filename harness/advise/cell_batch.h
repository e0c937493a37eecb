/* cell_batch.h - many cells at once, whose numbers are kept in memory; their rows, if wanted, go
 * into a results folder. */
#ifndef FITLAB_CELL_BATCH_H
#define FITLAB_CELL_BATCH_H

#include "results/cell_sink.h"
#include "sweep/progress.h"

struct batch_cell {
    struct grid_cell grid; /* the cell to run */
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    struct metrics metrics;
};

struct cell_batch {
    struct batch_cell *cell;
    size_t count, next;
    struct cell_sink *sink; /* NULL: no rows are wanted */
    const char *what;       /* for the progress, such as "measuring 40 candidates" */
    bool quiet;
    struct progress progress;
    double begun;
};

/* Room for so many cells. */
void cell_batch_open(struct cell_batch *, size_t most, const char *what, bool quiet);

/* Adds a cell as cell_init makes it; the caller sets the rest of it. */
struct cell *cell_batch_add(struct cell_batch *, const struct policy_spec *,
                            const struct workload_spec *, enum cell_pass);

/* Runs all cells, `jobs` at a time. Results do not depend on the order. False and a problem, which
 * is empty if a signal ended it. */
bool cell_batch_run(struct cell_batch *, size_t jobs, struct problem *);

void cell_batch_close(struct cell_batch *);

#endif
