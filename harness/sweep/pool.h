/* pool.h - runs cells at once, each in its own process, until there are no more or a signal says to
 * stop.
 *
 * The caller hands out cells and takes their results one by one, all in one thread. So the caller
 * alone decides the order and writes the files. */
#ifndef FITLAB_POOL_H
#define FITLAB_POOL_H

#include "sweep/grid.h"

/* A cell that runs now. */
struct pool_worker {
    const struct grid_cell *cell; /* NULL: idle */
    struct cell_process process;
    int pidfd;
    double started; /* seconds on pool_clock */
};

struct pool;

struct pool_caller {
    /* The next cell to run, or NULL: none is left. */
    const struct grid_cell *(*next)(void *ctx);

    /* Takes a result. False and a problem: stop. */
    bool (*ended)(const struct grid_cell *, const struct cell_result *, double seconds, void *ctx,
                  struct problem *);

    /* Called some times a second, and when a cell ends. False and a problem: stop. */
    bool (*tick)(const struct pool *, void *ctx, struct problem *);

    void *ctx;
};

struct pool {
    struct pool_worker *worker;
    size_t workers;
    const struct pool_caller *caller;
};

enum pool_end {
    POOL_DONE,
    POOL_STOPPED, /* by SIGINT, SIGTERM or SIGHUP; cells that ran then are lost */
    POOL_FAILED   /* a problem is set */
};

enum { POOL_MOST_JOBS = 4096 }; /* no machine has more cores; a larger number is a typing error */

/* Runs at most `jobs` cells at a time; timed ones, of which there must be one at a time, pinned to
 * a core. Returns when no process of a cell is left. */
enum pool_end pool_run(const struct pool_caller *, size_t jobs, struct problem *);

/* Cores that this process may use. */
size_t pool_cores(void);

/* Monotonic seconds. */
double pool_clock(void);

#endif
