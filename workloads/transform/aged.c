/* aged.c - a recorded program in a heap that another has used and left. */
#include "workloads/transform/rounds_kind.h"

enum { TRACE, BY, ROUNDS, KEEP, SEED };

static const struct param params[] = {
    {.name = "trace", .help = "the recording: a trace file, or a name of the corpus", .text = true},
    {.name = "by", .help = "the recording that used the heap before", .text = true},
    ROUNDS_TIMES("rounds", "how often the one before is played", 1),
    ROUNDS_KEEP,
    ROUNDS_SEED,
    PARAM_END,
};

static struct workload *aged_open(const struct workload_args *args, struct problem *problem)
{
    const struct rounds_part parts[] = {
        {args->text[BY], (uint64_t)args->number[ROUNDS], (double)args->number[KEEP] / 100},
        {args->text[TRACE], 1, 0},
    };
    return rounds_workload(parts, 2, (uint64_t)args->number[SEED], problem);
}

const struct workload_kind aged = {
    .name = "aged",
    .summary = "a recording in a heap that another recording has used and left",
    .params = params,
    .open = aged_open,
    .next = rounds_workload_next,
    .close = rounds_workload_close,
};
