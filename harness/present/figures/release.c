/* release.c - resident bytes over time under each rule of release: rows of pages.csv, one drawing a
 * workload, a panel a policy. */
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/typical.h"

/* Whose a row is, and what is copied of it. */
static const char *const header[] = {"label",           "style",      "workload",       "release",
                                     "allocated_bytes", "live_bytes", "resident_bytes", NULL};

enum { OWN = 4, COLUMNS = sizeof header / sizeof *header - OWN - 1 };

struct rules {
    struct identity id;
    const char **seed; /* of each workload: the typical one */
    size_t drain, column[COLUMNS];
};

static bool find_columns(struct rules *r, struct results_reader *reader, const char *file,
                         struct problem *problem)
{
    if (!reader_identity(reader, file, &r->id, problem) ||
        !table_column(r->id.table, "drain", &r->drain, problem)) {
        return false;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!table_column(r->id.table, header[OWN + i], &r->column[i], problem)) {
            return false;
        }
    }
    r->seed = typical_specs(reader, problem);
    return r->seed;
}

/* One rule alone shows nothing: fragmentation has that. */
static bool several_rules(const struct rules *r)
{
    const struct table *t = r->id.table;
    const char *first = NULL;
    for (size_t row = 0; row < t->rows; row++) {
        const char *rule = table_cell(t, row, r->id.release);
        if (!identity_is_own(&r->id, row)) {
            first = first ? first : rule;
            if (strcmp(first, rule) != 0) {
                return true;
            }
        }
    }
    return false;
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    const struct rules *r = ctx;
    const struct table *t = r->id.table;
    for (size_t row = 0; row < t->rows; row++) {
        size_t p, w;
        double value;
        if (!identity_row_of_any_rule(&r->id, row, &p, &w) || w != workload ||
            !typical_row(r->seed, &r->id, row, w) || table_cell(t, row, r->drain)[0] == '1') {
            continue;
        }
        csv_text(&drawing->row, reader_policies(drawing->reader)->subject[p].label);
        csv_whole(&drawing->row, p + 1);
        csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[w].label);
        csv_text(&drawing->row, table_cell(t, row, r->id.release));
        for (size_t i = 0; i < COLUMNS; i++) {
            if (!table_number(t, row, r->column[i], &value, problem)) {
                return false;
            }
            csv_text(&drawing->row, table_cell(t, row, r->column[i]));
        }
        drawing_end_row(drawing);
    }
    return true;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct rules r = {0};
    if (!find_columns(&r, reader, figure->source, problem)) {
        return false;
    }
    bool done = !several_rules(&r) ||
                drawing_each_workload(figure, reader, options, header, write_rows, &r, problem);
    free(r.seed);
    return done;
}

const struct figure figure_release = {
    .name = "release",
    .summary = "resident bytes over time under each rule of release: a panel a policy",
    .source = "pages.csv",
    .caption =
        "Resident bytes (lines) and live requested bytes (area) over time, counted in allocated "
        "bytes, when free pages are given back to the system by each of these rules: never; trim, "
        "what lies above the break; now, whole free pages too, soon after their last block was "
        "freed; decay:N, whole pages unused for N events. A malloc of another system keeps to a "
        "rule of its own. Every requested byte is written when it is handed out; pages are of 4 "
        "KiB. "
        "The axis ends at most at three times the peak of live bytes.",
    .each_workload = true,
    .prepare = prepare,
};
