/* sawtooth.c - data is built up and let go at once, again and again. */
#include <math.h>

#include "workloads/generators/schedule.h"

enum { TEETH, FLOOR, SCHEDULE };

static const struct param params[] = {
    {.name = "teeth",
     .help = "how often the data is built up",
     .init = 10,
     .min = 1,
     .max = 1 << 20},
    {.name = "floor",
     .help = "part of the live blocks that stays between teeth",
     .unit = "pct",
     .init = 10,
     .min = 0,
     .max = 100},
    SCHEDULE_PARAMS(LIFETIME_RANDOM),
    PARAM_END,
};

static double curve(double part, const long *own)
{
    double floor_part = (double)own[FLOOR] / 100, whole;
    return floor_part + (1 - floor_part) * modf(part * (double)own[TEETH], &whole);
}

static struct workload *sawtooth_open(const struct workload_args *args, struct problem *problem)
{
    return schedule_open(curve, args->number, SCHEDULE, args->number + SCHEDULE, problem);
}

const struct workload_kind sawtooth = {
    .name = "sawtooth",
    .summary = "live blocks rise and drop, many times",
    .params = params,
    .open = sawtooth_open,
    .next = generator_next,
    .close = generator_close,
};
