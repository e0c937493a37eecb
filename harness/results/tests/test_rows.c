/* The CSVs are what results/README.md says, and the deterministic ones the same bytes each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/table.h"
#include "results/ratios.h"
#include "results/rows.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

/* The text of the tables of one cell. */
struct tables {
    char *text[ROWS_TABLES];
    size_t length[ROWS_TABLES];
};

static struct tables run_cell(const char *policy_text, const char *workload_text,
                              enum cell_pass pass)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct problem problem = {""};
    struct cell cell;
    struct cell_process process;
    struct tables tables;
    FILE *out[ROWS_TABLES];
    if (!policy_spec_parse(policy_text, &policy, &problem) ||
        !workload_spec_parse(workload_text, &workload, &problem)) {
        fail_msg("%s", problem.text);
    }
    cell_init(&cell, &policy, &workload);
    cell.pass = pass;
    assert_true(cell_start(&cell, &process, &problem));
    cell_wait(&process);
    assert_string_equal("", process.result.detail);
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        out[t] = open_memstream(&tables.text[t], &tables.length[t]);
        fprintf(out[t], "%s\n", rows_header[t]);
    }
    rows_write(out, &cell, "0123456789abcdef", &process.result);
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        fclose(out[t]);
    }
    cell_release(&process);
    return tables;
}

static void free_tables(struct tables *tables)
{
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        free(tables->text[t]);
    }
}

static struct table *read_back(const struct tables *tables, enum rows_table t)
{
    char path[] = "./fitlab-rows-XXXXXX";
    struct problem problem = {""};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(tables->length[t], write(fd, tables->text[t], tables->length[t]));
    close(fd);
    struct table *table = table_read(path, &problem);
    unlink(path);
    assert_string_equal("", problem.text);
    return table;
}

static const char workload[] = "uniform:events=20000,live=300";

static void memory_is_the_same_bytes_twice(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "best-fit:order=lifo", "bump"};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
            if (pass != PASS_MEMORY && pass != PASS_CHECK) {
                continue;
            }
            struct tables a = run_cell(policies[i], workload, (enum cell_pass)pass);
            struct tables b = run_cell(policies[i], workload, (enum cell_pass)pass);
            for (size_t t = 0; t < ROWS_TABLES; t++) {
                assert_string_equal(a.text[t], b.text[t]);
            }
            free_tables(&a);
            free_tables(&b);
        }
    }
}

static void summary_reads_back(void **state)
{
    (void)state;
    struct tables written = run_cell("first-fit", workload, PASS_MEMORY);
    struct table *t = read_back(&written, ROWS_SUMMARY);
    struct problem problem = {""};
    size_t column;
    double events;
    assert_int_equal(1, t->rows);
    assert_int_equal(17 + METRICS, t->columns);
    assert_true(table_column(t, "events", &column, &problem));
    assert_true(table_number(t, 0, column, &events, &problem));
    assert_int_equal(20000, events);
    assert_true(table_column(t, "policy", &column, &problem));
    assert_string_equal("first-fit", table_cell(t, 0, column));
    assert_true(table_column(t, "ns_per_op", &column, &problem));
    assert_string_equal("", table_cell(t, 0, column)); /* unknown is empty */
    table_free(t);
    free_tables(&written);
}

static double cell_of(const struct table *t, size_t row, const char *name)
{
    struct problem problem = {""};
    size_t column;
    double value;
    assert_true(table_column(t, name, &column, &problem));
    assert_true(table_number(t, row, column, &value, &problem));
    return value;
}

static void samples_obey_the_identity(void **state)
{
    (void)state;
    struct tables written = run_cell("best-fit", workload, PASS_MEMORY);
    struct table *t = read_back(&written, ROWS_FRAGMENTATION);
    assert_true(t->rows >= 200 && t->rows <= 203);
    for (size_t row = 0; row < t->rows; row++) {
        double waste = cell_of(t, row, "rounding_bytes") + cell_of(t, row, "metadata_bytes") +
                       cell_of(t, row, "holes_bytes") + cell_of(t, row, "slack_bytes");
        assert_true(waste == cell_of(t, row, "footprint_bytes") - cell_of(t, row, "live_bytes"));
        assert_true(row == 0 || cell_of(t, row, "event") > cell_of(t, row - 1, "event"));
    }
    table_free(t);
    free_tables(&written);
}

/* A figure can be redrawn from the buckets: they hold every operation once. */
static void buckets_are_complete(void **state)
{
    (void)state;
    struct tables written = run_cell("first-fit", workload, PASS_LATENCY);
    struct table *t = read_back(&written, ROWS_LATENCY);
    struct problem problem = {""};
    size_t scheme, kind, band, record;
    assert_true(table_column(t, "scheme", &scheme, &problem));
    assert_true(table_column(t, "kind", &kind, &problem));
    assert_true(table_column(t, "band_bytes", &band, &problem));
    assert_true(table_column(t, "record", &record, &problem));
    double in_all = 0, in_kinds = 0, in_bands = 0, counted = 0;
    for (size_t row = 0; row < t->rows; row++) {
        bool all = !strcmp(table_cell(t, row, kind), "all");
        if (strcmp(table_cell(t, row, scheme), "chained") != 0) {
            continue;
        }
        assert_true(cell_of(t, row, "lower_ns") <= cell_of(t, row, "upper_ns"));
        if (!strcmp(table_cell(t, row, record), "bucket")) {
            bool every_size = !strcmp(table_cell(t, row, band), "all");
            *(all ? &in_all : every_size ? &in_kinds : &in_bands) += cell_of(t, row, "count");
        } else if (all) {
            counted = cell_of(t, row, "count");
        }
    }
    assert_true(counted > 0 && counted == in_all && in_all == in_kinds && in_all == in_bands);
    table_free(t);
    free_tables(&written);
}

static char *read_schema(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/results/README.md", getenv("FITLAB_SOURCE"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void every_metric_is_in_the_schema(void **state)
{
    (void)state;
    char *schema = read_schema(), line[512];
    for (size_t i = 0; i < METRICS; i++) {
        const struct metric_info *m = &metric_table[i];
        snprintf(line, sizeof line, "| `%s` | %s | %s | %s | %s |\n", m->name, m->unit, m->passes,
                 metric_nature_name(m->nature), m->meaning);
        if (!strstr(schema, line)) {
            fail_msg("results/README.md lacks the line\n%s", line);
        }
        assert_int_equal(i, metric_find(m->name));
    }
    free(schema);
}

static void every_column_is_in_the_schema(void **state)
{
    (void)state;
    char *schema = read_schema(), quoted[128];
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        char *header = strdup(rows_header[t]), *rest = header;
        for (char *name; (name = strsep(&rest, ","));) {
            snprintf(quoted, sizeof quoted, "`%s`", name);
            if (!strstr(schema, quoted)) {
                fail_msg("results/README.md says nothing of '%s' in %s", name, rows_file[t]);
            }
        }
        free(header);
    }
    char *header = strdup(ratios_header), *rest = header;
    for (char *name; (name = strsep(&rest, ","));) {
        snprintf(quoted, sizeof quoted, "`%s`", name);
        if (!strstr(schema, quoted)) {
            fail_msg("results/README.md says nothing of '%s' in ratios.csv", name);
        }
    }
    free(header);
    free(schema);
}

static void a_row_is_a_line_whatever_a_policy_says(void **state)
{
    (void)state;
    struct policy_spec policy;
    struct workload_spec spec;
    struct problem problem;
    struct cell cell;
    static const struct cell_result result = {.status = CELL_CORRUPT,
                                              .detail = "torn\n\"heap\"\t!"};
    char *text[ROWS_TABLES];
    size_t length[ROWS_TABLES];
    FILE *out[ROWS_TABLES];
    assert_true(policy_spec_parse("bump", &policy, &problem));
    assert_true(workload_spec_parse(workload, &spec, &problem));
    cell_init(&cell, &policy, &spec);
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        out[t] = open_memstream(&text[t], &length[t]);
    }
    rows_write(out, &cell, "0123456789abcdef", &result);
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        fclose(out[t]);
    }
    assert_ptr_equal(strchr(text[ROWS_SUMMARY], '\n'),
                     text[ROWS_SUMMARY] + length[ROWS_SUMMARY] - 1);
    assert_non_null(strstr(text[ROWS_SUMMARY], "\"torn \"\"heap\"\" !\""));
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        free(text[t]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_a_line_whatever_a_policy_says),
        cmocka_unit_test(memory_is_the_same_bytes_twice),
        cmocka_unit_test(summary_reads_back),
        cmocka_unit_test(samples_obey_the_identity),
        cmocka_unit_test(buckets_are_complete),
        cmocka_unit_test(every_metric_is_in_the_schema),
        cmocka_unit_test(every_column_is_in_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
