/* lognormal.c - steady churn of blocks whose sizes are lognormal: a long tail. */
#include "workloads/generators/steady.h"

enum { MEAN, CV, MIN, MAX, STEADY };

static const struct param params[] = {
    {.name = "mean", .help = "mean size", .unit = "units", .init = 200, .min = 1, .max = 1 << 30},
    {.name = "cv",
     .help = "standard deviation over mean of the sizes",
     .unit = "pct",
     .init = 200,
     .min = 1,
     .max = 10000},
    {.name = "min", .help = "smallest size", .unit = "units", .init = 1, .min = 0, .max = 1 << 30},
    {.name = "max",
     .help = "largest size",
     .unit = "units",
     .init = 1 << 20,
     .min = 1,
     .max = 1 << 30},
    STEADY_PARAMS,
    PARAM_END,
};

static struct workload *lognormal_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct size_law law = {.shape = SIZES_LOGNORMAL,
                           .mean = (double)v[MEAN],
                           .cv = (double)v[CV] / 100,
                           .min = v[MIN],
                           .max = v[MAX]};
    return steady_open(law, v + STEADY, problem);
}

const struct workload_kind lognormal = {
    .name = "lognormal",
    .summary = "steady churn, lognormal sizes",
    .params = params,
    .open = lognormal_open,
    .next = generator_next,
    .close = generator_close,
};
