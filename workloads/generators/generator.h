/* generator.h - what every synthetic workload shares.
 *
 * A generator makes one event at a time. This core hands them out in runs, stops after the
 * number asked for, frees what is left if a drain is asked for, and keeps the slots.
 */
#ifndef FITLAB_GENERATOR_H
#define FITLAB_GENERATOR_H

#include <gsl/gsl_rng.h>

#include "workloads/slots.h"
#include "workloads/workload.h"

struct generator {
    struct workload head;
    gsl_rng *rng;
    struct slots slots; /* which hold a block */
    uint64_t budget;    /* events to make before the drain */
    uint64_t made;
    uint32_t drained; /* slots below this were drained */
    bool drain;

    /* Makes the next event; the workload has no other end than its budget. */
    void (*make)(struct generator *, struct event *);
    /* Releases what the kind added to its state; may be NULL. */
    void (*release)(struct generator *);
};

/* The rows that every generator has, to come last in its table. */
#define GENERATOR_PARAMS(init_events)                                                              \
    {.name = "events",                                                                             \
     .help = "how many events, the drain not counted",                                             \
     .unit = "events",                                                                             \
     .init = init_events,                                                                          \
     .min = 1,                                                                                     \
     .max = 1L << 40},                                                                             \
        {.name = "drain", .help = "free what is left at the end", .init = 0, .min = 0, .max = 1},  \
    {                                                                                              \
        .name = "seed", .help = "of the random numbers", .init = 1, .min = 0, .max = 0x7fffffff    \
    }

/* Their places, counted from the first of them. */
enum generator_row { GENERATOR_EVENTS, GENERATOR_DRAIN, GENERATOR_SEED, GENERATOR_ROWS };

/* Allocates `bytes` (the kind's state, struct generator first), zeroed, with the rows of
 * GENERATOR_PARAMS at `rows` and slots below `slots`. NULL and a problem: no memory. */
struct generator *generator_open(size_t bytes, const long *rows, uint32_t slots, struct problem *);

/* The next and close of every generator. */
size_t generator_next(struct workload *, struct event *, size_t most, struct problem *);
void generator_close(struct workload *);

/* What open returns when the kind's own state did not fit in memory. */
struct workload *generator_no_memory(struct generator *, struct problem *);

/* Events that a kind makes; the slot of a malloc is the lowest free one, and returned. */
uint32_t generator_malloc(struct generator *, struct event *, uint64_t size);
void generator_realloc(struct generator *, struct event *, uint32_t slot, uint64_t size);
void generator_free(struct generator *, struct event *, uint32_t slot);

#endif
