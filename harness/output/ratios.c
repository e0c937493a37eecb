#include "ratios.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "comparison.h"
#include "table.h"

const char ratios_file[] = "ratios.csv";
const char ratios_header[] =
    "workload,region,touch,pass,metric,policy,baseline,repetitions,median,median_low,median_high,"
    "ratio,ratio_low,ratio_high,aa_ratio,aa_low,aa_high,within_noise";

const enum metric_id ratios_metrics[] = {METRIC_ns_per_op, METRIC_block_mean_ns, METRIC_p50_ns,
                                         METRIC_p99_ns,    METRIC_p999_ns,       METRICS};

/* Where things are in summary.csv. */
struct columns {
    size_t policy, spec, workload, region, touch, pass, rep;
};

/* The rows of one comparison: indices of a row of the table for each policy and repetition. */
struct group {
    const struct table *table;
    const struct columns *at;
    size_t first;   /* row */
    size_t *policy; /* row of the first repetition of each */
    size_t policies, repetitions, baseline;
};

static bool find_columns(const struct table *t, struct columns *c, struct problem *problem)
{
    return table_column(t, "policy", &c->policy, problem) &&
           table_column(t, "policy_spec", &c->spec, problem) &&
           table_column(t, "workload_spec", &c->workload, problem) &&
           table_column(t, "region", &c->region, problem) &&
           table_column(t, "touch", &c->touch, problem) &&
           table_column(t, "pass", &c->pass, problem) && table_column(t, "rep", &c->rep, problem);
}

static bool same(const struct table *t, size_t a, size_t b, size_t column)
{
    return !strcmp(table_cell(t, a, column), table_cell(t, b, column));
}

static bool same_group(const struct table *t, const struct columns *c, size_t a, size_t b)
{
    return same(t, a, b, c->workload) && same(t, a, b, c->region) && same(t, a, b, c->touch) &&
           same(t, a, b, c->pass);
}

static size_t rep_of(const struct group *g, size_t row)
{
    return (size_t)strtoul(table_cell(g->table, row, g->at->rep), NULL, 10);
}

/* The policy's index in the group, or how many there are. */
static size_t policy_of(const struct group *g, size_t row)
{
    size_t i = 0;
    while (i < g->policies && !same(g->table, g->policy[i], row, g->at->spec)) {
        i++;
    }
    return i;
}

static bool is_baseline(const struct group *g, size_t row, const char *baseline)
{
    return !strcmp(table_cell(g->table, row, g->at->policy), baseline) ||
           !strcmp(table_cell(g->table, row, g->at->spec), baseline);
}

/* Collects the rows that compare with row `first`. */
static void gather(struct group *g, const char *baseline)
{
    for (size_t row = g->first; row < g->table->rows; row++) {
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

/* The values of a metric, [policy][repetition]; false if no row has any. */
static bool read_values(const struct group *g, size_t column, double *value,
                        struct problem *problem)
{
    bool any = false;
    for (size_t i = 0; i < g->policies * g->repetitions; i++) {
        value[i] = NAN;
    }
    for (size_t row = g->first; row < g->table->rows; row++) {
        if (!same_group(g->table, g->at, g->first, row)) {
            continue;
        }
        double *v = &value[policy_of(g, row) * g->repetitions + rep_of(g, row)];
        if (!table_number(g->table, row, column, v, problem)) {
            return false;
        }
        any |= !isnan(*v);
    }
    return any;
}

static void write_interval(struct csv_row *row, const struct interval *i)
{
    csv_real(row, i->median);
    csv_real(row, i->low);
    csv_real(row, i->high);
}

static void write_metric(FILE *out, const struct group *g, enum metric_id id, double *value)
{
    struct comparison c = {.policies = g->policies,
                           .repetitions = g->repetitions,
                           .baseline = g->baseline,
                           .value = value};
    struct interval aa = comparison_aa(&c);
    for (size_t p = 0; p < g->policies; p++) {
        const struct table *t = g->table;
        struct interval median = comparison_median(&c, p), ratio = comparison_ratio(&c, p);
        bool same_speed = comparison_within_noise(&c, p, &aa);
        struct csv_row row = {.out = out};
        csv_text(&row, table_cell(t, g->first, g->at->workload));
        csv_text(&row, table_cell(t, g->first, g->at->region));
        csv_text(&row, table_cell(t, g->first, g->at->touch));
        csv_text(&row, table_cell(t, g->first, g->at->pass));
        csv_text(&row, metric_table[id].name);
        csv_text(&row, table_cell(t, g->policy[p], g->at->policy));
        csv_text(&row, table_cell(t, g->policy[g->baseline], g->at->policy));
        csv_whole(&row, median.n);
        write_interval(&row, &median);
        write_interval(&row, &ratio);
        write_interval(&row, &aa);
        csv_text(&row, isnan(ratio.low) ? "" : same_speed ? "1" : "0");
        csv_end_row(&row);
    }
}

static bool write_group(FILE *out, struct group *g, const char *baseline, struct problem *problem)
{
    gather(g, baseline);
    double *value = malloc((g->policies * g->repetitions + 1) * sizeof *value);
    problem->text[0] = '\0';
    for (size_t i = 0; value && ratios_metrics[i] != METRICS && !problem->text[0]; i++) {
        size_t column;
        if (table_column(g->table, metric_table[ratios_metrics[i]].name, &column, problem) &&
            read_values(g, column, value, problem)) {
            write_metric(out, g, ratios_metrics[i], value);
        }
    }
    free(value);
    return value && !problem->text[0];
}

static bool is_timed(const struct table *t, const struct columns *c, size_t row)
{
    struct problem problem;
    enum cell_pass pass;
    return cell_pass_parse(table_cell(t, row, c->pass), &pass, &problem) &&
           cell_pass_is_timed(pass);
}

/* Whether a row is the first of a timed group. */
static bool opens_group(const struct table *t, const struct columns *c, size_t row)
{
    if (strcmp(table_cell(t, row, c->rep), "0") != 0 || !is_timed(t, c, row)) {
        return false;
    }
    for (size_t before = 0; before < row; before++) {
        if (same_group(t, c, before, row)) {
            return false;
        }
    }
    return true;
}

/* groups: how many comparisons were written. */
static bool write_all(FILE *out, const struct table *t, const char *baseline, size_t *groups,
                      struct problem *problem)
{
    struct columns columns;
    size_t *policy = calloc(t->rows + 1, sizeof *policy);
    bool written = policy && find_columns(t, &columns, problem);
    fprintf(out, "%s\n", ratios_header);
    for (size_t row = 0; written && row < t->rows; row++) {
        if (opens_group(t, &columns, row)) {
            struct group g = {.table = t, .at = &columns, .first = row, .policy = policy};
            written = write_group(out, &g, baseline, problem);
            ++*groups;
        }
    }
    free(policy);
    return written;
}

bool ratios_write(const char *folder, const char *baseline, struct problem *problem)
{
    char path[4096], partial[4096 + 8];
    snprintf(path, sizeof path, "%s/summary.csv", folder);
    struct table *t = table_read(path, problem);
    if (!t) {
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", folder, ratios_file);
    snprintf(partial, sizeof partial, "%s.part", path);
    FILE *out = fopen(partial, "w");
    size_t groups = 0;
    bool written = out && write_all(out, t, baseline, &groups, problem);
    table_free(t);
    if (!out) {
        return problem_set(problem, "cannot write %s: %s", partial, strerror(errno));
    }
    if (fclose(out) != 0 || (written && groups && rename(partial, path) != 0)) {
        written = problem_set(problem, "cannot write %s: %s", path, strerror(errno));
    }
    if (!written || !groups) {
        remove(partial);
    }
    if (!groups) {
        remove(path); /* an old one, of rows that are gone */
    }
    return written;
}
