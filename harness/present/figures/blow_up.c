/* blow_up.c - what layers over a policy cost in memory where threads act: footprints over what is
 * live. */
#include <math.h>
#include <stdlib.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

struct blow_up {
    struct spread *jw4, *live, *threads; /* [workload][policy] */
};

static void write_row(struct drawing *drawing, const struct blow_up *b, size_t w, size_t p)
{
    const struct roster *policies = reader_policies(drawing->reader);
    size_t i = w * policies->count + p;
    const struct spread *jw4 = &b->jw4[i];
    if (isnan(jw4->median) || isnan(b->threads[i].median) || !(b->live[i].median > 0)) {
        return;
    }
    csv_text(&drawing->row, policies->subject[p].label);
    csv_whole(&drawing->row, p + 1);
    csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[w].label);
    csv_real(&drawing->row, 1 + jw4->median / 100);
    csv_real(&drawing->row, 1 + jw4->least / 100);
    csv_real(&drawing->row, 1 + jw4->most / 100);
    csv_real(&drawing->row, b->threads[i].median / b->live[i].median);
    drawing_end_row(drawing);
}

static bool draw(const struct figure *figure, struct results_reader *reader,
                 const struct blow_up *b, struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label", "style", "workload", "ratio",
                                         "least", "most",  "private",  NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    for (size_t w = 0; w < reader_workloads(reader)->count; w++) {
        for (size_t p = 0; p < reader_policies(reader)->count; p++) {
            write_row(&drawing, b, w, p);
        }
    }
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct blow_up b = {spread_of_memory(reader, "jw4_pct", problem),
                        spread_of(reader, "memory", "peak_live_bytes", problem),
                        spread_of(reader, "memory", "sum_of_thread_peaks_bytes", problem)};
    bool done = b.jw4 && b.live && b.threads && draw(figure, reader, &b, options, problem);
    free(b.jw4);
    free(b.live);
    free(b.threads);
    return done;
}

const struct figure figure_blow_up = {
    .name = "blow-up",
    .summary = "footprints of policies and layers where threads act, over what is live",
    .source = "summary.csv",
    .caption =
        "The peak footprint over the peak of the live bytes, on workloads of several threads: 1 is "
        "the "
        "least that any allocator can have. A bar goes to the median of the orders in which the "
        "threads were played, if there are several, and a line from the least to the most. The "
        "dashed line is the sum of what each thread has live at its own peak, over the peak of "
        "all: "
        "heaps of their own, to which blocks return and which give nothing back, cannot be below "
        "it "
        "(Berger et al., 2000, speak of blow-up).",
    .prepare = prepare,
};
