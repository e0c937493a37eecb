/* replay_cost.h - the cost of the replay itself: the time to play the workload against bump.
 *
 * It is measured beside each timed cell, in the same process and between its replays, so that both
 * are measured under the same conditions. */
#ifndef FITLAB_REPLAY_COST_H
#define FITLAB_REPLAY_COST_H

#include "cell/pass.h"

struct replay_cost {
    struct region_map map;
    struct policy_spec bump;
    bool available; /* false where bump is not built in or would need too large a region */
};

void replay_cost_open(struct replay_cost *, const struct pass *);

/* A new bump heap, or NULL. */
struct heap *replay_cost_heap(struct replay_cost *);

void replay_cost_close(struct replay_cost *);

#endif
