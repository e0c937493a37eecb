#include "workloads/transform/rounds_kind.h"

#include <stdlib.h>

#include "workloads/transform/foreseen.h"

struct rounds_played {
    struct workload head;
    struct rounds *rounds;
};

static size_t next(void *rounds, struct event *events, size_t most, struct problem *problem)
{
    return rounds_next(rounds, events, most, problem);
}

struct workload *rounds_workload(const struct rounds_part *parts, size_t count, uint64_t seed,
                                 struct problem *problem)
{
    struct rounds_played *p = calloc(1, sizeof *p);
    struct rounds *ahead = p ? rounds_open(parts, count, seed, problem) : NULL;
    bool ok = ahead && foreseen_fill(&p->head, next, ahead, problem);
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
