/* replay_once.c - one plain replay of a workload against a policy: what callgrind counts.
 *
 *     replay_once POLICY WORKLOAD    prints how many events were replayed
 */
#include <inttypes.h>
#include <stdio.h>

#include "policy_spec.h"
#include "region_map.h"
#include "replay.h"

/* valgrind reserves no more */
#define REGION_BYTES ((size_t)8 << 30)

static bool replay_all(struct replay *r, struct packed *packed, struct problem *problem)
{
    const struct packed_chunk *chunk;
    while ((chunk = packed_next(packed, problem))) {
        replay_chunk(r, chunk, REPLAY_PLAIN, REPLAY_TOUCH_NONE);
    }
    return !problem->text[0];
}

static bool replay_once(const struct policy_spec *policy, struct packed *packed,
                        struct problem *problem)
{
    struct region_map map;
    struct replay r;
    if (!region_map_open(&map, REGION_BYTES, false, 0, problem)) {
        return false;
    }
    struct heap *heap = policy->policy->open(policy->policy, &map.region, policy->values.number);
    if (!heap || !replay_open(&r, packed->facts.slots)) {
        return problem_set(problem, "%s: no memory", policy->full);
    }
    replay_begin(&r, heap);
    bool done = replay_all(&r, packed, problem);
    if (done && replay_refused(&r) > 0) {
        done = problem_set(problem, "%s refused requests", policy->full);
    }
    replay_close(&r);
    region_map_close(&map);
    return done;
}

int main(int argc, char **argv)
{
    struct problem problem = {""};
    struct policy_spec policy;
    struct workload_spec workload;
    struct packed packed;
    if (argc != 3) {
        fprintf(stderr, "usage: %s POLICY WORKLOAD\n", argv[0]);
        return 2;
    }
    if (!policy_spec_parse(argv[1], &policy, &problem) ||
        !workload_spec_parse(argv[2], &workload, &problem) ||
        !packed_open(&packed, &workload, PACKED_BUDGET, &problem)) {
        fprintf(stderr, "%s: %s\n", argv[0], problem.text);
        return 2;
    }
    bool done = replay_once(&policy, &packed, &problem);
    if (done) {
        printf("%" PRIu64 "\n", packed.facts.events);
    } else {
        fprintf(stderr, "%s: %s\n", argv[0], problem.text);
    }
    packed_close(&packed);
    return done ? 0 : 1;
}
