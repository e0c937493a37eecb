/* rounds_kind.h - what workloads that play traces in rounds share. */
#ifndef FITLAB_ROUNDS_KIND_H
#define FITLAB_ROUNDS_KIND_H

#include "workloads/transform/rounds.h"
#include "workloads/workload.h"

/* How often and which share; `times_init` and what the trace is called in help. */
#define ROUNDS_TIMES(called, text_help, times_init)                                                \
    {                                                                                              \
        .name = called, .help = text_help, .unit = "rounds", .init = times_init, .min = 1,         \
        .max = 1000000                                                                             \
    }
#define ROUNDS_KEEP                                                                                \
    {                                                                                              \
        .name = "keep", .help = "blocks of a round that survive into the next", .unit = "%",       \
        .init = 5, .min = 0, .max = 100                                                            \
    }
#define ROUNDS_SEED                                                                                \
    {                                                                                              \
        .name = "seed", .help = "of who survives", .init = 1, .min = 0, .max = 0x7fffffff          \
    }

/* A workload of these parts. It plays them once without a policy, to know how many events and slots
 * there are and where live bytes peak. NULL and a problem if a trace is no good. */
struct workload *rounds_workload(const struct rounds_part *, size_t count, uint64_t seed,
                                 struct problem *);

/* The next and close of such a kind. */
size_t rounds_workload_next(struct workload *, struct event *, size_t most, struct problem *);
void rounds_workload_close(struct workload *);

#endif
