#include "present/report/status.h"

#include <stdlib.h>
#include <string.h>

#include "present/report/report_table.h"
#include "results/results_reader.h"

static const struct {
    const char *name, *definition;
} columns[] = {
    {"policy", "The policy, as its spec was given."},
    {"workload", "The workload, as its spec was given."},
    {"region", "The region: grow, or of a fixed size."},
    {"pass", "What was measured in this cell."},
    {"rep", "Which repetition it was, from 0."},
    {"status", "oom: a request was refused. crash, timeout, corrupt and others: what ended it."},
    {"detail", "What is known of the reason."},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

struct rows {
    struct identity id;
    size_t status;
};

static bool rows_open(struct results_reader *reader, struct rows *rows, struct problem *problem)
{
    return reader_identity(reader, "summary.csv", &rows->id, problem) &&
           table_column(rows->id.table, "status", &rows->status, problem);
}

/* Whether the row is one that the report looks at; *failed: it did not end well. */
static bool row_at(const struct rows *rows, size_t row, size_t *policy, size_t *workload,
                   bool *failed)
{
    *failed = strcmp(table_cell(rows->id.table, row, rows->status), "ok") != 0;
    return identity_row(&rows->id, row, policy, workload);
}

const char **status_of(struct results_reader *reader, const char *pass, struct problem *problem)
{
    size_t policies = reader_policies(reader)->count;
    struct rows rows;
    size_t pairs = policies * reader_workloads(reader)->count;
    const char **status = calloc(pairs + 1, sizeof *status);
    long *excess = calloc(pairs + 1, sizeof *excess); /* of good cells over those that failed */
    if (!status || !excess) {
        abort();
    }
    if (!rows_open(reader, &rows, problem)) {
        free(status);
        free(excess);
        return NULL;
    }
    for (size_t row = 0; row < rows.id.table->rows; row++) {
        size_t p, w;
        bool failed;
        if (!row_at(&rows, row, &p, &w, &failed) || !identity_is_pass(&rows.id, row, pass)) {
            continue;
        }
        size_t i = w * policies + p;
        excess[i] += failed ? -1 : 1;
        if (failed && !status[i]) {
            status[i] = table_cell(rows.id.table, row, rows.status);
        }
    }
    for (size_t i = 0; i < pairs; i++) { /* of several seeds a few may fail */
        bool several = reader_workloads(reader)->subject[i / policies].seeds > 1;
        status[i] = several && excess[i] > 0 ? NULL : status[i];
    }
    free(excess);
    return status;
}

bool status_count(struct results_reader *reader, size_t *cells, size_t *failures,
                  struct problem *problem)
{
    struct rows rows;
    *cells = *failures = 0;
    if (!rows_open(reader, &rows, problem)) {
        return false;
    }
    for (size_t row = 0; row < rows.id.table->rows; row++) {
        size_t p, w;
        bool failed;
        bool counts = row_at(&rows, row, &p, &w, &failed);
        *cells += counts;
        *failures += counts && failed;
    }
    return true;
}

static bool fill(struct report_table *t, const struct rows *rows, struct problem *problem)
{
    size_t at = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t column;
        report_table_head(t, c, columns[c].name, columns[c].definition, NULL, NULL);
        if (!table_column(rows->id.table, columns[c].name, &column, problem)) {
            return false;
        }
        at = 0;
        for (size_t row = 0; row < rows->id.table->rows; row++) {
            size_t p, w;
            bool failed;
            if (row_at(rows, row, &p, &w, &failed) && failed) {
                report_table_set(t, at, c, "%s", table_cell(rows->id.table, row, column));
                t->cell[at++ * COLUMNS + c].failed = !strcmp(columns[c].name, "status");
            }
        }
    }
    return true;
}

bool status_table(struct results_reader *reader, struct report_table **table,
                  struct problem *problem)
{
    struct rows rows;
    size_t cells, failures;
    *table = NULL;
    if (!status_count(reader, &cells, &failures, problem) || !rows_open(reader, &rows, problem)) {
        return false;
    }
    if (!failures) {
        return true;
    }
    struct report_table *t =
        report_table_new("failures", "Cells that did not end well",
                         "Their numbers are left out of the other tables, which show the status in "
                         "place of a number.",
                         COLUMNS, failures);
    t->rows_are_policies = false;
    if (!fill(t, &rows, problem)) {
        report_table_free(t);
        return false;
    }
    *table = t;
    return true;
}
