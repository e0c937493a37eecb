#include "cell/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "spec/code_digest.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

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
    if (cell->pass == PASS_MAP) { /* rows of maps of an earlier form are not gone on with */
        length += snprintf(text + length, sizeof text - (size_t)length, "headers apart\n");
    }
    if (cell->parts) {
        length += snprintf(text + length, sizeof text - (size_t)length, "%u\n", cell->parts);
    }
    if (cell->threads > 1) { /* cells of one thread keep the keys that they had */
        length +=
            snprintf(text + length, sizeof text - (size_t)length, "threads %u\n", cell->threads);
    }
    if (cell->peaks_only || cell->no_holes) { /* nor do those of which all is kept change theirs */
        length += snprintf(text + length, sizeof text - (size_t)length, "kept%s%s\n",
                           cell->peaks_only ? " peaks" : "", cell->no_holes ? " no holes" : "");
    }
    snprintf(key, CELL_KEY_SIZE, "%016" PRIx64, (uint64_t)XXH3_64bits(text, (size_t)length));
    return true;
}
