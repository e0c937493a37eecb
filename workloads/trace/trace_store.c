#include "workloads/trace/trace_store.h"

#include <stdlib.h>

/* Appends a chunk in two parts if the drain starts inside it. */
static bool store_chunk(struct trace_writer *out, const struct workload *w, struct event *events,
                        size_t n, uint64_t done, struct problem *problem)
{
    struct trace_run run = {.events = events, .count = n};
    if (w->drain >= done && w->drain < done + n) {
        run.count = (size_t)(w->drain - done);
        if (!trace_append(out, &run, problem)) {
            return false;
        }
        trace_mark_drain(out);
        run = (struct trace_run){.events = events + run.count, .count = n - run.count};
    }
    return trace_append(out, &run, problem);
}

bool trace_store(struct trace_writer *out, struct workload *w, struct problem *problem)
{
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    if (!events) {
        return problem_set(problem, "no memory for a chunk of events");
    }
    bool ok = true;
    uint64_t done = 0;
    problem->text[0] = '\0';
    for (size_t n; ok && (n = workload_next(w, events, EVENT_CHUNK, problem)) > 0; done += n) {
        ok = store_chunk(out, w, events, n, done, problem);
    }
    free(events);
    return ok && !problem->text[0];
}
