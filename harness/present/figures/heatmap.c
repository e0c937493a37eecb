/* heatmap.c - one number, peak footprint over peak live bytes, of every policy on every workload.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* The seeds of one policy on one workload. */
struct seeds {
    double *pct; /* of those that ended well */
    size_t ok, failed;
    const char *status; /* of the first that did not */
};

struct grid {
    struct identity id;
    size_t status, over, high_water, live;
    struct seeds *cell; /* [workload][policy] */
};

static bool grid_open(struct grid *g, struct results_reader *reader, const char *source,
                      struct problem *problem)
{
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    g->cell = calloc(pairs + 1, sizeof *g->cell);
    if (!g->cell) {
        abort();
    }
    return reader_identity(reader, source, &g->id, problem) &&
           table_column(g->id.table, "status", &g->status, problem) &&
           table_column(g->id.table, reader_memory(reader)->over_column, &g->over, problem) &&
           table_column(g->id.table, "high_water_bytes", &g->high_water, problem) &&
           table_column(g->id.table, "peak_live_bytes", &g->live, problem);
}

static bool read_pct(const struct grid *g, size_t row, double *pct, struct problem *problem)
{
    const struct table *t = g->id.table;
    double high, live;
    if (!table_number(t, row, g->over, pct, problem) ||
        !table_number(t, row, g->high_water, &high, problem) ||
        !table_number(t, row, g->live, &live, problem)) {
        return false;
    }
    if (strncmp(table_cell(t, row, g->id.region), "grow", 4) != 0 && !isnan(high)) {
        *pct = 100 * (high / live - 1); /* the footprint is the region, whatever the policy */
    }
    return true;
}

static bool add_row(struct grid *g, size_t row, struct seeds *s, struct problem *problem)
{
    const char *status = table_cell(g->id.table, row, g->status);
    if (strcmp(status, "ok") != 0) {
        s->status = s->status ? s->status : status;
        s->failed++;
        return true;
    }
    s->pct = reallocarray(s->pct, s->ok + 1, sizeof *s->pct);
    if (!s->pct) {
        abort();
    }
    return read_pct(g, row, &s->pct[s->ok++], problem);
}

static bool read_rows(struct grid *g, struct problem *problem)
{
    const char *pass = reader_memory(g->id.reader)->pass;
    size_t policies = reader_policies(g->id.reader)->count;
    for (size_t row = 0; row < g->id.table->rows; row++) {
        size_t p, w;
        if (identity_is_pass(&g->id, row, pass) && identity_row(&g->id, row, &p, &w) &&
            !add_row(g, row, &g->cell[w * policies + p], problem)) {
            return false;
        }
    }
    return true;
}

/* The median over all seeds, where one that did not end well is worse than any that did. Its number
 * is unknown, and so is the median if it falls on one. */
static struct spread median_of(struct seeds *s)
{
    size_t all = s->ok + s->failed;
    if (!s->ok) {
        return (struct spread){NAN, NAN, NAN};
    }
    struct spread ok = spread_values(s->pct, s->ok); /* sorts them, too */
    if (!s->failed) {
        return ok;
    }
    ok.most = NAN;
    ok.median = all / 2 < s->ok
                    ? all % 2 ? s->pct[all / 2] : (s->pct[all / 2 - 1] + s->pct[all / 2]) / 2
                    : NAN;
    return ok;
}

static void write_rows(struct grid *g, struct drawing *drawing)
{
    const struct roster *policies = reader_policies(g->id.reader);
    const struct roster *workloads = reader_workloads(g->id.reader);
    for (size_t w = 0; w < workloads->count; w++) {
        for (size_t p = 0; p < policies->count; p++) {
            struct seeds *s = &g->cell[w * policies->count + p];
            if (!s->ok && !s->failed) {
                continue;
            }
            struct spread pct = median_of(s);
            csv_text(&drawing->row, policies->subject[p].label);
            csv_whole(&drawing->row, p + 1);
            csv_text(&drawing->row, workloads->subject[w].label);
            csv_whole(&drawing->row, w + 1);
            csv_text(&drawing->row, isnan(pct.median) && s->status ? s->status : "ok");
            csv_real(&drawing->row, pct.median);
            csv_real(&drawing->row, pct.least);
            csv_real(&drawing->row, pct.most);
            csv_whole(&drawing->row, s->ok + s->failed);
            csv_whole(&drawing->row, s->failed);
            csv_text(&drawing->row, reader_memory(g->id.reader)->words);
            drawing_end_row(drawing);
        }
    }
}

static bool draw(const struct figure *figure, struct grid *g, struct results_reader *reader,
                 struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label",  "style",        "workload",  "workload_order",
                                         "status", "over_pct",     "least_pct", "most_pct",
                                         "seeds",  "failed_seeds", "measure",   NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    write_rows(g, &drawing);
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct grid g = {0};
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    bool done = grid_open(&g, reader, figure->source, problem) && read_rows(&g, problem) &&
                draw(figure, &g, reader, options, problem);
    for (size_t i = 0; i < pairs; i++) {
        free(g.cell[i].pct);
    }
    free(g.cell);
    return done;
}

const struct figure figure_heatmap = {
    .name = "heatmap",
    .summary = "policy x workload: peak footprint over peak live bytes (JW#4), in percent",
    .source = "summary.csv",
    .caption =
        "Memory overhead of every policy on every workload, in percent; darker is worse, on a log "
        "scale. A region of fixed size is taken whatever is done in it: there the highest end of "
        "a block counts. A cell that did not complete or was refused a request (oom) says so; "
        "where there are several seeds, if at least half of them did not.",
    .memory = true,
    .prepare = prepare,
};
