#include "results/timed_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cell/cell.h"

static bool find_columns(const struct table *t, struct timed_columns *c, struct problem *problem)
{
    return table_column(t, "policy", &c->policy, problem) &&
           table_column(t, "policy_spec", &c->spec, problem) &&
           table_column(t, "workload_spec", &c->workload, problem) &&
           table_column(t, "region", &c->region, problem) &&
           table_column(t, "touch", &c->touch, problem) &&
           table_column(t, "release", &c->release, problem) &&
           table_column(t, "threads", &c->threads, problem) &&
           table_column(t, "pass", &c->pass, problem) && table_column(t, "rep", &c->rep, problem);
}

static bool same(const struct table *t, size_t a, size_t b, size_t column)
{
    return !strcmp(table_cell(t, a, column), table_cell(t, b, column));
}

static bool is_own(const struct table *t, const struct timed_columns *c, size_t row)
{
    return !strcmp(table_cell(t, row, c->release), release_own.text);
}

static bool same_group(const struct table *t, const struct timed_columns *c, size_t a, size_t b)
{
    return same(t, a, b, c->workload) && same(t, a, b, c->region) && same(t, a, b, c->touch) &&
           same(t, a, b, c->threads) && same(t, a, b, c->pass) &&
           (same(t, a, b, c->release) || is_own(t, c, a) || is_own(t, c, b));
}

static size_t rep_of(const struct timed_group *g, size_t row)
{
    return (size_t)strtoul(table_cell(g->table, row, g->at->rep), NULL, 10);
}

/* The policy's index in the group, or how many there are. */
static size_t policy_of(const struct timed_group *g, size_t row)
{
    size_t i = 0;
    while (i < g->policies && !same(g->table, g->policy[i], row, g->at->spec)) {
        i++;
    }
    return i;
}

static bool is_baseline(const struct timed_group *g, size_t row, const char *baseline)
{
    return !strcmp(table_cell(g->table, row, g->at->policy), baseline) ||
           !strcmp(table_cell(g->table, row, g->at->spec), baseline);
}

/* Collects the rows that compare with row `first`. */
static void gather(struct timed_group *g, const char *baseline)
{
    for (size_t row = 0; row < g->table->rows; row++) {
        if (!same_group(g->table, g->at, g->first, row)) {
            continue;
        }
        size_t policy = policy_of(g, row);
        if (policy == g->policies) {
            g->policy[g->policies++] = row;
        }
        if (baseline && is_baseline(g, row, baseline)) {
            g->baseline = policy;
        }
        size_t repetitions = rep_of(g, row) + 1;
        g->repetitions = repetitions > g->repetitions ? repetitions : g->repetitions;
    }
}

double *timed_group_values(const struct timed_group *g, enum metric_id id, struct problem *problem)
{
    bool any = false;
    size_t column, n = g->policies * g->repetitions;
    double *value = malloc((n + 1) * sizeof *value);
    problem->text[0] = '\0';
    if (!value || !table_column(g->table, metric_table[id].name, &column, problem)) {
        free(value);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        value[i] = NAN;
    }
    for (size_t row = 0; row < g->table->rows; row++) {
        if (!same_group(g->table, g->at, g->first, row)) {
            continue;
        }
        double *v = &value[policy_of(g, row) * g->repetitions + rep_of(g, row)];
        if (!table_number(g->table, row, column, v, problem)) {
            any = false;
            break;
        }
        any |= !isnan(*v);
    }
    if (!any) {
        free(value);
    }
    return any ? value : NULL;
}

/* Whether a row is the first of a timed group. One of a malloc with its own rule is only if no row
 * has another rule. */
static bool opens_group(const struct table *t, const struct timed_columns *c, size_t row)
{
    if (strcmp(table_cell(t, row, c->rep), "0") != 0 ||
        !cell_pass_names_timed(table_cell(t, row, c->pass))) {
        return false;
    }
    const bool own = is_own(t, c, row);
    for (size_t other = 0; other < (own ? t->rows : row); other++) {
        bool earlier = other < row && is_own(t, c, other) == own;
        if (same_group(t, c, other, row) && (earlier || (own && !is_own(t, c, other)))) {
            return false;
        }
    }
    return true;
}

bool timed_groups_visit(const struct table *t, const char *baseline, timed_group_visitor *visit,
                        void *ctx, struct problem *problem)
{
    struct timed_columns columns;
    size_t *policy = calloc(t->rows + 1, sizeof *policy);
    bool going = policy && find_columns(t, &columns, problem);
    for (size_t row = 0; going && row < t->rows; row++) {
        if (opens_group(t, &columns, row)) {
            struct timed_group g = {.table = t, .at = &columns, .first = row, .policy = policy};
            gather(&g, baseline);
            going = visit(&g, ctx, problem);
        }
    }
    free(policy);
    return going;
}
