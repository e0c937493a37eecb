/* uniform.c - steady churn of blocks whose sizes are uniform over a range. */
#include "workloads/generators/steady.h"

enum { MIN, MAX, STEADY };

static const struct param params[] = {
    {.name = "min", .help = "smallest size", .unit = "units", .init = 16, .min = 0, .max = 1 << 30},
    {.name = "max",
     .help = "largest size",
     .unit = "units",
     .init = 1024,
     .min = 1,
     .max = 1 << 30},
    STEADY_PARAMS,
    PARAM_END,
};

static struct workload *uniform_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct size_law law = {.shape = SIZES_UNIFORM, .min = v[MIN], .max = v[MAX]};
    return steady_open(law, v + STEADY, problem);
}

const struct workload_kind uniform = {
    .name = "uniform",
    .summary = "steady churn, uniform sizes",
    .params = params,
    .open = uniform_open,
    .next = generator_next,
    .close = generator_close,
};
