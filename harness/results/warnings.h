/* warnings.h - conditions that make timings less reliable, each with its remedy.
 *
 * Cells are noted as they end; the warnings are printed once, after all of them. */
#ifndef FITLAB_WARNINGS_H
#define FITLAB_WARNINGS_H

#include <stdio.h>

#include "cell/cell.h"
#include "results/machine.h"

/* The number of timed cells, and how many of them had each condition. Zeroed at first. */
struct warnings {
    uint64_t timed, interrupted, slow, rejected, coarse;
    unsigned repetitions; /* the most of any cell */
};

void warnings_note(struct warnings *, const struct cell *, const struct metrics *);

/* The clock, machine and build of the timings. */
struct setting {
    struct machine machine;
    struct clock clock;
    bool assertions, unoptimised, sanitized; /* how this program was built */
};

struct setting setting_now(void);

/* A line each, "warning: what it is: what to do"; nothing if no cell was timed. */
void warnings_print(const struct warnings *, const struct setting *, FILE *);

#endif
