/* release_plan.h - what a rule of release gives back in a replay, found beforehand, so that a timed
 * replay can do just that: it then pays for the calls and for the page faults of reuse, and not for
 * finding the pages, which a policy that released by itself would know. Internal to this room. */
#ifndef FITLAB_RELEASE_PLAN_H
#define FITLAB_RELEASE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pass;

struct release_step {
    uint64_t event;     /* after so many events */
    size_t from, bytes; /* from the region's base, whole pages */
};

struct release_plan {
    struct release_step *step;
    size_t steps, room;
    size_t peak_bytes; /* of the region in that replay */
};

/* Replays the workload once up to its drain, untimed. No step for the rule `never`, and for a
 * malloc that keeps to its own. False after pass_fail. */
bool release_plan_make(struct pass *, struct release_plan *);

void release_plan_free(struct release_plan *);

#endif
