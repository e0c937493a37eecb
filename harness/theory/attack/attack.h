/* attack.h - the search for a policy's bad workloads, from random ones and from known adversaries.
 */
#ifndef FITLAB_ATTACK_H
#define FITLAB_ATTACK_H

#include "theory/attack/climb.h"

struct attack_plan {
    struct rules rules;
    double seconds;  /* for all starts together */
    uint64_t rounds; /* mutations of each start; 0: as many as the seconds allow */
    uint64_t seed;
};

struct attempt_from {
    char name[32];
    bool possible; /* the adversary can play with this M and n */
    struct script_cost start, end;
    uint64_t rounds;
};

enum { STARTS_MOST = 16 };

struct attack {
    struct attempt_from from[STARTS_MOST];
    size_t starts;
    size_t worst;        /* index into from: what the search found */
    struct event *event; /* its workload */
    size_t events;
};

typedef void attack_progress(const struct attack *, double seconds_left, void *ctx);

/* False and a problem if the policy has no units, or memory runs out. */
bool attack_run(struct attack *, const struct policy_spec *, const struct attack_plan *,
                attack_progress *, void *ctx, struct problem *);

void attack_release(struct attack *);

#endif
