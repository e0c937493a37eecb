#include "workloads/transform/foreseen.h"

#include <stdlib.h>

#include "workloads/tally.h"

bool foreseen_fill(struct workload *head, foreseen_next *next, void *state, struct problem *problem)
{
    struct tally tally;
    problem->text[0] = '\0';
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = tally_open(&tally) && events;
    if (!ok) {
        problem_set(problem, "no memory for the live blocks of a workload");
    }
    for (size_t n = 1; ok && n > 0;) {
        n = next(state, events, EVENT_CHUNK, problem);
        ok = !problem->text[0] && tally_add(&tally, events, n, problem);
    }
    head->events = head->drain = tally.totals.events;
    head->slots = (uint32_t)tally.totals.slots;
    head->peak_live_bytes = tally.totals.peak_live_bytes;
    tally_close(&tally);
    free(events);
    return ok;
}
