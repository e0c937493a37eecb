/* pass_lines.c - how many cache lines and pages the policy itself touches in an operation: a cost
 * that is the same on every machine. */
#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "measure/lines.h"

static bool watched_replay(struct pass *p, struct replay *r)
{
    replay_begin(r, p->heap);
    packed_rewind(&p->packed);
    uint64_t done = 0, most = p->packed.facts.drain;
    for (const struct packed_chunk *c; done < most && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && done < most; i++, done++) {
            struct packed_chunk one = *c;
            one.event += i;
            one.n = 1;
            shared_results_progress(p->shared, done);
            if (c->thread) {
                heap_set_thread(p->heap, c->thread[i]);
            }
            lines_operation();
            replay_chunk(r, &one, REPLAY_PLAIN, TOUCH_NONE);
        }
    }
    return p->shared->status == CELL_OK;
}

static void put(struct pass *p, const struct replay *r, const struct lines_count *c)
{
    struct metrics *m = pass_metrics(p);
    pass_put_workload(p, replay_refused(r), r->skipped);
    if (c->operations) {
        metric_set_real(m, METRIC_lines_per_op, (double)c->lines / (double)c->operations);
        metric_set_real(m, METRIC_pages_per_op, (double)c->pages / (double)c->operations);
    }
    metric_set_count(m, METRIC_touched_lines, c->all_lines);
    metric_set_count(m, METRIC_touched_pages, c->all_pages);
}

static bool run(struct pass *p)
{
    struct replay r;
    struct problem problem;
    const struct policy *watched = lines_policy(p->cell->policy->policy);
    if (!watched) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "only built-in policies are compiled so that they report their accesses");
    }
    p->policy = watched;
    if (!replay_open(&r, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for the slots");
    }
    bool replayed = pass_new_heap(p);
    if (replayed && !lines_begin(p->map.region.base, p->region_bytes, &problem)) {
        replayed = pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    if (replayed && watched_replay(p, &r)) {
        struct lines_count count = lines_end();
        put(p, &r, &count);
    }
    replay_close(&r);
    return p->shared->status == CELL_OK;
}

static const struct pass_column columns[] = {
    {"lines/op", METRIC_lines_per_op, FORM_REAL},
    {"pages/op", METRIC_pages_per_op, FORM_REAL},
    {"lines", METRIC_touched_lines, FORM_COUNT},
    {"pages", METRIC_touched_pages, FORM_COUNT},
    {0},
};

const struct pass_kind pass_lines = {
    .name = "lines",
    .letter = 'D',
    .measures = "cache lines and pages that the policy touches; deterministic",
    .timed = false,
    .guess_ns = 1000,
    .columns = columns,
    .run = run,
};
