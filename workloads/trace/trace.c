/* trace.c - a trace file as a workload. */
#include <stdlib.h>

#include "workloads/trace/trace_reader.h"
#include "workloads/workload.h"

enum { PATH, TORN };

static const char *const torn_choices[] = {"refuse", "accept", NULL};

static const struct param params[] = {
    {.name = "path", .help = "the trace file", .text = true},
    {.name = "torn",
     .help = "a damaged or shortened file: refuse it, or accept the whole frames before",
     .init = TORN_REFUSE,
     .max = TORN_ACCEPT,
     .choices = torn_choices},
    PARAM_END,
};

struct trace_workload {
    struct workload head;
    struct trace_reader *reader;
};

static struct workload *trace_workload_open(const struct workload_args *args,
                                            struct problem *problem)
{
    struct trace_reader *reader =
        trace_open(args->text[PATH], (enum trace_torn)args->number[TORN], problem);
    if (!reader) {
        return NULL;
    }
    struct trace_workload *t = calloc(1, sizeof *t);
    if (!t) {
        trace_close(reader);
        problem_set(problem, "%s: no memory to replay it", args->text[PATH]);
        return NULL;
    }
    const struct trace_totals *totals = trace_totals(reader);
    t->reader = reader;
    t->head.slots = (uint32_t)totals->slots;
    t->head.events = totals->events;
    t->head.drain = totals->drain;
    t->head.peak_live_bytes = totals->peak_live_bytes;
    t->head.digest = totals->digest;
    t->head.timed = trace_columns(reader) & TRACE_TIMES;
    return &t->head;
}

static size_t trace_workload_next(struct workload *w, struct event *events, size_t most,
                                  struct problem *problem)
{
    struct trace_run run = {.events = events, .times = w->times, .count = most};
    return trace_read(((struct trace_workload *)w)->reader, &run, problem) ? run.count : 0;
}

static void trace_workload_close(struct workload *w)
{
    trace_close(((struct trace_workload *)w)->reader);
    free(w);
}

const struct workload_kind trace = {
    .name = "trace",
    .summary = "a recorded or imported trace file",
    .params = params,
    .open = trace_workload_open,
    .next = trace_workload_next,
    .close = trace_workload_close,
};
