/* workers.h - what synthetic workloads of several threads share.
 *
 * Such a workload says what one of its threads does next, and this core draws which thread it is,
 * as a machine that is shared by the threads would have it. What a thread does at once is an action
 * of one event or of some; nobody comes between the events of an action. The order is one of many
 * that the threads could have taken: the workload `schedule` plays the others.
 *
 * A workload names its blocks by numbers of its own, which stay the same while a block lives, so
 * that threads can hand them to each other.
 */
#ifndef FITLAB_WORKERS_H
#define FITLAB_WORKERS_H

#include "workloads/generators/generator.h"

enum { WORKERS_MOST = 65535 };

struct pending {
    struct event event;
    uint32_t block;
};

struct workers {
    struct generator core;
    uint32_t threads;

    /* Appends the events of the thread's next action, at least one. False: the thread has to wait
     * for another one. Some thread can always act. */
    bool (*act)(struct workers *, uint32_t thread);
    /* Releases what the kind added to its state; may be NULL. */
    void (*release)(struct workers *);

    struct pending *queue; /* the events of the action at hand */
    size_t count, next, room;
    struct slots names; /* of blocks */
    uint32_t *slot_of;  /* by name, once the block's allocation was handed out */
};

/* The row of every table. */
#define WORKERS_PARAM(init_threads, least)                                                         \
    {                                                                                              \
        .name = "threads", .help = "how many threads", .init = init_threads, .min = least,         \
        .max = WORKERS_MOST                                                                        \
    }

/* Rows for sizes drawn evenly from a range. */
#define WORKERS_SIZES(init_min, init_max)                                                          \
    {.name = "min",                                                                                \
     .help = "smallest size",                                                                      \
     .unit = "bytes",                                                                              \
     .init = init_min,                                                                             \
     .min = 0,                                                                                     \
     .max = 1 << 30},                                                                              \
    {                                                                                              \
        .name = "max", .help = "largest size", .unit = "bytes", .init = init_max, .min = 1,        \
        .max = 1 << 30                                                                             \
    }

/* What a kind needs. */
struct workers_plan {
    size_t bytes;     /* of its state, struct workers first */
    uint32_t threads; /* how many */
    uint64_t blocks;  /* never more than these are live */
    size_t burst;     /* never more events in an action */
    const long *rows; /* the values of GENERATOR_PARAMS */
    bool (*act)(struct workers *, uint32_t thread);
    void (*release)(struct workers *);
};

/* Allocates the state, zeroed. NULL and a problem: no memory, or too many blocks. */
struct workers *workers_open(const struct workers_plan *, const char *name, struct problem *);

/* Events of an action: kind is EVENT_MALLOC or EVENT_CALLOC; the block's name is returned. */
uint32_t workers_ask(struct workers *, uint32_t thread, enum event_kind, uint64_t size);
void workers_free(struct workers *, uint32_t thread, uint32_t block);

/* A number from min to max, each with the same probability. */
uint64_t workers_draw(struct workers *, uint64_t min, uint64_t max);

/* Whether something with this probability happens. */
bool workers_chance(struct workers *, double part);

/* False and a problem if min is above max. */
bool workers_sizes_sound(const char *name, long min, long max, struct problem *);

#endif
