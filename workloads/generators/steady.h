/* steady.h - churn at a steady live size: fill, then free one block and allocate another.
 *
 * The classic model of the simulation literature (Knuth's fifty-percent rule, Shore 1977,
 * Zorn & Grunwald 1994). The kinds `uniform`, `exponential`, `lognormal`, `bimodal` and
 * `power-of-two` are this core under five laws of size. With lifo lifetimes blocks die in
 * bursts (geometric, an eighth of the live blocks in the mean), as a stack unwinds; else one
 * death and one birth alternate, and the number of live blocks is exact.
 */
#ifndef FITLAB_STEADY_H
#define FITLAB_STEADY_H

#include "workloads/generators/generator.h"
#include "workloads/generators/live_set.h"
#include "workloads/generators/size_law.h"

/* The rows that follow a kind's own size parameters. */
#define STEADY_PARAMS                                                                              \
    SIZE_UNIT_PARAMS,                                                                              \
        {.name = "live",                                                                           \
         .help = "how many blocks are live after the fill",                                        \
         .unit = "blocks",                                                                         \
         .init = 2000,                                                                             \
         .min = 1,                                                                                 \
         .max = 1L << 30},                                                                         \
        LIFETIME_PARAMS(LIFETIME_RANDOM), GENERATOR_PARAMS(200000)

/* Opens the core. rows are the values of STEADY_PARAMS; unit and header of the law are taken
 * from them. */
struct workload *steady_open(struct size_law, const long *rows, struct problem *);

#endif
