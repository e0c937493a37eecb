/* conformance.h - runs the properties in processes apart from this one, for all settings in the
 * grid of a policy's parameters. */
#ifndef FITLAB_CONFORMANCE_H
#define FITLAB_CONFORMANCE_H

#include "conformance/property.h"

struct conformance {
    const struct policy *policy;
    uint64_t seed;
    size_t ops;         /* of each random mix */
    unsigned timeout_s; /* of each property */
};

/* Tests one property with one set of arguments. A crash, an exit or a hang is a failure, and the
 * verdict says which. */
void conformance_judge(const struct conformance *, const struct property *, const long *arg,
                       struct verdict *);

/* Tests all properties with one set of arguments in one process, or a few if some are skipped:
 * quick where all hold, as a process takes longer to start than most properties. True: outcome[i]
 * is PASS or SKIP for properties[i]. False: one fails, or seems to because of what another one left
 * behind in the process, so that each must be judged by itself. */
bool conformance_judge_together(const struct conformance *, const long *arg,
                                enum outcome outcome[PROPERTY_COUNT]);

/* Called for each set of arguments of the grid, in a fixed order. Return false to stop. */
typedef bool grid_visitor(const long *arg, void *ctx);

/* Visits the defaults; every value of each choice or switch and the ends, the middle and a
 * quarter of each range with the others at their defaults; every pair of values of two choices.
 * Each set once. */
void grid_visit(const struct param *table, grid_visitor *, void *ctx);

#endif
