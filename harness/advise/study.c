#define _GNU_SOURCE /* qsort_r */
#include "advise/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "mallocs/foreign.h"
#include "replay/packed.h"

const char *const goal_names[GOALS + 1] = {"memory", "time", "worst", NULL};

enum cell_pass study_memory_pass(const struct study *s)
{
    return s->resident ? PASS_PAGES : PASS_MINHEAP;
}

enum metric_id study_memory_metric(const struct study *s)
{
    return s->resident ? METRIC_peak_resident_bytes : METRIC_minheap_bytes;
}

bool study_add_candidates(struct study *s, struct problem *problem)
{
    const struct wish *w = s->wish;
    bool added = w->policies || candidates_add_all(&s->candidates, w->bits, problem);
    for (size_t i = 0; added && i < w->policies; i++) {
        char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
        policy_spec_for_bits(w->policy[i], w->bits, text);
        added = candidates_add(&s->candidates, text[0], problem);
    }
    for (size_t i = 0; added && i < s->candidates.count; i++) {
        s->resident |= foreign_of(s->candidates.item[i].spec->policy) != NULL;
    }
    return added;
}

static bool read_number(const struct metrics *m, enum metric_id id, double *value)
{
    if (m->known[id]) {
        *value =
            metric_table[id].type == METRIC_REAL ? m->value[id].real : (double)m->value[id].count;
    }
    return m->known[id];
}

/* Adds one workload's cells to a score: of memory, whose metric is named, and of the lines pass. */
static void add_to_score(struct score *s, const struct batch_cell *region, enum metric_id memory,
                         const struct batch_cell *lines, size_t workload, double *operations)
{
    double bytes = 0, each, most, events;
    s->served &= region->status == CELL_OK && read_number(&region->metrics, memory, &bytes);
    s->pool_bytes = fmax(s->pool_bytes, bytes);
    const struct metrics *m = &lines->metrics;
    if (lines->status != CELL_OK || !read_number(m, METRIC_accesses_per_op, &each) ||
        !read_number(m, METRIC_most_accesses, &most) || !read_number(m, METRIC_events, &events)) {
        s->accesses = s->most_accesses = INFINITY;
        return;
    }
    s->accesses += each * events;
    *operations += events;
    if (most > s->most_accesses || !s->most_event) {
        s->most_accesses = fmax(most, s->most_accesses);
        s->most_event = m->value[METRIC_most_accesses_event].count;
        s->most_bytes = m->value[METRIC_most_accesses_bytes].count;
        s->most_kind = m->value[METRIC_most_accesses_kind].count;
        s->most_workload = workload;
    }
}

bool study_limit_regions(struct study *s, struct problem *problem)
{
    enum { BLOCK_COST = 32, OWN_DATA = 64 << 10, TIMES = 4 };
    double most = s->wish->budget_bytes;
    for (size_t i = 0; i < s->programs.count; i++) {
        struct packed packed;
        if (!packed_open(&packed, &s->programs.whole[i], 1, problem)) {
            return false;
        }
        const struct workload_facts *f = &packed.facts;
        double needed = (double)f->peak_live_bytes + BLOCK_COST * (double)f->peak_live_blocks;
        most = fmax(most, TIMES * needed + OWN_DATA);
        packed_close(&packed);
    }
    s->most_bytes = (size_t)most / FITLAB_ALIGN * FITLAB_ALIGN;
    return true;
}

/* Cells of one candidate: per workload, memory and lines, and the memory pass if rows are wanted.
 */
static void add_cells(struct cell_batch *b, const struct study *s, const struct policy_spec *policy,
                      const struct workload_spec *workload, unsigned parts)
{
    const enum cell_pass memory = study_memory_pass(s);
    enum { SAMPLES = 200 };
    for (size_t w = 0; w < s->programs.count; w++) {
        struct cell *cell = cell_batch_add(b, policy, &workload[w], memory);
        cell->parts = memory == PASS_MINHEAP ? parts : 0;
        if (cell->parts && s->most_bytes) {
            cell->region = (struct region_spec){.form = REGION_GROW, .bytes = s->most_bytes};
            snprintf(cell->region.text, sizeof cell->region.text, "grow:%zu", s->most_bytes);
        }
        cell_batch_add(b, policy, &workload[w], PASS_LINES);
        if (b->sink) {
            cell_batch_add(b, policy, &workload[w], PASS_MEMORY)->samples = SAMPLES;
        }
    }
}

static void note_unavailable(struct study *s, const struct cell_batch *b)
{
    for (size_t i = 0; i < b->count && !s->unavailable[0]; i++) {
        if (b->cell[i].status == CELL_UNAVAILABLE) {
            snprintf(s->unavailable, sizeof s->unavailable, "%.100s: %.256s",
                     b->cell[i].grid.cell.policy->label, b->cell[i].detail);
        }
    }
}

bool study_measure(struct study *s, const size_t *number, size_t n,
                   const struct workload_spec *workload, unsigned parts, struct cell_sink *sink,
                   const char *what, struct problem *problem)
{
    struct cell_batch b;
    const size_t workloads = s->programs.count, each = sink ? 3 : 2;
    cell_batch_open(&b, n * workloads * each, what, s->wish->quiet);
    b.sink = sink;
    for (size_t i = 0; i < n; i++) {
        add_cells(&b, s, s->candidates.item[number[i]].spec, workload, parts);
    }
    bool ran = cell_batch_run(&b, s->wish->jobs, problem);
    for (size_t i = 0; ran && i < n; i++) {
        struct score score = {.served = true};
        double operations = 0;
        for (size_t w = 0; w < workloads; w++) {
            const struct batch_cell *cell = &b.cell[(i * workloads + w) * each];
            add_to_score(&score, &cell[0], study_memory_metric(s), &cell[1], w, &operations);
        }
        score.accesses = operations > 0 ? score.accesses / operations : INFINITY;
        s->candidates.item[number[i]].score = score;
    }
    note_unavailable(s, &b);
    s->cells += b.count;
    cell_batch_close(&b);
    return ran;
}

bool study_none_serves(const struct study *s, const char *otherwise, struct problem *problem)
{
    return problem_set(problem, "%s", s->unavailable[0] ? s->unavailable : otherwise);
}

bool study_allows(const struct wish *w, const struct score *s, double least)
{
    bool fits = w->budget_bytes > 0 ? s->pool_bytes <= w->budget_bytes
                                    : w->goal == GOAL_MEMORY || s->pool_bytes <= least * STUDY_ROOM;
    return s->served && fits && (w->max_accesses <= 0 || s->most_accesses <= w->max_accesses);
}

double study_least(const struct study *s, const size_t *number, size_t n)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        const struct score *score = &s->candidates.item[number[i]].score;
        least = score->served ? fmin(least, score->pool_bytes) : least;
    }
    return least;
}

struct ranking {
    const struct study *study;
    double least;
};

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

static int by_goal(const void *x, const void *y, void *ctx)
{
    const struct ranking *r = ctx;
    const struct candidate *a = &r->study->candidates.item[*(const size_t *)x];
    const struct candidate *b = &r->study->candidates.item[*(const size_t *)y];
    const struct wish *w = r->study->wish;
    const struct score *s = &a->score, *t = &b->score;
    const double of_a[] = {s->pool_bytes, s->accesses, s->most_accesses};
    const double of_b[] = {t->pool_bytes, t->accesses, t->most_accesses};
    int order = study_allows(w, t, r->least) - study_allows(w, s, r->least);
    order = order ? order : t->served - s->served;
    order = order ? order : compare(of_a[w->goal], of_b[w->goal]);
    for (size_t i = 0; !order && i < GOALS; i++) {
        order = compare(of_a[i], of_b[i]);
    }
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

void study_rank(const struct study *s, size_t *number, size_t n)
{
    struct ranking r = {s, study_least(s, number, n)};
    qsort_r(number, n, sizeof *number, by_goal, &r);
}
