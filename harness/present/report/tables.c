#include "present/report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/results_reader.h"
#include "results/spread.h"

static void add(struct report_tables *tables, struct report_table *table)
{
    tables->table = reallocarray(tables->table, tables->count + 1, sizeof *tables->table);
    if (!tables->table) {
        abort();
    }
    tables->table[tables->count++] = table;
}

void report_tables_free(struct report_tables *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        report_table_free(tables->table[i]);
    }
    free(tables->table);
}

static bool add_places(struct results_reader *reader, struct report_tables *tables,
                       struct problem *problem)
{
    struct report_table *places;
    if (!report_places_make(reader, &places, problem)) {
        return false;
    }
    if (places) {
        add(tables, places);
    }
    return true;
}

static bool any_known(const struct spread *spread, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isnan(spread[i].median)) {
            return true;
        }
    }
    return false;
}

static struct spread *read_spread(struct results_reader *reader, const char *pass,
                                  const char *column, struct problem *problem)
{
    return strcmp(pass, "memory") ? spread_of(reader, pass, column, problem)
                                  : spread_of_memory(reader, column, problem);
}

/* --- one number of every policy on every workload ------------------------------------------- */

/* What a matrix shows, and how numbers become ratios to average: only ratios may be. */
struct matrix {
    const char *slug, *title, *note, *pass, *column;
    const char *mean_unit;                    /* of the means, for their heads */
    double (*ratio)(double value, double of); /* of is the baseline's value */
    double (*back)(double ratio);
};

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

/* The geometric mean of a policy's ratios over the recorded workloads, or over the others; NAN if
 * one of them is not known or there is just one of the kind. */
static double mean_of(struct results_reader *reader, const struct matrix *m,
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
    return n > 1 ? m->back(exp(log_sum / (double)n)) : NAN;
}

static void fill_column(struct report_table *t, size_t column, const double *value,
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
        value[p] = mean_of(reader, m, spread, p, baseline, recorded);
    }
    char head[64];
    snprintf(head, sizeof head, "%s mean%s", recorded ? "recorded" : "synthetic", m->mean_unit);
    report_table_head(t, column, head);
    fill_column(t, column, value, true);
    free(value);
}

static size_t count_recorded(const struct roster *workloads)
{
    size_t n = 0;
    for (size_t w = 0; w < workloads->count; w++) {
        n += workloads->subject[w].recorded;
    }
    return n;
}

/* A sentence, after a blank, that says how large the heaps are that the numbers come from: what is
 * true of small ones need not be of large ones. "" where no memory pass tells. */
static bool heaps_sentence(struct results_reader *reader, char *text, size_t size,
                           struct problem *problem)
{
    struct spread *live = spread_of(reader, "memory", "peak_live_bytes", problem);
    double least = INFINITY, most = 0;
    text[0] = '\0';
    if (!live) {
        return false;
    }
    for (size_t i = 0; i < reader_policies(reader)->count * reader_workloads(reader)->count; i++) {
        least = fmin(least, live[i].median);
        most = fmax(most, live[i].median);
    }
    free(live);
    if (most > 0) {
        snprintf(text, size, " The live bytes of these workloads peak at %.3g to %.3g MB.",
                 least / 1e6, most / 1e6);
    }
    return true;
}

static bool add_matrix(struct results_reader *reader, const struct matrix *m, size_t baseline,
                       struct report_tables *tables, struct problem *problem)
{
    const struct roster *policies = reader_policies(reader), *workloads = reader_workloads(reader);
    struct spread *spread = read_spread(reader, m->pass, m->column, problem);
    if (!spread) {
        return false;
    }
    if (any_known(spread, policies->count * workloads->count)) {
        size_t recorded = count_recorded(workloads), made = workloads->count - recorded;
        size_t means = (size_t)(recorded > 1) + (size_t)(made > 1);
        char note[760], touch[128] = "", heaps[128];
        if (!heaps_sentence(reader, heaps, sizeof heaps, problem)) {
            free(spread);
            return false;
        }
        if (m->ratio == time_ratio) {
            reader_touch_sentence(reader, touch, sizeof touch);
        }
        snprintf(note, sizeof note, "%s%s%s", m->note, heaps, touch);
        struct report_table *t = report_table_new(m->slug, m->title, note,
                                                  1 + workloads->count + means, policies->count);
        double *value = calloc(policies->count + 1, sizeof *value);
        for (size_t p = 0; p < policies->count; p++) {
            report_table_set(t, p, 0, "%s", policies->subject[p].label);
        }
        report_table_head(t, 0, "policy");
        for (size_t w = 0; w < workloads->count; w++) {
            report_table_head(t, w + 1, workloads->subject[w].label);
            for (size_t p = 0; p < policies->count; p++) {
                value[p] = spread[w * policies->count + p].median;
            }
            fill_column(t, w + 1, value, true);
        }
        if (recorded > 1) {
            add_mean(t, reader, m, spread, baseline, true, workloads->count + 1);
        }
        if (made > 1) {
            add_mean(t, reader, m, spread, baseline, false, workloads->count + means);
        }
        free(value);
        add(tables, t);
    }
    free(spread);
    return true;
}

static const struct matrix matrices[] = {
    {"fragmentation", "Fragmentation",
     "Peak footprint over the peak of live requested bytes, less one, in percent (the fourth "
     "measure of Johnstone and Wilson 1998). In a region of fixed size, which is the footprint "
     "whatever is done in it, the highest end of a block takes its place. The least of each column "
     "is bold. Means are geometric, of "
     "footprint over live bytes; recorded and synthetic workloads are never averaged together.",
     "memory", "jw4_pct", "", footprint_ratio, footprint_back},
    {"resident", "Resident memory",
     "Peak resident bytes over the peak of live bytes in whole pages, less one, in percent: the one "
     "meter for policies and for mallocs of other systems, whose data before the first request is "
     "included. The least of each column is bold. Means are geometric.",
     "pages", "resident_over_pct", "", footprint_ratio, footprint_back},
    {"time", "Time of an operation",
     "Nanoseconds an event, median of the repetitions, the replay loop included. The least of each "
     "column is bold. Means are geometric, of the ratio to the first policy.",
     "throughput", "ns_per_op", ", ratio", time_ratio, time_back},
};

/* --- everything about one workload ---------------------------------------------------------- */

static const struct detail {
    const char *pass, *column, *per; /* divided by `per`, if not NULL */
    const char *head;
    double scale;
    bool less_is_better; /* and so the least is bold */
} details[] = {
    {"memory", "peak_footprint_bytes", NULL, "footprint, KiB", 1. / 1024, true},
    {"memory", "jw4_pct", NULL, "JW#4, %", 1, true},
    {"memory", "jw1_pct", NULL, "JW#1, %", 1, true},
    {"memory", "jw4_policy_pct", NULL, "placement, %", 1, true},
    {"memory", "internal_of_granted_pct", NULL, "internal, %", 1, false},
    {"memory", "external_index_pct", NULL, "external index, %", 1, false},
    {"pages", "peak_resident_bytes", NULL, "resident, KiB", 1. / 1024, true},
    {"pages", "fixed_bytes", NULL, "before the first request, KiB", 1. / 1024, false},
    {"pages", "resident_over_pct", NULL, "resident over live, %", 1, true},
    {"memory", "probes", "events", "probes an event", 1, false},
    {"throughput", "ns_per_op", NULL, "ns an event", 1, true},
    {"latency", "p50_ns", NULL, "median, ns", 1, true},
    {"latency", "p99_ns", NULL, "99%, ns", 1, true},
    {"latency", "p999_ns", NULL, "99.9%, ns", 1, true},
    {"latency", "null_p999_ns", NULL, "99.9% of bump there, ns", 1, false},
    {"memory", "most_probes", NULL, "most probes of an operation", 1, true},
};

enum { DETAILS = sizeof details / sizeof *details };

static void scale(struct spread *spread, const struct spread *per, double by, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        spread[i].median *= by / (per ? per[i].median : 1);
    }
}

static bool read_detail(struct results_reader *reader, const struct detail *d,
                        struct spread **spread, struct problem *problem)
{
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    *spread = read_spread(reader, d->pass, d->column, problem);
    struct spread *per = d->per && *spread ? spread_of(reader, d->pass, d->per, problem) : NULL;
    if (!*spread || (d->per && !per)) {
        return false;
    }
    scale(*spread, per, d->scale, pairs);
    free(per);
    return true;
}

static void add_details(struct results_reader *reader, size_t w,
                        struct spread *const spread[DETAILS], struct report_tables *tables)
{
    const struct roster *policies = reader_policies(reader);
    const struct subject *workload = &reader_workloads(reader)->subject[w];
    size_t known[DETAILS], columns = 0;
    for (size_t d = 0; d < DETAILS; d++) {
        if (any_known(&spread[d][w * policies->count], policies->count)) {
            known[columns++] = d;
        }
    }
    if (!columns) {
        return; /* no policy was ok on it: the table of failures says why */
    }
    char slug[700];
    snprintf(slug, sizeof slug, "detail-%s", workload->slug);
    struct report_table *t = report_table_new(
        slug, workload->label,
        workload->recorded ? "A recorded workload; bold is the least, where less is better."
                           : "A synthetic workload; bold is the least, where less is better.",
        columns + 1, policies->count);
    t->detail = true;
    report_table_head(t, 0, "policy");
    double *value = calloc(policies->count + 1, sizeof *value);
    for (size_t p = 0; p < policies->count; p++) {
        report_table_set(t, p, 0, "%s", policies->subject[p].label);
    }
    for (size_t c = 0; c < columns; c++) {
        report_table_head(t, c + 1, details[known[c]].head);
        for (size_t p = 0; p < policies->count; p++) {
            value[p] = spread[known[c]][w * policies->count + p].median;
        }
        fill_column(t, c + 1, value, details[known[c]].less_is_better);
    }
    free(value);
    add(tables, t);
}

static bool add_all_details(struct results_reader *reader, struct report_tables *tables,
                            struct problem *problem)
{
    struct spread *spread[DETAILS] = {NULL};
    bool done = true;
    for (size_t d = 0; done && d < DETAILS; d++) {
        done = read_detail(reader, &details[d], &spread[d], problem);
    }
    for (size_t w = 0; done && w < reader_workloads(reader)->count; w++) {
        add_details(reader, w, spread, tables);
    }
    for (size_t d = 0; d < DETAILS; d++) {
        free(spread[d]);
    }
    return done;
}

/* --- what did not end well ------------------------------------------------------------------- */

static bool add_failures(struct results_reader *reader, struct report_tables *tables,
                         struct problem *problem)
{
    static const char *const columns[] = {"policy", "workload", "region", "pass",
                                          "rep",    "status",   "detail"};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    size_t column[COLUMNS], status, failures = 0;
    const struct table *t = reader_table(reader, "summary.csv", problem);
    for (size_t c = 0; t && c < COLUMNS; c++) {
        if (!table_column(t, columns[c], &column[c], problem)) {
            return false;
        }
    }
    if (!t || !table_column(t, "status", &status, problem)) {
        return false;
    }
    for (size_t row = 0; row < t->rows; row++) {
        failures += strcmp(table_cell(t, row, status), "ok") != 0;
    }
    if (!failures) {
        return true;
    }
    struct report_table *r =
        report_table_new("failures", "Cells that did not end well",
                         "Their numbers are left out of the other tables where they are not known.",
                         COLUMNS, failures);
    size_t at = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        report_table_head(r, c, columns[c]);
    }
    for (size_t row = 0; row < t->rows; row++) {
        if (strcmp(table_cell(t, row, status), "ok") != 0) {
            for (size_t c = 0; c < COLUMNS; c++) {
                report_table_set(r, at, c, "%s", table_cell(t, row, column[c]));
            }
            at++;
        }
    }
    add(tables, r);
    return true;
}

bool report_tables_make(struct results_reader *reader, size_t baseline,
                        struct report_tables *tables, struct problem *problem)
{
    *tables = (struct report_tables){0};
    bool done = true;
    for (size_t i = 0; done && i < sizeof matrices / sizeof *matrices; i++) {
        done = add_matrix(reader, &matrices[i], baseline, tables, problem);
    }
    done = done && add_places(reader, tables, problem) && add_failures(reader, tables, problem) &&
           add_all_details(reader, tables, problem);
    if (!done) {
        report_tables_free(tables);
    }
    return done;
}
