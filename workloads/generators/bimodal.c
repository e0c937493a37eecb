/* bimodal.c - steady churn of small blocks and some large ones among them. */
#include "workloads/generators/steady.h"

enum { SMALL, LARGE, LARGE_PCT, SPREAD, STEADY };

static const struct param params[] = {
    {.name = "small",
     .help = "the small size",
     .unit = "units",
     .init = 32,
     .min = 1,
     .max = 1 << 30},
    {.name = "large",
     .help = "the large size",
     .unit = "units",
     .init = 4096,
     .min = 1,
     .max = 1 << 30},
    {.name = "large_pct",
     .help = "how many of the blocks are large",
     .unit = "pct",
     .init = 10,
     .min = 0,
     .max = 100},
    {.name = "spread",
     .help = "how far sizes deviate from these two, uniformly",
     .unit = "pct",
     .init = 25,
     .min = 0,
     .max = 100},
    STEADY_PARAMS,
    PARAM_END,
};

static struct workload *bimodal_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct size_law law = {.shape = SIZES_BIMODAL,
                           .small = v[SMALL],
                           .large = v[LARGE],
                           .large_part = (double)v[LARGE_PCT] / 100,
                           .spread = (double)v[SPREAD] / 100};
    return steady_open(law, v + STEADY, problem);
}

const struct workload_kind bimodal = {
    .name = "bimodal",
    .summary = "steady churn, small sizes with some large ones",
    .params = params,
    .open = bimodal_open,
    .next = generator_next,
    .close = generator_close,
};
