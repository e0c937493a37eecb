/* seconds.h - a plain stopwatch, for budgets and progress; never for what is measured. */
#ifndef FITLAB_SECONDS_H
#define FITLAB_SECONDS_H

#include <time.h>

/* Seconds since some fixed moment; only differences mean anything. */
static inline double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
