#define _GNU_SOURCE /* qsort_r */
#include "advise/tune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "replay/packed.h"

/* Candidates times events that the comparison replays; above it, it sees a beginning only. */
#define MOST_EVENTS 3e7

/* Near the best: not more than this times it. */
#define NEAR 1.05

/* Rounds in which numbers are varied. */
enum { ROUNDS = 2 };

/* Pools are known to this part while they are compared, so that smaller differences mean nothing.
 */
#define POOL_NOISE (2. / STUDY_PARTS)

static const struct score *score_of(const struct tuning *t, size_t i)
{
    return &t->study.candidates.item[i].score;
}

static bool is_better(const struct score *a, const struct score *b)
{
    bool as_good = a->pool_bytes <= b->pool_bytes && a->accesses <= b->accesses &&
                   a->most_accesses <= b->most_accesses;
    return as_good && (a->pool_bytes < b->pool_bytes || a->accesses < b->accesses ||
                       a->most_accesses < b->most_accesses);
}

static bool is_same(const struct score *a, const struct score *b)
{
    return a->pool_bytes == b->pool_bytes && a->accesses == b->accesses &&
           a->most_accesses == b->most_accesses;
}

/* Of several that are alike in everything, the first is taken: it has the defaults. */
static bool is_on_front(const struct tuning *t, size_t i, const bool *among)
{
    const struct score *mine = score_of(t, i);
    bool on = mine->served && (!among || among[i]);
    for (size_t k = 0; on && k < t->study.candidates.count; k++) {
        const struct score *other = score_of(t, k);
        bool counts = other->served && (!among || among[k]);
        on = !counts || !(is_better(other, mine) || (k < i && is_same(other, mine)));
    }
    return on;
}

static int by_pool(const void *a, const void *b, void *ctx)
{
    const struct score *x = score_of(ctx, *(const size_t *)a),
                       *y = score_of(ctx, *(const size_t *)b);
    return (x->pool_bytes > y->pool_bytes) - (x->pool_bytes < y->pool_bytes);
}

/* Finds the front of what was measured so far. */
static void find_front(struct tuning *t, const bool *among)
{
    const size_t n = t->study.candidates.count;
    t->on_front = reallocarray(t->on_front, n + 1, sizeof *t->on_front);
    t->front = reallocarray(t->front, n + 1, sizeof *t->front);
    if (!t->on_front || !t->front) {
        abort();
    }
    t->fronts = 0;
    for (size_t i = 0; i < n; i++) {
        t->on_front[i] = is_on_front(t, i, among);
        if (t->on_front[i]) {
            t->front[t->fronts++] = i;
        }
    }
    qsort_r(t->front, t->fronts, sizeof *t->front, by_pool, t);
}

static bool measure_from(struct tuning *t, size_t first, const struct workload_spec *workload,
                         struct problem *problem)
{
    size_t n = t->study.candidates.count - first;
    size_t *number = calloc(n + 1, sizeof *number);
    char what[96];
    if (!number) {
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        number[i] = first + i;
    }
    snprintf(what, sizeof what, "%zu combinations on %s", n,
             t->share < 1 ? "a beginning" : "everything");
    bool ran =
        n == 0 || study_measure(&t->study, number, n, workload, STUDY_PARTS, NULL, what, problem);
    free(number);
    return ran;
}

/* Whether a candidate is near the best in one of the three. */
static bool is_promising(const struct tuning *t, size_t i)
{
    const struct score *s = score_of(t, i);
    double pool = INFINITY, accesses = INFINITY, most = INFINITY;
    for (size_t k = 0; k < t->study.candidates.count; k++) {
        const struct score *other = score_of(t, k);
        pool = other->served ? fmin(pool, other->pool_bytes) : pool;
        accesses = other->served ? fmin(accesses, other->accesses) : accesses;
        most = other->served ? fmin(most, other->most_accesses) : most;
    }
    return s->served && (s->pool_bytes <= pool * NEAR || s->accesses <= accesses * NEAR ||
                         s->most_accesses <= most * NEAR);
}

/* All choices, then other numbers for what is promising, then for what is on the front. */
static bool compare_all(struct tuning *t, const struct workload_spec *workload,
                        struct problem *problem)
{
    const struct wish *w = t->study.wish;
    size_t measured = 0;
    for (int round = 0; round <= ROUNDS; round++) {
        if (!measure_from(t, measured, workload, problem)) {
            return false;
        }
        measured = t->study.candidates.count;
        find_front(t, NULL);
        for (size_t i = 0; round < ROUNDS && i < measured; i++) {
            if (t->on_front[i] || (round == 0 && is_promising(t, i))) {
                candidates_vary(&t->study.candidates, i, w->policy, w->policies);
            }
        }
    }
    return true;
}

/* --- what a parameter changes ---------------------------------------------------------------- */

/* The row of the only parameter in which two specs of one policy differ; false: there are none or
 * several. */
static bool differ_in_one(const struct policy_spec *a, const struct policy_spec *b, size_t *row)
{
    size_t n = 0;
    for (size_t i = 0; a->policy == b->policy && i < param_count(a->policy->params); i++) {
        if (a->values.number[i] != b->values.number[i]) {
            *row = i;
            n++;
        }
    }
    return n == 1;
}

static struct effect *effect_of(struct tuning *t, const struct policy *policy,
                                const char *parameter)
{
    for (size_t i = 0; i < t->effects; i++) {
        if (t->effect[i].policy == policy && !strcmp(t->effect[i].parameter, parameter)) {
            return &t->effect[i];
        }
    }
    t->effect = reallocarray(t->effect, t->effects + 1, sizeof *t->effect);
    if (!t->effect) {
        abort();
    }
    t->effect[t->effects] = (struct effect){.policy = policy, .parameter = parameter};
    return &t->effect[t->effects++];
}

static double ratio(double a, double b)
{
    return isinf(a) || isinf(b) || a == b || fmin(a, b) <= 0 ? 0 : fmax(a, b) / fmin(a, b) - 1;
}

static void find_effects(struct tuning *t)
{
    const struct candidates *c = &t->study.candidates;
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct score *a = &c->item[i].score, *b = &c->item[k].score;
            size_t row;
            if (!a->served || !b->served ||
                !differ_in_one(c->item[i].spec, c->item[k].spec, &row)) {
                continue;
            }
            struct effect *e =
                effect_of(t, c->item[i].spec->policy, c->item[i].spec->policy->params[row].name);
            e->pairs++;
            e->pool = fmax(e->pool, ratio(a->pool_bytes, b->pool_bytes));
            e->accesses = fmax(e->accesses, ratio(a->accesses, b->accesses));
            e->most = fmax(e->most, ratio(a->most_accesses, b->most_accesses));
        }
    }
}

bool effect_is_none(const struct effect *e)
{
    return e->pool <= POOL_NOISE && e->accesses < 1e-3 && e->most == 0;
}

/* --------------------------------------------------------------------------------------------- */

/* The front once more, on the whole and to the granule; what it is then follows from that alone. */
static bool settle_front(struct tuning *t, struct cell_sink *sink, struct problem *problem)
{
    t->exact = calloc(t->study.candidates.count + 1, sizeof *t->exact);
    if (!t->exact) {
        abort();
    }
    for (size_t i = 0; i < t->fronts; i++) {
        t->exact[t->front[i]] = true;
    }
    if (!study_measure(&t->study, t->front, t->fronts, t->study.programs.whole, 0, sink,
                       "the front, to the granule", problem)) {
        return false;
    }
    find_front(t, t->exact);
    return true;
}

static bool find_peak(struct tuning *t, struct problem *problem)
{
    for (size_t i = 0; i < t->study.programs.count; i++) {
        struct packed packed;
        if (!packed_open(&packed, &t->study.programs.whole[i], 1, problem)) {
            return false;
        }
        t->peak_live_bytes = fmax(t->peak_live_bytes, (double)packed.facts.peak_live_bytes);
        packed_close(&packed);
    }
    return true;
}

bool tuning_find(struct tuning *t, const struct wish *w, const char *const *words, size_t n,
                 struct cell_sink *sink, struct problem *problem)
{
    *t = (struct tuning){.study.wish = w};
    if (!study_add_candidates(&t->study, problem) ||
        !programs_open(&t->study.programs, words, n, false, problem) || !find_peak(t, problem)) {
        return false;
    }
    double events = (double)programs_events(&t->study.programs);
    t->share = fmin(1, MOST_EVENTS / (events * (double)t->study.candidates.count));
    struct workload_spec *workload = calloc(n + 1, sizeof *workload);
    bool compared = workload && programs_begin(&t->study.programs, t->share, workload, problem) &&
                    compare_all(t, workload, problem);
    free(workload);
    if (!compared) {
        return false;
    }
    if (!t->fronts) {
        return study_none_serves(&t->study, "no combination serves every request: see 'fitlab run'",
                                 problem);
    }
    find_effects(t);
    return settle_front(t, sink, problem);
}

void tuning_close(struct tuning *t)
{
    programs_close(&t->study.programs);
    candidates_free(&t->study.candidates);
    free(t->on_front);
    free(t->exact);
    free(t->front);
    free(t->effect);
}
