/* watched_replay.h - a replay in which each load and store of the policy is counted (lines.h), and its probes.
 * Internal to this room. */
#ifndef FITLAB_WATCHED_REPLAY_H
#define FITLAB_WATCHED_REPLAY_H

#include "cell/pass.h"
#include "cell/tail.h"
#include "measure/lines.h"

struct watched_replay {
    struct lines_count count;
    struct tail accesses, probes; /* of single operations; probes and insert_probes */
    uint64_t refused, skipped;
};

/* Replays the pass's workload up to its drain in a new heap of the policy's watched copy. The
 * result begins as zeroes. False after pass_fail, as for a policy that has no such copy. */
bool watched_replay(struct pass *, struct watched_replay *);

#endif
