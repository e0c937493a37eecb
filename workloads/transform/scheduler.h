/* scheduler.h - the events of a workload's threads in another order that the threads could have
 * taken.
 *
 * Each thread keeps the order of its own events, and each block that of its own: it is allocated
 * before it is resized or freed, by whichever thread. These are the only dependences that are
 * known; a program may have others, such as a queue that is full. No thread runs ahead of the
 * recorded order by more than a window of events, so that memory is that of the window and of the
 * live blocks. The drain stays as it is, at the end. Slots are given anew, lowest first.
 */
#ifndef FITLAB_SCHEDULER_H
#define FITLAB_SCHEDULER_H

#include "workloads/workload.h"

enum schedule_order {
    ORDER_RECORDED,
    ORDER_ROUND_ROBIN, /* one thread after the other */
    ORDER_RANDOM,      /* a thread drawn at random */
    ORDER_ADVERSARIAL  /* frees as early as they can be; else one thread goes on until most of what
                          it  had live is freed: so much of each thread is live in turn, and little
                          in  all */
};

/* The names of the orders, by their numbers; ends with NULL. */
extern const char *const schedule_order_names[];

struct schedule_rule {
    enum schedule_order order;
    uint64_t turn; /* events that a thread has at a time, at least 1, if it need not wait; not used
                      by ORDER_RECORDED and ORDER_ADVERSARIAL */
    uint64_t seed; /* of ORDER_RANDOM */
};

struct scheduler;

/* Takes over the workload, which is at its first event. `window` is at least 1. NULL and a problem:
 * no memory; the workload is closed then, too. */
struct scheduler *scheduler_open(struct workload *, const struct schedule_rule *, uint64_t window,
                                 struct problem *);
void scheduler_close(struct scheduler *);

/* The rule from now on. */
void scheduler_set_rule(struct scheduler *, const struct schedule_rule *);

/* Writes at most `most` events and returns how many; 0: the end, or a problem if its text is not
 * empty (the caller passes an emptied one). */
size_t scheduler_next(struct scheduler *, struct event *, size_t most, struct problem *);

/* What it schedules. */
const struct workload *scheduler_source(const struct scheduler *);

#endif
