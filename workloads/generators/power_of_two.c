/* power_of_two.c - steady churn of blocks whose sizes are powers of two. */
#include "workloads/generators/steady.h"

enum { MIN, MAX, STEADY };

static const struct param params[] = {
    {.name = "min", .help = "smallest size", .unit = "units", .init = 16, .min = 1, .max = 1 << 30},
    {.name = "max",
     .help = "largest size",
     .unit = "units",
     .init = 4096,
     .min = 1,
     .max = 1 << 30},
    STEADY_PARAMS,
    PARAM_END,
};

static struct workload *power_of_two_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct size_law law = {.shape = SIZES_POWER_OF_TWO, .min = v[MIN], .max = v[MAX]};
    return steady_open(law, v + STEADY, problem);
}

const struct workload_kind power_of_two = {
    .name = "power-of-two",
    .summary = "steady churn, sizes 2^k with each k alike",
    .params = params,
    .open = power_of_two_open,
    .next = generator_next,
    .close = generator_close,
};
