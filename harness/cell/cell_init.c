/* cell_init.c - the defaults of a cell, and whether it makes sense. */
#include <string.h>
#include <unistd.h>

#include "cell/cell.h"
#include "cell/thread_rules.h"
#include "mallocs/foreign.h"
#include "mallocs/narrow.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

void cell_init(struct cell *cell, const struct policy_spec *policy,
               const struct workload_spec *workload)
{
    size_t memory = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    *cell = (struct cell){.policy = policy,
                          .workload = workload,
                          .region = {.form = REGION_GROW, .bytes = REGION_RESERVE, .text = "grow"},
                          .pass = PASS_MEMORY,
                          .threads = 1,
                          .samples = 200,
                          .time_limit_seconds = 600,
                          .memory_limit_bytes = memory / 4 * 3,
                          .cpu = -1};
    if (policy) {
        cell_set_release(cell, NULL);
    }
}

void cell_set_release(struct cell *cell, const struct release_rule *rule)
{
    bool timed = cell_pass_is_timed(cell->pass);
    const struct release_rule *given = rule ? rule : timed ? &release_never : &release_trim;
    if (foreign_of(cell->policy->policy)) {
        cell->release = release_own;
    } else {
        cell->release = timed || cell->pass == PASS_PAGES ? *given : release_never;
    }
}

/* A rule that counts recorded time needs a workload that was recorded with times. */
static bool rule_counts(const struct cell *cell, struct problem *problem)
{
    if (!cell->release.in_time) {
        return true;
    }
    struct workload *w = workload_spec_open(cell->workload, problem);
    if (!w) {
        return false;
    }
    bool timed = w->timed;
    workload_close(w);
    return timed || problem_set(problem,
                                "release=%s counts recorded time, and workload %s has no times: "
                                "record it with 'fitlab record --times', or count events, such as "
                                "decay:10000, or bytes, such as decay:1M/bytes",
                                cell->release.text, cell->workload->label);
}

bool cell_sound(const struct cell *cell, struct problem *problem)
{
    const char *grow = policy_spec_choice(cell->policy, "grow");
    if (cell->pass != PASS_MINHEAP && grow && !strcmp(grow, "arena") &&
        cell->region.form == REGION_GROW && cell->region.bytes == REGION_RESERVE) {
        return problem_set(problem,
                           "%s takes its whole region at once, and this one has no end: give "
                           "its size, such as --region 64M or --region 1.5x",
                           cell->policy->label);
    }
    if (cell->policy->bits < NARROW_OWN_BITS && cell->region.form != REGION_MULTIPLE &&
        cell->region.bytes > NARROW_REGION_MOST && cell->region.bytes != REGION_RESERVE) {
        return problem_set(problem, "%s: a region of 32 bits has at most 1G, and this one has %s",
                           cell->policy->label, cell->region.text);
    }
    if (cell->threads > 1) {
        if (cell->release.form != RELEASE_NEVER && cell->release.form != RELEASE_OWN) {
            return problem_set(
                problem, "release=%s is not known of replays by several threads: leave it out",
                cell->release.text);
        }
        if (!thread_rules_sound(cell->policy, cell->threads, problem)) {
            return false;
        }
    }
    if (cell->samples == 0 || cell->samples > 100000) {
        return problem_set(problem, "%u samples: give 1 to 100000", cell->samples);
    }
    return rule_counts(cell, problem);
}
