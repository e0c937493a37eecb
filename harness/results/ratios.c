#include "results/ratios.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/comparison.h"
#include "results/timed_groups.h"

const char ratios_file[] = "ratios.csv";
const char ratios_header[] = "workload,region,touch,release,threads,pass,metric,policy,baseline,"
                             "repetitions,median,median_low,median_high,"
                             "ratio,ratio_low,ratio_high,aa_ratio,aa_low,aa_high,within_noise,"
                             "own_low,own_high";

const enum metric_id ratios_metrics[] = {METRIC_ns_per_op, METRIC_block_mean_ns, METRIC_p50_ns,
                                         METRIC_p99_ns,    METRIC_p999_ns,       METRICS};

static void write_interval(struct csv_row *row, const struct interval *i)
{
    csv_real(row, i->median);
    csv_real(row, i->low);
    csv_real(row, i->high);
}

static void write_metric(FILE *out, const struct timed_group *g, enum metric_id id, double *value)
{
    struct comparison c = {.policies = g->policies,
                           .repetitions = g->repetitions,
                           .baseline = g->baseline,
                           .value = value};
    struct interval aa = comparison_aa(&c);
    struct own_noise *own = calloc(g->policies + 1, sizeof *own);
    if (!own) {
        abort();
    }
    comparison_own_noise(&c, own);
    size_t comparisons = comparison_with_baseline(&c);
    for (size_t p = 0; p < g->policies; p++) {
        const struct table *t = g->table;
        struct interval median = comparison_median(&c, p), ratio = comparison_ratio(&c, p);
        bool apart = comparison_differ(&c, p, c.baseline, &aa, comparisons);
        struct csv_row row = {.out = out};
        csv_text(&row, table_cell(t, g->first, g->at->workload));
        csv_text(&row, table_cell(t, g->first, g->at->region));
        csv_text(&row, table_cell(t, g->first, g->at->touch));
        csv_text(&row, table_cell(t, g->first, g->at->release));
        csv_text(&row, table_cell(t, g->first, g->at->threads));
        csv_text(&row, table_cell(t, g->first, g->at->pass));
        csv_text(&row, metric_table[id].name);
        csv_text(&row, table_cell(t, g->policy[p], g->at->policy));
        csv_text(&row, table_cell(t, g->policy[g->baseline], g->at->policy));
        csv_whole(&row, median.n);
        write_interval(&row, &median);
        write_interval(&row, &ratio);
        write_interval(&row, &aa);
        csv_text(&row, isnan(ratio.low) ? "" : apart ? "0" : "1");
        csv_real(&row, own[p].least);
        csv_real(&row, own[p].most);
        csv_end_row(&row);
    }
    free(own);
}

struct ratios {
    FILE *out;
    size_t groups; /* written */
};

static bool write_group(const struct timed_group *g, void *ctx, struct problem *problem)
{
    struct ratios *ratios = ctx;
    problem->text[0] = '\0';
    for (size_t i = 0; ratios_metrics[i] != METRICS && !problem->text[0]; i++) {
        double *value = timed_group_values(g, ratios_metrics[i], problem);
        if (value) {
            write_metric(ratios->out, g, ratios_metrics[i], value);
        }
        free(value);
    }
    ratios->groups++;
    return !problem->text[0];
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
    struct ratios ratios = {.out = out};
    bool written = out && fprintf(out, "%s\n", ratios_header) > 0 &&
                   timed_groups_visit(t, baseline, write_group, &ratios, problem);
    table_free(t);
    if (!out) {
        return problem_set(problem, "cannot write %s: %s", partial, strerror(errno));
    }
    if (fclose(out) != 0 || (written && ratios.groups && rename(partial, path) != 0)) {
        written = problem_set(problem, "cannot write %s: %s", path, strerror(errno));
    }
    if (!written || !ratios.groups) {
        remove(partial);
    }
    if (!ratios.groups) {
        remove(path); /* an old file, about rows that no longer exist */
    }
    return written;
}
