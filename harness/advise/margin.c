#include "advise/margin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* How many are drawn of each family for the margin: 50 in all, 62 where there are turns to take. */
static const size_t drawn[LIKENESSES] = {
    [LIKE_EVENT] = 18, [LIKE_SIZE] = 18, [LIKE_PHASES] = 14, [LIKE_TURNS] = 12};

double margin_tolerance(size_t n)
{
    const double covers = 2.3263,
                 sure = 1.6449; /* quantiles .99 and .95 of the normal distribution */
    double a = 1 - sure * sure / (2 * ((double)n - 1));
    double b = covers * covers - sure * sure / (double)n;
    return (covers + sqrt(covers * covers - a * b)) / a;
}

static bool is_possible(const struct study *s, enum likeness like)
{
    return like != LIKE_TURNS || s->programs.together;
}

/* The specs of one family's draws: all programs of a draw side by side. */
static struct workload_spec *draw(struct study *s, enum likeness like, unsigned first, size_t n,
                                  struct problem *problem)
{
    const size_t programs = s->programs.count;
    struct workload_spec *spec = calloc(n * programs + 1, sizeof *spec);
    if (!spec) {
        abort();
    }
    for (size_t i = 0; i < n * programs; i++) {
        if (!programs_like(&s->programs, i % programs, like, first + (unsigned)(i / programs),
                           &spec[i], problem)) {
            free(spec);
            return NULL;
        }
    }
    return spec;
}

/* From what each draw needs to the family's numbers. */
static void summarise(struct family *f, const double *need, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += need[i];
        f->most = fmax(f->most, need[i]);
    }
    f->tried = n;
    f->mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        squares += (need[i] - f->mean) * (need[i] - f->mean);
    }
    f->deviation = sqrt(squares / (double)(n - 1));
    f->bound = f->mean + margin_tolerance(n) * f->deviation;
}

static bool find_family(struct study *s, const struct policy_spec *policy, double pool_bytes,
                        struct family *f, struct problem *problem)
{
    const size_t n = drawn[f->likeness], programs = s->programs.count;
    struct workload_spec *spec = draw(s, f->likeness, 1, n, problem);
    struct cell_batch b;
    char what[160];
    if (!spec) {
        return false;
    }
    snprintf(what, sizeof what, "margin of %.60s: %s", policy->label, likeness_names[f->likeness]);
    cell_batch_open(&b, n * programs, what, s->wish->quiet);
    for (size_t i = 0; i < n * programs; i++) {
        cell_batch_add(&b, policy, &spec[i], study_memory_pass(s))->parts =
            s->resident ? 0 : STUDY_PARTS;
    }
    bool ran = cell_batch_run(&b, s->wish->jobs, problem);
    double *need = calloc(n, sizeof *need);
    for (size_t i = 0; ran && need && i < n * programs; i++) {
        const struct metrics *m = &b.cell[i].metrics;
        const enum metric_id memory = study_memory_metric(s);
        bool found = b.cell[i].status == CELL_OK && m->known[memory];
        double bytes = found ? (double)m->value[memory].count : 0;
        f->failed += !found;
        need[i / programs] = fmax(need[i / programs], bytes / pool_bytes);
    }
    if (need) {
        summarise(f, need, n);
    }
    s->cells += b.count;
    free(need);
    cell_batch_close(&b);
    free(spec);
    return ran;
}

bool margin_find(struct study *s, const struct policy_spec *policy, double pool_bytes,
                 struct margin *m, struct problem *problem)
{
    *m = (struct margin){.factor = 1};
    for (enum likeness like = 0; like < LIKENESSES; like++) {
        struct family *f = &m->family[m->families];
        if (!is_possible(s, like)) {
            continue;
        }
        *f = (struct family){.likeness = like};
        if (!find_family(s, policy, pool_bytes, f, problem)) {
            return false;
        }
        m->families++;
        m->tried += f->tried;
        m->failed += f->failed;
        m->factor = fmax(m->factor, fmax(f->most, f->bound));
    }
    return true;
}

/* A cell that replays in a region of exactly this size. */
static void add_try(struct cell_batch *b, const struct policy_spec *policy,
                    const struct workload_spec *workload, double pool_bytes)
{
    struct cell *cell = cell_batch_add(b, policy, workload, PASS_MEMORY);
    cell->region.form = REGION_FIXED;
    cell->region.bytes = (size_t)pool_bytes;
    snprintf(cell->region.text, sizeof cell->region.text, "%zu", cell->region.bytes);
}

/* Families take turns, so that any number of draws has all of them. */
static bool draw_mixed(struct study *s, unsigned first, size_t n, struct workload_spec *spec,
                       struct problem *problem)
{
    static const enum likeness turn[] = {LIKE_EVENT, LIKE_SIZE, LIKE_PHASES};
    const size_t programs = s->programs.count;
    for (size_t i = 0; i < n * programs; i++) {
        size_t at = i / programs;
        if (!programs_like(&s->programs, i % programs, turn[at % (sizeof turn / sizeof *turn)],
                           first + (unsigned)at, &spec[i], problem)) {
            return false;
        }
    }
    return true;
}

bool margin_try(struct study *s, const struct policy_spec *policy, double pool_bytes,
                unsigned first, size_t n, size_t *served, struct problem *problem)
{
    const size_t programs = s->programs.count, draws = n ? n : 1;
    struct workload_spec *spec = calloc(draws * programs, sizeof *spec);
    bool *well = calloc(draws, sizeof *well);
    struct cell_batch b;
    char what[160];
    if (!spec || !well) {
        abort();
    }
    snprintf(what, sizeof what, "trying the pool on %zu fresh workloads", n);
    cell_batch_open(&b, draws * programs, n ? what : "trying the pool", s->wish->quiet);
    bool ran =
        n ? draw_mixed(s, first, n, spec, problem) : programs_begin(&s->programs, 1, spec, problem);
    for (size_t i = 0; ran && i < draws * programs; i++) {
        add_try(&b, policy, &spec[i], pool_bytes);
    }
    ran = ran && cell_batch_run(&b, s->wish->jobs, problem);
    *served = 0;
    for (size_t i = 0; ran && i < draws; i++) {
        well[i] = true;
        for (size_t k = 0; k < programs; k++) {
            well[i] &= b.cell[i * programs + k].status == CELL_OK;
        }
        *served += well[i];
    }
    s->cells += b.count;
    free(well);
    cell_batch_close(&b);
    free(spec);
    return ran;
}
