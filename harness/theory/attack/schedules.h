/* schedules.h - the order of a workload's threads that is worst for a policy, as far as a search
 * finds it.
 *
 * A schedule is cut into stretches, each with a rule of workloads/transform/scheduler.h. A search
 * changes the rule of one stretch at a time, and keeps what is at least as bad: hill climbing, from
 * the worst of the orders that are one rule. How bad a schedule is is its blow-up: the peak
 * footprint over the peak of the live bytes in the same order. */
#ifndef FITLAB_SCHEDULES_H
#define FITLAB_SCHEDULES_H

#include "spec/policy_spec.h"
#include "spec/workload_spec.h"
#include "workloads/trace/trace_writer.h"
#include "workloads/transform/scheduler.h"

enum { SCHEDULE_STRETCHES = 16, SCHEDULE_RANDOMS = 9 };

struct schedule_plan {
    double seconds;  /* for the search */
    uint64_t rounds; /* changes to try; 0: as many as the seconds allow */
    uint64_t seed, window;
};

struct schedule_search {
    /* By order: recorded, round-robin, adversarial; those of ORDER_RANDOM are below. */
    double blow_up[ORDER_ADVERSARIAL + 1];
    double random[SCHEDULE_RANDOMS]; /* in increasing order */
    double worst;                    /* what the search found */
    uint64_t rounds;                 /* changes tried */
    struct schedule_rule rule[SCHEDULE_STRETCHES];
    uint64_t events; /* of the workload, its drain left out */
    unsigned threads;
};

/* False and a problem if the workload cannot be read, has one thread, or is too large, or the
 * policy refuses a request. */
bool schedule_attack(struct schedule_search *, const struct policy_spec *,
                     const struct workload_spec *, const struct schedule_plan *, struct problem *);

/* Writes the worst schedule. */
bool schedule_write(const struct schedule_search *, const struct workload_spec *, uint64_t window,
                    struct trace_writer *, struct problem *);

#endif
