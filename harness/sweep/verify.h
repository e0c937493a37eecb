/* verify.h - whether deterministic cells still give the same bytes. */
#ifndef FITLAB_VERIFY_H
#define FITLAB_VERIFY_H

#include <stdint.h>
#include <stdio.h>

#include "workloads/problem.h"

struct verify {
    const char *folder;
    unsigned long most; /* cells to run again */
    uint64_t seed;      /* which ones */
    unsigned long jobs;

    FILE *report; /* gets a line for each cell that differs or can no longer be run */
};

struct verify_outcome {
    unsigned long deterministic; /* cells of the folder that could be run again */
    unsigned long same, different;
    bool stopped; /* by a signal */
};

bool verify_run(const struct verify *, struct verify_outcome *, struct problem *);

#endif
