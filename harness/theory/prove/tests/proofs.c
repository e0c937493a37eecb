#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proofs.h"
#include "theory/prove/explore.h"

const struct claim known_claims[CLAIMS] = {
    {8, 2, true, "first-fit", 12, false},  {8, 2, true, "best-fit", 13, false},
    {8, 2, true, "worst-fit", 13, false},  {8, 2, true, "next-fit", 13, false},
    {8, 4, true, "first-fit", 16, false},  {8, 4, true, "best-fit", 17, false},
    {8, 4, true, "worst-fit", 17, false},  {8, 4, true, "next-fit", 17, true},
    {6, 4, false, "first-fit", 10, false}, {6, 4, false, "best-fit", 11, false},
    {6, 4, false, "worst-fit", 10, false}, {6, 4, false, "next-fit", 11, false},
    {7, 4, false, "first-fit", 13, false}, {7, 4, false, "best-fit", 14, false},
    {7, 4, false, "worst-fit", 13, false}, {7, 4, false, "next-fit", 14, false},
    {8, 3, false, "first-fit", 15, false}, {8, 3, false, "best-fit", 16, false},
    {8, 3, false, "worst-fit", 16, false}, {8, 3, false, "next-fit", 16, true},
    {8, 8, false, "first-fit", 16, false}, {8, 8, false, "best-fit", 18, false},
    {8, 8, false, "worst-fit", 17, false}, {8, 8, false, "next-fit", 18, true},
    {9, 3, false, "first-fit", 17, false}, {9, 3, false, "best-fit", 17, true},
    {9, 3, false, "worst-fit", 18, true},  {9, 3, false, "next-fit", 19, true},
    {8, 2, true, "buddy", 12, false},      {8, 4, true, "buddy", 16, false},
};

void assert_claim(const struct claim *c)
{
    struct policy_spec spec;
    struct answer a;
    struct problem problem = {""};
    const struct question q = {.live = c->live,
                               .largest = c->largest,
                               .powers = c->powers,
                               .memory = (size_t)4 << 30,
                               .jobs = 2};
    assert_true(policy_spec_parse(c->policy, &spec, &problem));
    if (!explore(&spec, &q, &a, NULL, NULL, &problem)) {
        fail_msg("%s: %s", c->policy, problem.text);
    }
    if (!a.complete || (unsigned)a.explored.worst != c->worst) {
        fail_msg("%s at (%u,%u): %u, not %u", c->policy, c->live, c->largest,
                 (unsigned)a.explored.worst, c->worst);
    }
    answer_release(&a);
}
