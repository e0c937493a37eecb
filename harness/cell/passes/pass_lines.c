/* pass_lines.c - how often the policy itself loads from its region and stores to it, and how many
 * cache lines and pages it touches: costs that are the same on every machine. */
#include <stdlib.h>

#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/watched_replay.h"

static const struct tail_metrics access_metrics = {
    METRIC_p50_accesses,       METRIC_p99_accesses,        METRIC_p9999_accesses,
    METRIC_most_accesses,      METRIC_most_accesses_event, METRIC_most_accesses_kind,
    METRIC_most_accesses_bytes};

static const struct tail_metrics probe_metrics = {
    METRIC_p50_probes,        METRIC_p99_probes,       METRIC_p9999_probes,     METRIC_most_probes,
    METRIC_most_probes_event, METRIC_most_probes_kind, METRIC_most_probes_bytes};

static void put(struct pass *p, const struct watched_replay *w)
{
    struct metrics *m = pass_metrics(p);
    const struct lines_count *c = &w->count;
    pass_put_workload(p, w->refused, w->skipped);
    if (c->operations) {
        metric_set_real(m, METRIC_lines_per_op, (double)c->lines / (double)c->operations);
        metric_set_real(m, METRIC_pages_per_op, (double)c->pages / (double)c->operations);
        metric_set_real(m, METRIC_accesses_per_op, (double)c->accesses / (double)c->operations);
    }
    metric_set_count(m, METRIC_touched_lines, c->all_lines);
    metric_set_count(m, METRIC_touched_pages, c->all_pages);
    tail_put(&w->accesses, &access_metrics, m);
    tail_put(&w->probes, &probe_metrics, m);
}

static bool run(struct pass *p)
{
    struct watched_replay *w = calloc(1, sizeof *w);
    if (!w) {
        return pass_fail(p, CELL_ERROR, "no memory for a histogram");
    }
    if (watched_replay(p, w)) {
        put(p, w);
    }
    free(w);
    return p->shared->status == CELL_OK;
}

static const struct pass_column columns[] = {
    {"lines/op", METRIC_lines_per_op, FORM_REAL},
    {"pages/op", METRIC_pages_per_op, FORM_REAL},
    {"lines", METRIC_touched_lines, FORM_COUNT},
    {"pages", METRIC_touched_pages, FORM_COUNT},
    {"accesses/op", METRIC_accesses_per_op, FORM_REAL},
    {"p50", METRIC_p50_accesses, FORM_COUNT},
    {"p99", METRIC_p99_accesses, FORM_COUNT},
    {"p99.99", METRIC_p9999_accesses, FORM_COUNT},
    {"most", METRIC_most_accesses, FORM_COUNT},
    {"in event", METRIC_most_accesses_event, FORM_COUNT},
    {"a", METRIC_most_accesses_kind, FORM_KIND},
    {"of bytes", METRIC_most_accesses_bytes, FORM_COUNT},
    {0},
};

const struct pass_kind pass_lines = {
    .name = "lines",
    .letter = 'D',
    .measures = "loads and stores of the policy and what they touch, the costliest operation too; "
                "deterministic",
    .timed = false,
    .guess_ns = 1000,
    .columns = columns,
    .run = run,
};
