#include "cell/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "cell/thread_rules.h"
#include "mallocs/foreign.h"
#include "spec/code_digest.h"
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
    return true;
}

/* The digest in a trace file, which is the workload or the source of the workload. If there are two
 * such files, their digests are multiplied. 0 if the workload's spec says everything about it. */
static bool content_digest(const struct workload_spec *spec, uint64_t *digest,
                           struct problem *problem)
{
    if (spec->trace[0][0]) {
        *digest = 0;
        for (size_t i = 0; i < WORKLOAD_TRACES && spec->trace[i][0]; i++) {
            struct workload_spec source;
            uint64_t one;
            if (!workload_spec_parse(spec->trace[i], &source, problem) ||
                !content_digest(&source, &one, problem)) {
                return false;
            }
            *digest = *digest * UINT64_C(0x9E3779B97F4A7C15) + one;
        }
        return true;
    }
    struct workload *w = workload_spec_open(spec, problem);
    if (!w) {
        return false;
    }
    *digest = w->digest;
    workload_close(w);
    return true;
}

bool cell_key(const struct cell *cell, char key[CELL_KEY_SIZE], struct problem *problem)
{
    char text[2 * SPEC_MAX_TEXT + 256], code[CODE_DIGEST_SIZE];
    uint64_t digest;
    if (!content_digest(cell->workload, &digest, problem) ||
        !code_digest(cell->policy->policy, code, problem)) {
        return false;
    }
    int length = snprintf(
        text, sizeof text, "%d\n%s\n%s\n%s\n%016" PRIx64 "\n%s\n%s\n%s\n%s\n%" PRIu64 "\n%u\n%u\n",
        CELL_SCHEMA, cell->policy->full, code, cell->workload->full, digest, cell->region.text,
        cell_pass_name(cell->pass), touch_names[cell->touch], cell->release.text, cell->seed,
        cell->rep, cell_pass_is_timed(cell->pass) ? 0 : cell->samples);
    if (cell->parts) {
        length += snprintf(text + length, sizeof text - (size_t)length, "%u\n", cell->parts);
    }
    if (cell->threads > 1) { /* cells of one thread keep the keys that they had */
        length +=
            snprintf(text + length, sizeof text - (size_t)length, "threads %u\n", cell->threads);
    }
    snprintf(key, CELL_KEY_SIZE, "%016" PRIx64, (uint64_t)XXH3_64bits(text, (size_t)length));
    return true;
}
