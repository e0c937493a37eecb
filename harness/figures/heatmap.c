/* heatmap.c - policy x workload: the headline number of every cell. */
#include <string.h>

#include "plate.h"
#include "study.h"

static bool write_rows(const struct identity *id, struct plate *plate, struct problem *problem)
{
    size_t status, jw4;
    if (!table_column(id->table, "status", &status, problem) ||
        !table_column(id->table, "jw4_pct", &jw4, problem)) {
        return false;
    }
    const struct roster *policies = study_policies(id->study);
    const struct roster *workloads = study_workloads(id->study);
    for (size_t row = 0; row < id->table->rows; row++) {
        size_t p, w;
        double value;
        if (!identity_is_pass(id, row, "memory") || !identity_row(id, row, &p, &w)) {
            continue;
        }
        if (!table_number(id->table, row, jw4, &value, problem)) {
            return false;
        }
        csv_text(&plate->row, policies->subject[p].label);
        csv_whole(&plate->row, p + 1);
        csv_text(&plate->row, workloads->subject[w].label);
        csv_whole(&plate->row, w + 1);
        csv_text(&plate->row, table_cell(id->table, row, status));
        csv_text(&plate->row, table_cell(id->table, row, jw4));
        plate_end_row(plate);
    }
    return true;
}

static bool prepare(const struct figure *figure, struct study *study, struct easel *easel,
                    struct problem *problem)
{
    struct identity id;
    struct plate plate;
    if (!study_identity(study, figure->source, &id, problem) ||
        !plate_open(&plate, figure, study, easel, NULL, problem)) {
        return false;
    }
    static const char *const header[] = {"label",  "style",   "workload", "workload_order",
                                         "status", "jw4_pct", NULL};
    plate_header(&plate, header);
    if (!write_rows(&id, &plate, problem)) {
        plate_abandon(&plate);
        return false;
    }
    return plate_close(&plate, problem);
}

const struct figure figure_heatmap = {
    .name = "heatmap",
    .summary = "policy x workload: peak footprint over peak live bytes (JW#4), in percent",
    .source = "summary.csv",
    .caption = "Fragmentation of every policy on every workload: the peak footprint over the peak "
               "of live requested bytes, less one, in percent (the fourth measure of Johnstone and "
               "Wilson 1998); darker is worse, on a log scale. A cell that did not complete says "
               "why.",
    .prepare = prepare,
};
