#include "workloads/transform/rounds_kind.h"

#include <stdlib.h>

#include "workloads/tally.h"

struct rounds_played {
    struct workload head;
    struct rounds *rounds;
};

/* Plays the whole workload once, to find the numbers of its head. */
static bool foresee(struct workload *head, struct rounds *rounds, struct problem *problem)
{
    struct tally tally;
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = tally_open(&tally) && events;
    if (!ok) {
        problem_set(problem, "no memory for the live blocks of repeated traces");
    }
    for (size_t n = 1; ok && n > 0;) {
        n = rounds_next(rounds, events, EVENT_CHUNK, problem);
        ok = !problem->text[0] && tally_add(&tally, events, n, problem);
    }
    head->events = head->drain = tally.totals.events;
    head->slots = (uint32_t)tally.totals.slots;
    head->peak_live_bytes = tally.totals.peak_live_bytes;
    tally_close(&tally);
    free(events);
    return ok;
}

struct workload *rounds_workload(const struct rounds_part *parts, size_t count, uint64_t seed,
                                 struct problem *problem)
{
    struct rounds_played *p = calloc(1, sizeof *p);
    struct rounds *ahead = p ? rounds_open(parts, count, seed, problem) : NULL;
    bool ok = ahead && foresee(&p->head, ahead, problem);
    rounds_close(ahead);
    p = ok ? p : (free(p), NULL);
    if (!p || !(p->rounds = rounds_open(parts, count, seed, problem))) {
        free(p);
        return NULL;
    }
    return &p->head;
}

size_t rounds_workload_next(struct workload *w, struct event *events, size_t most,
                            struct problem *problem)
{
    return rounds_next(((struct rounds_played *)w)->rounds, events, most, problem);
}

void rounds_workload_close(struct workload *w)
{
    rounds_close(((struct rounds_played *)w)->rounds);
    free(w);
}
