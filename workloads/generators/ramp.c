/* ramp.c - data accumulates until the end, among temporaries that die young. */
#include "workloads/generators/schedule.h"

static const struct param params[] = {
    SCHEDULE_PARAMS(LIFETIME_LIFO),
    PARAM_END,
};

static double curve(double part, const long *own)
{
    (void)own;
    return part;
}

static struct workload *ramp_open(const struct workload_args *args, struct problem *problem)
{
    return schedule_open(curve, args->number, 0, args->number, problem);
}

const struct workload_kind ramp = {
    .name = "ramp",
    .summary = "live blocks grow steadily to the end",
    .params = params,
    .open = ramp_open,
    .next = generator_next,
    .close = generator_close,
};
