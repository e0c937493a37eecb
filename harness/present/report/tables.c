#include "present/report/tables.h"

#include <stdlib.h>
#include <string.h>

#include "present/report/matrix.h"
#include "present/report/places.h"
#include "present/report/status.h"
#include "results/results_reader.h"
#include "results/spread.h"

static void add(struct report_tables *tables, struct report_table *table)
{
    if (!table) {
        return;
    }
    tables->table = reallocarray(tables->table, tables->count + 1, sizeof *tables->table);
    if (!tables->table) {
        abort();
    }
    if (table->rows_are_policies) {
        report_table_drop_empty(table);
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
    *spread = matrix_spread(reader, d->pass, d->column, problem);
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
        if (matrix_any_known(&spread[d][w * policies->count], policies->count)) {
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
    report_table_head(t, 0, "policy", NULL, NULL, NULL);
    double *value = calloc(policies->count + 1, sizeof *value);
    for (size_t p = 0; p < policies->count; p++) {
        report_table_set(t, p, 0, "%s", policies->subject[p].label);
    }
    for (size_t c = 0; c < columns; c++) {
        const struct detail *detail = &details[known[c]];
        char *definition = matrix_definition(detail->column, detail->per, NULL);
        report_table_head(t, c + 1, detail->head, definition, detail->column, workload->label);
        free(definition);
        for (size_t p = 0; p < policies->count; p++) {
            value[p] = spread[known[c]][w * policies->count + p].median;
        }
        matrix_fill_column(t, c + 1, value, detail->less_is_better);
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

bool report_tables_make(struct results_reader *reader, size_t baseline,
                        const struct contests *contests, struct report_tables *tables,
                        struct problem *problem)
{
    struct report_table *table;
    *tables = (struct report_tables){0};
    bool done = true;
    for (size_t i = 0; done && i < MATRICES; i++) {
        done = matrix_table(&matrices[i], reader, baseline, &table, problem);
        add(tables, done ? table : NULL);
    }
    add(tables, report_places(contests));
    if (done) {
        done = status_table(reader, &table, problem);
        add(tables, done ? table : NULL);
    }
    done = done && add_all_details(reader, tables, problem);
    if (!done) {
        report_tables_free(tables);
    }
    return done;
}
