/* progress.h - shows on standard error how far a sweep is: a bar on a terminal, and a plain line
 * from time to time anywhere else. */
#ifndef FITLAB_PROGRESS_H
#define FITLAB_PROGRESS_H

#include "sweep/pool.h"

struct progress {
    bool quiet, terminal;
    size_t total;                        /* cells of the sweep */
    size_t of_status[CELL_STATUS_COUNT]; /* of those that are done, earlier runs' included */
    double drawn, next_line;             /* on pool_clock */
};

/* quiet: nothing is ever written. */
void progress_begin(struct progress *, size_t total, bool quiet);

/* Counts a cell that ended now or was there already. */
void progress_count(struct progress *, enum cell_status);

size_t progress_done(const struct progress *);

/* Whether it is time to draw again. */
bool progress_due(const struct progress *);

/* How long the rest takes, on the wall clock, all jobs considered; a bound where some of it is
 * guessed. */
struct remaining {
    double seconds;
    bool at_least;
};

/* Draws. */
void progress_draw(struct progress *, const struct pool *, struct remaining);

/* Removes the bar, so that what follows is on a line of its own. */
void progress_end(struct progress *);

/* Writes "480 cells: 478 ok, 1 crash, 1 timeout" to out. */
void progress_summary(const struct progress *, char *out, size_t size);

#endif
