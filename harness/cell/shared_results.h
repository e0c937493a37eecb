/* shared_results.h - what a cell's process shares with its parent; internal to this room. */
#ifndef FITLAB_SHARED_RESULTS_H
#define FITLAB_SHARED_RESULTS_H

#include <stdatomic.h>

#include "cell/cell.h"

struct shared_results {
    size_t bytes; /* of the mapping */
    int fd;       /* descriptor of the memory: a program started by the child maps it again */
    _Atomic uint64_t progress;
    _Atomic bool done; /* the result below is complete */
    double canary_ns;  /* shortest time of a canary here; 0: none was run */
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    uint64_t digest;
    struct metrics metrics;
    size_t sample_count, sample_most;
    size_t hole_moments, curve_points, page_samples;
    enum cell_pass pass;
    size_t own_at; /* offset of the results that are the pass's own; see shared_results_own */
    struct sample sample[];
};

/* The pass's own results, of the size that its kind says, zeroed at first. Each pass has a function
 * around this call in its file, where the type of the results is known. Two programs map the
 * memory, each at its own address, so it must hold no pointer. */
void *shared_results_own(const struct shared_results *, enum cell_pass);

/* How many samples a cell can have. */
size_t shared_results_samples(const struct cell *);

/* NULL and a problem if the machine refuses. */
struct shared_results *shared_results_open(const struct cell *, struct problem *);

/* Maps the shared results of the same cell that another program opened. */
struct shared_results *shared_results_take(const struct cell *, int fd, struct problem *);

/* Runs the cell in this process, which was made for it, and ends the process. In process.c. */
_Noreturn void cell_run(const struct cell *, struct shared_results *);

/* Discards what was measured, for another try. */
void shared_results_reset(struct shared_results *);

void shared_results_close(struct shared_results *);

static inline void shared_results_progress(struct shared_results *b, uint64_t events)
{
    atomic_store_explicit(&b->progress, events, memory_order_relaxed);
}

#endif
