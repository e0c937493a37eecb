/* exponential.c - steady churn of blocks whose sizes are exponential: many small, few large. */
#include "workloads/generators/steady.h"

enum { MEAN, MIN, MAX, STEADY };

static const struct param params[] = {
    {.name = "mean", .help = "mean size", .unit = "units", .init = 200, .min = 1, .max = 1 << 30},
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

static struct workload *exponential_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct size_law law = {
        .shape = SIZES_EXPONENTIAL, .mean = (double)v[MEAN], .min = v[MIN], .max = v[MAX]};
    return steady_open(law, v + STEADY, problem);
}

const struct workload_kind exponential = {
    .name = "exponential",
    .summary = "steady churn, exponential sizes",
    .params = params,
    .open = exponential_open,
    .next = generator_next,
    .close = generator_close,
};
