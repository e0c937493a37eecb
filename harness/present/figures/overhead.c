/* overhead.c - what the peak footprint of each policy holds beside live bytes, and how much of it
 * no allocator of this alignment could save. */
#include <math.h>
#include <stdlib.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* Bytes. The columns of summary.csv, and what each is called in the figure's. */
static const struct {
    const char *column, *drawn;
} parts[] = {
    {"rounding_at_peak_bytes", "rounding_pct"},
    {"metadata_at_peak_bytes", "metadata_pct"},
    {"slack_at_peak_bytes", "slack_pct"},
    {"holes_at_peak_bytes", "holes_pct"},
};

enum { PARTS = sizeof parts / sizeof *parts };

struct overhead {
    struct spread *live, *bound, *live_at_peak, *part[PARTS]; /* [workload][policy] */
    double *parting;                                          /* of each workload */
};

/* --- which workloads tell most ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How far the middle half of the policies part on a workload: not the extremes, as one policy that
 * never reuses memory would make all workloads alike. */
static double parting_of(const struct overhead *o, size_t w, size_t policies)
{
    double *end = calloc(policies + 1, sizeof *end), parting = 0;
    size_t n = 0;
    if (!end) {
        abort();
    }
    for (size_t p = 0; p < policies; p++) {
        size_t i = w * policies + p;
        double value = o->live_at_peak[i].median;
        for (size_t k = 0; k < PARTS; k++) {
            value += o->part[k][i].median;
        }
        value /= o->live[i].median;
        if (!isnan(value)) {
            end[n++] = value;
        }
    }
    if (n) {
        qsort(end, n, sizeof *end, by_value);
        parting = end[(n - 1) * 3 / 4] - end[(n - 1) / 4];
    }
    free(end);
    return parting;
}

/* 1: no workload parts the policies more. */
static size_t telling_of(const struct overhead *o, size_t w, size_t workloads)
{
    size_t rank = 1;
    for (size_t v = 0; v < workloads; v++) {
        rank += o->parting[v] > o->parting[w] || (o->parting[v] == o->parting[w] && v < w);
    }
    return rank;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void write_row(struct drawing *drawing, const struct overhead *o, size_t w, size_t p,
                      size_t telling)
{
    const struct roster *policies = reader_policies(drawing->reader);
    size_t i = w * policies->count + p;
    double live = o->live[i].median;
    if (!(live > 0) || isnan(o->part[0][i].median)) {
        return;
    }
    csv_text(&drawing->row, policies->subject[p].label);
    csv_whole(&drawing->row, p + 1);
    csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[w].label);
    csv_real(&drawing->row, 100 * (o->bound[i].median / live - 1));
    csv_real(&drawing->row, 100 * (o->live_at_peak[i].median / live - 1));
    for (size_t k = 0; k < PARTS; k++) {
        csv_real(&drawing->row, 100 * o->part[k][i].median / live);
    }
    csv_whole(&drawing->row, telling);
    drawing_end_row(drawing);
}

static bool draw(const struct figure *figure, struct results_reader *reader,
                 const struct overhead *o, struct plot_options *options, struct problem *problem)
{
    const char *const header[] = {"label",
                                  "style",
                                  "workload",
                                  "bound_pct",
                                  "live_at_peak_pct",
                                  parts[0].drawn,
                                  parts[1].drawn,
                                  parts[2].drawn,
                                  parts[3].drawn,
                                  "telling",
                                  NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    size_t workloads = reader_workloads(reader)->count;
    for (size_t w = 0; w < workloads; w++) {
        size_t telling = telling_of(o, w, workloads);
        for (size_t p = 0; p < reader_policies(reader)->count; p++) {
            write_row(&drawing, o, w, p, telling);
        }
    }
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct overhead o = {spread_of(reader, "memory", "peak_live_bytes", problem),
                         spread_of(reader, "memory", "peak_aligned_bytes", problem),
                         spread_of(reader, "memory", "live_at_peak_bytes", problem),
                         {NULL},
                         NULL};
    bool done = o.live && o.bound && o.live_at_peak;
    for (size_t k = 0; k < PARTS && done; k++) {
        o.part[k] = spread_of(reader, "memory", parts[k].column, problem);
        done = o.part[k] != NULL;
    }
    size_t workloads = reader_workloads(reader)->count;
    o.parting = calloc(workloads + 1, sizeof *o.parting);
    for (size_t w = 0; done && o.parting && w < workloads; w++) {
        o.parting[w] = parting_of(&o, w, reader_policies(reader)->count);
    }
    done = done && o.parting && draw(figure, reader, &o, options, problem);
    free(o.parting);
    free(o.live);
    free(o.bound);
    free(o.live_at_peak);
    for (size_t k = 0; k < PARTS; k++) {
        free(o.part[k]);
    }
    return done;
}

const struct figure figure_overhead = {
    .name = "overhead",
    .summary =
        "what a peak footprint holds beside live bytes, a bar a policy, over the lower bound",
    .source = "summary.csv",
    .caption =
        "What each policy's footprint holds, where it peaks, beside live bytes: rounding (usable, "
        "but not asked for), metadata (headers, tables, maps), slack (free for one size class "
        "only) and holes, in percent of the peak of live bytes. A bar begins where the live bytes "
        "are at that moment, left of 0 if fewer are live than at their peak, and ends at the "
        "fourth measure of Johnstone and Wilson (1998), "
        "which is printed on a bar that leaves the picture. The "
        "line is the lower bound for any allocator that aligns to 16: the peak of live sizes "
        "rounded to 16. Of more workloads than a page has room for, those are drawn on which the "
        "policies part most.",
    .prepare = prepare,
};
