/* size_law.h - how large the blocks of a synthetic workload are.
 *
 * A law draws in units; a block is units * unit - header bytes. With unit 1 and header 0
 * (the default) that is plain bytes; with an allocator's granule and header it gives blocks
 * of whole units, as the published simulations have them.
 */
#ifndef FITLAB_SIZE_LAW_H
#define FITLAB_SIZE_LAW_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#include "param.h"
#include "problem.h"

enum size_shape {
    SIZES_UNIFORM,      /* each of min..max alike */
    SIZES_EXPONENTIAL,  /* mean */
    SIZES_LOGNORMAL,    /* mean and cv */
    SIZES_POWER_OF_TWO, /* 2^k, each k from log2(min) to log2(max) alike */
    SIZES_BIMODAL       /* small, or with large_pct large; both +- spread */
};

struct size_law {
    enum size_shape shape;
    long min, max; /* in units; what a continuous law draws beyond them is clamped */
    double mean;   /* in units, before clamping */
    double cv;     /* coefficient of variation: standard deviation / mean */
    long small, large;
    double large_part, spread; /* 0..1 */
    long unit, header;         /* bytes */
};

/* The last two rows of every kind's size parameters. */
#define SIZE_UNIT_PARAMS                                                                           \
    {.name = "unit",                                                                               \
     .help = "bytes in one unit of size",                                                          \
     .unit = "bytes",                                                                              \
     .init = 1,                                                                                    \
     .min = 1,                                                                                     \
     .max = 1L << 20},                                                                             \
    {                                                                                              \
        .name = "header", .help = "bytes taken off every size, for an allocator's own header",     \
        .unit = "bytes", .init = 0, .min = 0, .max = 1L << 16                                      \
    }

/* False, and a problem, if the law can draw nothing (an empty range) or less than 0 bytes. */
bool size_law_check(const struct size_law *, struct problem *);

uint64_t size_law_draw(const struct size_law *, gsl_rng *);

#endif
