#include "present/report/matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell/metric.h"
#include "present/report/status.h"
#include "results/results_reader.h"
#include "results/spread.h"

bool matrix_any_known(const struct spread *spread, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isnan(spread[i].median)) {
            return true;
        }
    }
    return false;
}

struct spread *matrix_spread(struct results_reader *reader, const char *pass, const char *column,
                             struct problem *problem)
{
    return strcmp(pass, "memory") ? spread_of(reader, pass, column, problem)
                                  : spread_of_memory(reader, column, problem);
}

static double footprint_ratio(double pct, double of)
{
    (void)of;
    return 1 + pct / 100;
}

static double footprint_back(double ratio)
{
    return 100 * (ratio - 1);
}

static double time_ratio(double ns, double of)
{
    return ns / of;
}

static double time_back(double ratio)
{
    return ratio;
}

static void set_number(struct report_table *t, size_t row, size_t column, double value)
{
    if (!isnan(value)) {
        char text[32];
        double size = fabs(value);
        snprintf(text, sizeof text,
                 size >= 100   ? "%.0f"
                 : size >= 10  ? "%.1f"
                 : size >= 0.1 ? "%.2f"
                               : "%.2g",
                 value);
        report_table_set(t, row, column, "%s", text);
    }
}

double matrix_mean(struct results_reader *reader, const struct matrix *m,
                   const struct spread *spread, size_t policy, size_t baseline, bool recorded)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t policies = reader_policies(reader)->count, n = 0;
    double log_sum = 0;
    for (size_t w = 0; w < workloads->count; w++) {
        if (workloads->subject[w].recorded == recorded) {
            log_sum += log(m->ratio(spread[w * policies + policy].median,
                                    spread[w * policies + baseline].median));
            n++;
        }
    }
    return n ? m->back(exp(log_sum / (double)n)) : NAN;
}

void matrix_fill_column(struct report_table *t, size_t column, const double *value,
                        bool less_is_better)
{
    for (size_t row = 0; row < t->rows; row++) {
        set_number(t, row, column, value[row]);
    }
    if (less_is_better) {
        report_table_mark_least(t, column, value);
    }
}

static void add_mean(struct report_table *t, struct results_reader *reader, const struct matrix *m,
                     const struct spread *spread, size_t baseline, bool recorded, size_t column)
{
    double *value = calloc(t->rows + 1, sizeof *value);
    for (size_t p = 0; value && p < t->rows; p++) {
        value[p] = matrix_mean(reader, m, spread, p, baseline, recorded);
    }
    char head[64];
    snprintf(head, sizeof head, "%s mean%s", recorded ? "recorded" : "synthetic", m->mean_unit);
    report_table_head(t, column, head,
                      "The geometric mean of the columns of this kind; empty if one of them is.",
                      m->column, NULL);
    matrix_fill_column(t, column, value, true);
    free(value);
}

size_t matrix_recorded(const struct roster *workloads)
{
    size_t n = 0;
    for (size_t w = 0; w < workloads->count; w++) {
        n += workloads->subject[w].recorded;
    }
    return n;
}

bool matrix_heaps(struct results_reader *reader, double *least, double *most,
                  struct problem *problem)
{
    struct spread *live = spread_of(reader, "memory", "peak_live_bytes", problem);
    *least = INFINITY;
    *most = 0;
    if (!live) {
        return false;
    }
    for (size_t i = 0; i < reader_policies(reader)->count * reader_workloads(reader)->count; i++) {
        *least = fmin(*least, live[i].median);
        *most = fmax(*most, live[i].median);
    }
    free(live);
    return true;
}

/* What the numbers are, how large the heaps are that they come from, as what is true of small ones
 * need not be of large ones, and how blocks were touched. */
static bool write_note(struct results_reader *reader, const struct matrix *m, size_t baseline,
                       char *note, size_t size, struct problem *problem)
{
    char touch[128] = "", heaps[128] = "", means[400] = "";
    double least, most;
    if (!matrix_heaps(reader, &least, &most, problem)) {
        return false;
    }
    if (most > 0) {
        snprintf(heaps, sizeof heaps, " The live bytes of these workloads peak at %.3g to %.3g MB.",
                 least / 1e6, most / 1e6);
    }
    if (m->timed) {
        snprintf(means, sizeof means, " Means are geometric, of the ratio to %.300s.",
                 reader_policies(reader)->subject[baseline].label);
        reader_touch_sentence(reader, touch, sizeof touch);
    }
    snprintf(note, size, "%s%s%s%s", m->note, means, heaps, touch);
    return true;
}

static void fill_workload(struct report_table *t, struct results_reader *reader,
                          const struct matrix *m, const struct spread *spread,
                          const char *const *status, size_t w)
{
    const struct subject *workload = &reader_workloads(reader)->subject[w];
    char *definition = matrix_definition(m->column, NULL, workload->label);
    double *value = calloc(t->rows + 1, sizeof *value);
    report_table_head(t, w + 1, workload->label, definition, m->column, workload->label);
    for (size_t p = 0; value && p < t->rows; p++) {
        value[p] = spread[w * t->rows + p].median;
    }
    matrix_fill_column(t, w + 1, value, true);
    for (size_t p = 0; p < t->rows; p++) {
        report_table_fail(t, p, w + 1, status[w * t->rows + p]);
    }
    free(definition);
    free(value);
}

static struct report_table *draw_up(const struct matrix *m, const char *note,
                                    struct results_reader *reader, const struct spread *spread,
                                    const char *const *status, size_t baseline)
{
    const struct roster *policies = reader_policies(reader), *workloads = reader_workloads(reader);
    size_t recorded = matrix_recorded(workloads), made = workloads->count - recorded;
    size_t means = (size_t)(recorded > 1) + (size_t)(made > 1);
    struct report_table *t =
        report_table_new(m->slug, m->title, note, 1 + workloads->count + means, policies->count);
    report_table_head(t, 0, "policy", NULL, NULL, NULL);
    for (size_t p = 0; p < policies->count; p++) {
        report_table_set(t, p, 0, "%s", policies->subject[p].label);
    }
    for (size_t w = 0; w < workloads->count; w++) {
        fill_workload(t, reader, m, spread, status, w);
    }
    if (recorded > 1) {
        add_mean(t, reader, m, spread, baseline, true, workloads->count + 1);
    }
    if (made > 1) {
        add_mean(t, reader, m, spread, baseline, false, workloads->count + means);
    }
    return t;
}

static bool is_known(struct results_reader *reader, const struct spread *spread, size_t policy)
{
    size_t policies = reader_policies(reader)->count;
    for (size_t w = 0; w < reader_workloads(reader)->count; w++) {
        if (isnan(spread[w * policies + policy].median)) {
            return false;
        }
    }
    return true;
}

/* The baseline, or the first policy that is known on every workload: related to one that is not,
 * no mean would be known. */
static size_t known_baseline(struct results_reader *reader, const struct spread *spread,
                             size_t baseline)
{
    size_t policies = reader_policies(reader)->count, p = 0;
    if (is_known(reader, spread, baseline)) {
        return baseline;
    }
    while (p < policies && !is_known(reader, spread, p)) {
        p++;
    }
    return p < policies ? p : baseline;
}

bool matrix_table(const struct matrix *m, struct results_reader *reader, size_t baseline,
                  struct report_table **table, struct problem *problem)
{
    char note[1100];
    struct spread *spread = matrix_spread(reader, m->pass, m->column, problem);
    const char **status = spread ? status_of(reader, m->pass, problem) : NULL;
    size_t of = spread ? known_baseline(reader, spread, baseline) : baseline;
    bool done = status && write_note(reader, m, of, note, sizeof note, problem);
    *table = NULL;
    if (done && matrix_any_known(spread, reader_policies(reader)->count *
                                             reader_workloads(reader)->count)) {
        *table = draw_up(m, note, reader, spread, status, of);
    }
    free(status);
    free(spread);
    return done;
}

char *matrix_definition(const char *metric, const char *per, const char *workload)
{
    char *text = NULL;
    size_t size;
    enum metric_id id = metric_find(metric);
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        abort();
    }
    fprintf(out, "%s%s%s (column %s of summary.csv)",
            id < METRICS ? metric_table[id].meaning : metric, per ? ", divided by " : "",
            per ? per : "", metric);
    if (workload) {
        fprintf(out, ", on the workload %s", workload);
    }
    fputs(". An empty cell was not measured.", out);
    if (fclose(out)) {
        abort();
    }
    return text;
}

const struct matrix matrices[MATRICES] = {
    {"fragmentation", "Fragmentation",
     "Peak footprint over the peak of live requested bytes, less one, in percent (the fourth "
     "measure of Johnstone and Wilson 1998). In a region of fixed size, which is the footprint "
     "whatever is done in it, the highest end of a block takes its place. The least of each column "
     "is bold. Means are geometric, of "
     "footprint over live bytes; recorded and synthetic workloads are never averaged together.",
     "memory", "jw4_pct", "", footprint_ratio, footprint_back, false},
    {"resident", "Resident memory",
     "Peak resident bytes over the peak of live bytes in whole pages, less one, in percent: the "
     "one "
     "meter for policies and for mallocs of other systems, whose data before the first request is "
     "included. The least of each column is bold. Means are geometric.",
     "pages", "resident_over_pct", "", footprint_ratio, footprint_back, false},
    {"time", "Time of an operation",
     "Nanoseconds an event, median of the repetitions, the replay loop included. The least of each "
     "column is bold.",
     "throughput", "ns_per_op", ", ratio", time_ratio, time_back, true},
};
