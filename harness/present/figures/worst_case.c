/* worst_case.c - typical, worst and bound: footprints of each policy on every workload. */
#include <math.h>
#include <stdlib.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* The columns with a theorem's bound. */
static const char *const bounds[] = {"bound_first_fit_bytes", "bound_grows_last_bytes",
                                     "bound_half_fit_bytes", "bound_buddy_bytes"};
enum { BOUNDS = sizeof bounds / sizeof *bounds };

struct measures {
    struct spread *live, *footprint; /* bytes, [workload][policy] */
    struct spread *bound[BOUNDS];    /* the same; NULL: results of before there was this one */
};

/* The least bound that applies, over peak live bytes; NAN if none does. */
static double bound_ratio(const struct measures *m, size_t i)
{
    double least = NAN;
    for (size_t b = 0; b < BOUNDS; b++) {
        least = m->bound[b] ? fmin(least, m->bound[b][i].median) : least;
    }
    return least / m->live[i].median;
}

static void write_rows(struct drawing *drawing, const struct measures *m)
{
    const struct roster *policies = reader_policies(drawing->reader);
    const struct roster *workloads = reader_workloads(drawing->reader);
    for (size_t p = 0; p < policies->count; p++) {
        for (size_t w = 0; w < workloads->count; w++) {
            size_t i = w * policies->count + p;
            if (isnan(m->footprint[i].median) || !(m->live[i].median > 0)) {
                continue;
            }
            csv_text(&drawing->row, policies->subject[p].label);
            csv_whole(&drawing->row, p + 1);
            csv_text(&drawing->row, workloads->subject[w].label);
            csv_text(&drawing->row, workloads->subject[w].recorded ? "trace" : "generator");
            csv_real(&drawing->row, m->footprint[i].median / m->live[i].median);
            csv_real(&drawing->row, bound_ratio(m, i));
            drawing_end_row(drawing);
        }
    }
}

static bool draw(const struct figure *figure, struct results_reader *reader,
                 const struct measures *m, struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label", "style",       "workload", "origin",
                                         "ratio", "bound_ratio", NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    write_rows(&drawing, m);
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct problem absent;
    struct measures m = {.live = spread_of(reader, "memory", "peak_live_bytes", problem),
                         .footprint = spread_of(reader, "memory", "peak_footprint_bytes", problem)};
    for (size_t b = 0; b < BOUNDS; b++) {
        m.bound[b] = spread_of(reader, "memory", bounds[b], &absent);
    }
    bool done = m.live && m.footprint && draw(figure, reader, &m, options, problem);
    free(m.live);
    free(m.footprint);
    for (size_t b = 0; b < BOUNDS; b++) {
        free(m.bound[b]);
    }
    return done;
}

const struct figure figure_worst_case = {
    .name = "worst-case",
    .summary =
        "peak footprint over peak live bytes of each policy on every workload, and the bounds",
    .source = "summary.csv",
    .caption =
        "Peak footprint over peak live bytes, a mark a workload, on a log axis: traces (recorded "
        "programs, and what adversaries have played or a search has found) and generators; the bar "
        "is the least bound that a theorem "
        "gives for the policy on any of these workloads (Robson 1977 for address-ordered "
        "first-fit, Ogasawara 1995 for half-fit, a bound for each class for the binary buddy "
        "system; the "
        "elementary bound for a fit that grows only when nothing fits).",
    .prepare = prepare,
};
