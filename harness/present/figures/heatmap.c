/* heatmap.c - one number, peak footprint over peak live bytes, of every policy on every workload.
 */
#include <math.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"

static bool write_rows(const struct identity *id, struct drawing *drawing, struct problem *problem)
{
    const struct memory_view *view = reader_memory(id->reader);
    const char *const names[] = {"status", view->over_column, "high_water_bytes",
                                 "peak_live_bytes"};
    enum { STATUS, OVER, HIGH_WATER, LIVE, COLUMNS };
    size_t at[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!table_column(id->table, names[i], &at[i], problem)) {
            return false;
        }
    }
    const struct roster *policies = reader_policies(id->reader);
    const struct roster *workloads = reader_workloads(id->reader);
    for (size_t row = 0; row < id->table->rows; row++) {
        size_t p, w;
        double value, high, live;
        if (!identity_is_pass(id, row, view->pass) || !identity_row(id, row, &p, &w)) {
            continue;
        }
        if (!table_number(id->table, row, at[OVER], &value, problem) ||
            !table_number(id->table, row, at[HIGH_WATER], &high, problem) ||
            !table_number(id->table, row, at[LIVE], &live, problem)) {
            return false;
        }
        if (strncmp(table_cell(id->table, row, id->region), "grow", 4) != 0 && !isnan(high)) {
            value = 100 * (high / live - 1); /* the footprint is the region, whatever the policy */
        }
        if (strcmp(table_cell(id->table, row, at[STATUS]), "ok") != 0) {
            value = NAN;
        }
        csv_text(&drawing->row, policies->subject[p].label);
        csv_whole(&drawing->row, p + 1);
        csv_text(&drawing->row, workloads->subject[w].label);
        csv_whole(&drawing->row, w + 1);
        csv_text(&drawing->row, table_cell(id->table, row, at[STATUS]));
        csv_real(&drawing->row, value);
        csv_text(&drawing->row, view->words);
        drawing_end_row(drawing);
    }
    return true;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct identity id;
    struct drawing drawing;
    if (!reader_identity(reader, figure->source, &id, problem) ||
        !drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    static const char *const header[] = {"label",  "style",    "workload", "workload_order",
                                         "status", "over_pct", "measure",  NULL};
    drawing_header(&drawing, header);
    if (!write_rows(&id, &drawing, problem)) {
        drawing_abandon(&drawing);
        return false;
    }
    return drawing_close(&drawing, problem);
}

const struct figure figure_heatmap = {
    .name = "heatmap",
    .summary = "policy x workload: peak footprint over peak live bytes (JW#4), in percent",
    .source = "summary.csv",
    .caption =
        "Fragmentation of every policy on every workload: the peak footprint over the peak "
        "of live requested bytes, less one, in percent (the fourth measure of Johnstone and "
        "Wilson 1998); darker is worse, on a log scale. In a region of fixed size, which is "
        "the footprint whatever is done in it, the highest end of a block takes its place. Where "
        "mallocs of other systems are among the policies, all are by their resident pages: the "
        "peak of resident bytes over the peak of live bytes in whole pages, less one. A "
        "cell that did not complete or was refused a request (oom) says so.",
    .prepare = prepare,
};
