#include "advise/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cell/certificate.h"
#include "replay/packed.h"

/* Of candidates whose pools differ by less, the one with fewer accesses is taken. */
#define ALIKE 1.005

/* How many of the best are measured exactly. */
enum { EXACT = 6 };

void advice_open(struct advice *a, const struct wish *wish)
{
    *a = (struct advice){.study.wish = wish};
}

void advice_close(struct advice *a)
{
    programs_close(&a->study.programs);
    candidates_free(&a->study.candidates);
    free(a->search.number);
}

const struct candidate *advice_best(const struct advice *a)
{
    return &a->study.candidates.item[a->finalist[a->best].number];
}

int advice_align(const struct advice *a)
{
    return advice_best(a)->spec->bits / 4; /* 8 or 16 */
}

static const struct score *score_of(const struct advice *a, size_t number)
{
    return &a->study.candidates.item[number].score;
}

/* Keeps the best few, and the best one of another policy if these are all of one policy. The last
 * stage knows each pool to one part in STUDY_PARTS, which is exact enough to drop the others. */
static void cut_down(struct advice *a)
{
    struct search *r = &a->search;
    const struct candidate *item = a->study.candidates.item;
    size_t n = r->count < EXACT ? r->count : EXACT;
    bool others = false;
    for (size_t i = 0; i < r->count && !others; i++) {
        others = item[r->number[i]].score.served &&
                 item[r->number[i]].spec->policy != item[r->number[0]].spec->policy;
        if (others && i >= n) {
            r->number[n++] = r->number[i];
        }
    }
    r->count = n;
}

/* The best few on the whole, to the granule. */
static bool measure_exactly(struct advice *a, struct cell_sink *sink, struct problem *problem)
{
    struct search *r = &a->search;
    cut_down(a);
    if (!study_measure(&a->study, r->number, r->count, a->study.programs.whole, 0, sink,
                       "the best, to the granule", problem)) {
        return false;
    }
    study_rank(&a->study, r->number, r->count);
    return true;
}

/* What is to be small, with pools by their margins. */
static double judged(const struct advice *a, const struct finalist *f)
{
    const struct score *s = score_of(a, f->number);
    switch (a->study.wish->goal) {
    case GOAL_TIME:
        return s->accesses;
    case GOAL_WORST:
        return s->most_accesses;
    default:
        return f->advised_bytes;
    }
}

static bool is_within_budget(const struct advice *a, const struct finalist *f)
{
    double budget = a->study.wish->budget_bytes;
    return budget <= 0 || f->advised_bytes <= budget;
}

/* Whether the pool of a finalist is allowed; margins can make one too large. */
static bool beats(const struct advice *a, const struct finalist *f, const struct finalist *than)
{
    bool one = is_within_budget(a, f), other = is_within_budget(a, than);
    if (one != other) {
        return one;
    }
    double x = judged(a, f), y = judged(a, than);
    if (a->study.wish->goal == GOAL_MEMORY && x < y * ALIKE && y < x * ALIKE) {
        return score_of(a, f->number)->accesses < score_of(a, than->number)->accesses;
    }
    return x < y;
}

static double round_up(double bytes)
{
    double align = FITLAB_ALIGN;
    return ceil(bytes / align) * align;
}

static bool wants_more(const struct advice *a)
{
    return a->finalists < FINALISTS ||
           (a->finalists < FINALISTS_MOST && !is_within_budget(a, &a->finalist[a->best]));
}

static bool judge_finalists(struct advice *a, struct problem *problem)
{
    const struct search *r = &a->search;
    double least = study_least(&a->study, r->number, r->count);
    for (size_t i = 0; i < r->count && wants_more(a); i++) {
        const struct candidate *c = &a->study.candidates.item[r->number[i]];
        struct finalist *f = &a->finalist[a->finalists];
        if (!study_allows(a->study.wish, &c->score, least)) {
            break; /* those that are allowed come first */
        }
        *f = (struct finalist){.number = r->number[i], .judged = true};
        if (!margin_find(&a->study, c->spec, c->score.pool_bytes, &f->margin, problem)) {
            return false;
        }
        f->advised_bytes = round_up(c->score.pool_bytes * f->margin.factor);
        a->finalists++;
        if (beats(a, f, &a->finalist[a->best])) {
            a->best = a->finalists - 1;
        }
    }
    return true;
}

/* Where nothing is allowed, what comes nearest is told. */
static void take_nearest(struct advice *a)
{
    const struct search *r = &a->search;
    struct finalist *f = &a->finalist[0];
    *f = (struct finalist){.number = r->number[0]};
    f->advised_bytes = score_of(a, f->number)->pool_bytes;
    a->finalists = 1;
}

static void find_runner_up(struct advice *a)
{
    const struct search *r = &a->search;
    a->runner_up = a->study.candidates.count;
    for (size_t i = 0; i < r->count; i++) {
        const struct candidate *c = &a->study.candidates.item[r->number[i]];
        if (c->spec->policy != advice_best(a)->spec->policy && c->score.served) {
            a->runner_up = r->number[i];
            return;
        }
    }
}

/* A larger region is not always enough where a smaller one is, so that the pool is tried, and made
 * larger until it is enough. */
static bool settle_pool(struct advice *a, struct problem *problem)
{
    enum { TRIES = 8 };
    const struct policy_spec *policy = advice_best(a)->spec;
    a->pool_bytes = a->finalist[a->best].advised_bytes;
    a->fits_itself = a->study.resident; /* there is no pool to try */
    for (int i = 0; i < TRIES && !a->fits_itself; i++) {
        size_t served;
        if (!margin_try(&a->study, policy, a->pool_bytes, 0, 0, &served, problem)) {
            return false;
        }
        a->fits_itself = served == 1;
        a->pool_bytes = a->fits_itself ? a->pool_bytes : round_up(a->pool_bytes * 65 / 64);
    }
    return true;
}

/* Whether the answer is a heap of other bits than this program's, in whose units nothing is proven
 * here. */
static bool is_narrow(const struct advice *a)
{
    return advice_best(a)->spec->bits != (int)(8 * sizeof(void *));
}

/* The peaks of the workloads, and what theorems say about a policy for such. They are for mallocs
 * and frees alone, of blocks as the policy makes them. */
static bool find_bounds(struct advice *a, struct problem *problem)
{
    const struct policy_spec *policy = advice_best(a)->spec;
    double blocks = 0;
    bool plain = true;
    for (size_t i = 0; i < a->study.programs.count; i++) {
        struct packed packed;
        if (!packed_open(&packed, &a->study.programs.whole[i], 1, problem)) {
            return false;
        }
        const struct workload_facts *f = &packed.facts;
        a->peak_live_bytes = fmax(a->peak_live_bytes, (double)f->peak_live_bytes);
        a->largest_bytes = fmax(a->largest_bytes, (double)f->largest_bytes);
        blocks = fmax(blocks, (double)f->peak_live_blocks);
        plain &= !f->count[EVENT_REALLOC] && !f->count[EVENT_ALIGNED];
        packed_close(&packed);
    }
    /* At most this much is added to a block: a tag, and what rounding to the smallest block adds.
     */
    double most = a->peak_live_bytes + 2 * FITLAB_ALIGN * blocks;
    double largest = a->largest_bytes + 2 * FITLAB_ALIGN;
    for (const struct certificate *c = certificates; plain && c->theorem; c++) {
        bool applies = !is_narrow(a) && !c->granted && c->applies(policy);
        double bound = applies ? c->bound(policy, most / FITLAB_ALIGN, largest / FITLAB_ALIGN) : 0;
        if (bound > 0 && (!a->bound_bytes || bound * FITLAB_ALIGN < a->bound_bytes)) {
            a->bound_bytes = bound * FITLAB_ALIGN;
            a->bound_theorem = c->theorem;
        }
    }
    return true;
}

bool advice_find(struct advice *a, const char *const *words, size_t n, bool together, size_t fresh,
                 unsigned seed, struct cell_sink *sink, struct problem *problem)
{
    enum { FIRST_FRESH = 1000000 }; /* beyond the draws that the margin is from */
    a->seed = seed;
    if (!study_add_candidates(&a->study, problem) ||
        !programs_open(&a->study.programs, words, n, together, problem) ||
        !search_run(&a->study, &a->search, problem) || !measure_exactly(a, sink, problem)) {
        return false;
    }
    if (!score_of(a, a->search.number[0])->served) {
        return study_none_serves(&a->study,
                                 "no policy serves every request of these workloads in a region "
                                 "of any size: see 'fitlab run --pass check'",
                                 problem);
    }
    if (!judge_finalists(a, problem)) {
        return false;
    }
    if (!a->finalists) {
        take_nearest(a);
    }
    a->found = a->finalist[a->best].judged && is_within_budget(a, &a->finalist[a->best]);
    find_runner_up(a);
    if (!settle_pool(a, problem) || !find_bounds(a, problem)) {
        return false;
    }
    if (!is_narrow(a)) {
        proven_cost_find(&a->cost, advice_best(a)->spec);
    }
    a->fresh = a->found && !a->study.resident ? fresh : 0;
    return !a->fresh ||
           margin_try(&a->study, advice_best(a)->spec, a->pool_bytes,
                      FIRST_FRESH + seed % 1000 * 10000, a->fresh, &a->fresh_served, problem);
}
