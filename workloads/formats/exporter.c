#include "workloads/formats/exporter.h"

#include <stdlib.h>

#include "workloads/trace/trace_reader.h"

bool export_open(struct export_source *s, struct workload *w, struct trace_reader *r,
                 struct problem *problem)
{
    *s = (struct export_source){
        .workload = w,
        .reader = r,
        .has_times = r && trace_columns(r) & TRACE_TIMES,
        .events = malloc(EVENT_CHUNK * sizeof *s->events),
    };
    s->times = s->has_times ? malloc(EVENT_CHUNK * sizeof *s->times) : NULL;
    return (s->events && (s->times || !s->has_times)) ||
           problem_set(problem, "no memory for a chunk of events");
}

void export_close(struct export_source *s)
{
    workload_close(s->workload);
    trace_close(s->reader);
    free(s->events);
    free(s->times);
}

static bool refill(struct export_source *s, struct problem *problem)
{
    s->given = 0;
    if (s->workload) {
        s->count = workload_next(s->workload, s->events, EVENT_CHUNK, problem);
        return s->count > 0;
    }
    struct trace_run run = {.events = s->events, .times = s->times, .count = EVENT_CHUNK};
    s->count = trace_read(s->reader, &run, problem) ? run.count : 0;
    return s->count > 0;
}

const struct event *export_next(struct export_source *s, uint64_t *gap_ns, struct problem *problem)
{
    if (s->given == s->count && !refill(s, problem)) {
        return NULL;
    }
    *gap_ns = s->times ? s->times[s->given] : 0;
    return &s->events[s->given++];
}
