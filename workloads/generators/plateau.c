/* plateau.c - data is built up quickly, used for long and let go quickly. */
#include "workloads/generators/schedule.h"

enum { RISE, FALL, SCHEDULE };

static const struct param params[] = {
    {.name = "rise",
     .help = "part of the events in which the data is built",
     .unit = "pct",
     .init = 10,
     .min = 1,
     .max = 99},
    {.name = "fall",
     .help = "part of the events in which it goes, at the end",
     .unit = "pct",
     .init = 10,
     .min = 0,
     .max = 99},
    SCHEDULE_PARAMS(LIFETIME_RANDOM),
    PARAM_END,
};

static double curve(double part, const long *own)
{
    double rise = (double)own[RISE] / 100, fall = (double)own[FALL] / 100;
    double up = part / rise, down = fall > 0 ? (1 - part) / fall : 1;
    double least = up < down ? up : down;
    return least < 1 ? least : 1;
}

static struct workload *plateau_open(const struct workload_args *args, struct problem *problem)
{
    return schedule_open(curve, args->number, SCHEDULE, args->number + SCHEDULE, problem);
}

const struct workload_kind plateau = {
    .name = "plateau",
    .summary = "live blocks rise quickly, stay, and fall quickly",
    .params = params,
    .open = plateau_open,
    .next = generator_next,
    .close = generator_close,
};
