#include "advise/advice.h"
#include "theory/prove/explore.h"

/* Heaps with more states than these bytes hold take too long. */
enum { STATES_BYTES = 6 << 20 };

void proven_cost_find(struct proven_cost *c, const struct policy_spec *policy)
{
    *c = (struct proven_cost){.live = {4, 6}, .largest = 4, .known = true};
    for (int i = 0; i < 2 && c->known; i++) {
        const struct question q = {.live = c->live[i],
                                   .largest = c->largest,
                                   .measure = MEASURE_ACCESSES,
                                   .memory = STATES_BYTES,
                                   .jobs = 1};
        struct answer answer = {0};
        struct problem problem;
        c->known = explore(policy, &q, &answer, NULL, NULL, &problem) && answer.complete;
        c->most[i] = answer.explored.worst;
        answer_release(&answer);
    }
}
