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

#include "allocators/param.h"
#include "workloads/problem.h"

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

/* The rows of a kind that lets its user choose the law, and their number. */
#define SIZE_CHOICE_PARAMS(init_shape, init_mean)                                                  \
    {.name = "sizes",                                                                              \
     .help = "law of the sizes",                                                                   \
     .init = init_shape,                                                                           \
     .max = 3,                                                                                     \
     .choices = size_shape_names},                                                                 \
        {.name = "mean",                                                                           \
         .help = "mean size (exponential, lognormal)",                                             \
         .unit = "units",                                                                          \
         .init = init_mean,                                                                        \
         .min = 1,                                                                                 \
         .max = 1L << 30},                                                                         \
        {.name = "cv",                                                                             \
         .help = "lognormal sizes: standard deviation over mean",                                  \
         .unit = "pct",                                                                            \
         .init = 150,                                                                              \
         .min = 1,                                                                                 \
         .max = 10000},                                                                            \
        {.name = "min",                                                                            \
         .help = "smallest size",                                                                  \
         .unit = "units",                                                                          \
         .init = 16,                                                                               \
         .min = 0,                                                                                 \
         .max = 1L << 30},                                                                         \
        {.name = "max",                                                                            \
         .help = "largest size",                                                                   \
         .unit = "units",                                                                          \
         .init = 65536,                                                                            \
         .min = 1,                                                                                 \
         .max = 1L << 30},                                                                         \
        SIZE_UNIT_PARAMS

enum { SIZE_CHOICE_ROWS = 7 };

/* The names of the laws that can be chosen so, in the order of the enum. */
extern const char *const size_shape_names[];

/* The law that the values of SIZE_CHOICE_PARAMS say. */
struct size_law size_law_chosen(const long *rows);

/* False, and a problem, if the law can draw nothing (an empty range) or less than 0 bytes. */
bool size_law_check(const struct size_law *, struct problem *);

uint64_t size_law_draw(const struct size_law *, gsl_rng *);

#endif
