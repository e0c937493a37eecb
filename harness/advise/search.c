#include "advise/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first stage sees so many events, or a part of 27 of all if that is more. */
enum { FIRST_EVENTS = 30000, FIRST_PART = 27, FACTOR = 3, LEAST_KEPT = 12 };

/* So many of the best are varied before a stage: each adds several candidates to it. The whole is the
 * dearest stage, so that few get there without one before it. */
enum { VARIED = 16, VARIED_LAST = 3 };

static void append(struct search *r, size_t number)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->number[i] == number) {
            return;
        }
    }
    r->number = reallocarray(r->number, r->count + 1, sizeof *r->number);
    if (!r->number) {
        abort();
    }
    r->number[r->count++] = number;
}

static bool is_same_policy(const struct study *s, size_t a, size_t b)
{
    return s->candidates.item[a].spec->policy == s->candidates.item[b].spec->policy;
}

/* What comes to the next stage of n ranked candidates: the first `most`, the best of each policy,
 * and of those with the smallest pools half as many. */
static void keep_better(struct study *s, struct search *r, size_t most)
{
    struct search kept = {0};
    struct wish memory = {.goal = GOAL_MEMORY};
    const struct wish *wish = s->wish;
    for (size_t i = 0; i < r->count; i++) {
        bool first = s->candidates.item[r->number[i]].score.served;
        for (size_t k = 0; first && k < i; k++) {
            first = !is_same_policy(s, r->number[k], r->number[i]);
        }
        if (i < most || first) {
            append(&kept, r->number[i]);
        }
    }
    s->wish = &memory;
    study_rank(s, r->number, r->count);
    s->wish = wish;
    for (size_t i = 0; i < r->count && i < most / 2; i++) {
        append(&kept, r->number[i]);
    }
    free(r->number);
    r->number = kept.number;
    r->count = kept.count;
}

/* What a beginning shows to need too much needs no less for the whole. */
static void drop_impossible(struct study *s, struct search *r)
{
    size_t n = 0;
    const struct wish *w = s->wish;
    for (size_t i = 0; i < r->count; i++) {
        const struct score *score = &s->candidates.item[r->number[i]].score;
        bool slow = w->max_accesses > 0 && score->most_accesses > w->max_accesses;
        bool large = w->budget_bytes > 0 && score->pool_bytes > w->budget_bytes;
        if (score->served && !slow && !large) {
            r->number[n++] = r->number[i];
        }
    }
    r->count = n ? n : r->count; /* where none is possible, the answer says what comes nearest */
}

/* Adds what the first candidates become with other numbers. */
static void vary(struct study *s, struct search *r, size_t first)
{
    for (size_t i = 0, n = r->count; i < n && i < first; i++) {
        size_t before = s->candidates.count;
        candidates_vary(&s->candidates, r->number[i], s->wish->policy, s->wish->policies);
        for (size_t k = before; k < s->candidates.count; k++) {
            append(r, k);
        }
    }
}

static bool stage(struct study *s, struct search *r, double share, struct problem *problem)
{
    struct workload_spec *workload = calloc(s->programs.count, sizeof *workload);
    char what[128];
    if (!workload) {
        abort();
    }
    if (share >= 1) {
        snprintf(what, sizeof what, "stage %zu: %zu candidates on everything", r->stages + 1,
                 r->count);
    } else {
        snprintf(what, sizeof what, "stage %zu: %zu candidates on the first %.1f %%", r->stages + 1,
                 r->count, 100 * share);
    }
    bool ran = programs_begin(&s->programs, share, workload, problem) &&
               study_measure(s, r->number, r->count, workload, STUDY_PARTS, NULL, what, problem);
    free(workload);
    r->stages++;
    return ran;
}

bool search_run(struct study *s, struct search *r, struct problem *problem)
{
    *r = (struct search){0};
    for (size_t i = 0; i < s->candidates.count; i++) {
        append(r, i);
    }
    if (!study_limit_regions(s, problem)) {
        return false;
    }
    double events = (double)programs_events(&s->programs);
    double share = events / FIRST_PART > FIRST_EVENTS ? 1. / FIRST_PART : FIRST_EVENTS / events;
    bool varied = false;
    for (bool going = true; going; share *= FACTOR) {
        if (!stage(s, r, share, problem)) {
            return false;
        }
        study_rank(s, r->number, r->count);
        drop_impossible(s, r);
        going = share < 1 || !varied;
        if (going) {
            size_t third = r->count / FACTOR > LEAST_KEPT ? r->count / FACTOR : LEAST_KEPT;
            keep_better(s, r, third);
            study_rank(s, r->number, r->count);
            vary(s, r, varied && share * FACTOR >= 1 ? VARIED_LAST : VARIED);
            varied = true;
        }
    }
    r->tried = s->candidates.count;
    return true;
}
