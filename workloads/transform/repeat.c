/* repeat.c - a recorded program that runs again and again in one heap. */
#include "workloads/transform/rounds_kind.h"

enum { TRACE, TIMES, KEEP, SEED };

static const struct param params[] = {
    {.name = "trace", .help = "the recording: a trace file, or a name of the corpus", .text = true},
    ROUNDS_TIMES("times", "how often it is played", 50),
    ROUNDS_KEEP,
    ROUNDS_SEED,
    PARAM_END,
};

static struct workload *repeat_open(const struct workload_args *args, struct problem *problem)
{
    const struct rounds_part part = {args->text[TRACE], (uint64_t)args->number[TIMES],
                                     (double)args->number[KEEP] / 100};
    return rounds_workload(&part, 1, (uint64_t)args->number[SEED], problem);
}

const struct workload_kind repeat = {
    .name = "repeat",
    .summary = "a recording in rounds, a share of each round's blocks surviving into the next",
    .params = params,
    .open = repeat_open,
    .next = rounds_workload_next,
    .close = rounds_workload_close,
};
