/* cost.c - how the cost of an operation grows with the heap: one kind of workload in several sizes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

enum { LEAST_SIZES = 3 }; /* fewer are no curve */

/* X(name, pass, column): what is read, [workload][policy] each. */
#define COST_MEASURES(X)                                                                           \
    X(blocks, "memory", "peak_live_blocks")                                                        \
    X(holes, "memory", "holes_at_peak")                                                            \
    X(probes, "memory", "probes")                                                                  \
    X(requests, "memory", "mallocs")                                                               \
    X(ns, "throughput", "ns_per_op")

struct measures {
#define X(name, pass, column) struct spread *name;
    COST_MEASURES(X)
#undef X
};

static bool read_measures(struct results_reader *reader, struct measures *m,
                          struct problem *problem)
{
    *m = (struct measures){0};
    return true
#define X(name, pass, column) &&(m->name = spread_of(reader, pass, column, problem))
        COST_MEASURES(X)
#undef X
            ;
}

static void free_measures(struct measures *m)
{
#define X(name, pass, column) free(m->name);
    COST_MEASURES(X)
#undef X
}

static size_t kind_length(const struct subject *workload)
{
    return strcspn(workload->spec, ":");
}

static bool same_kind(const struct subject *a, const struct subject *b)
{
    return !a->recorded && !b->recorded && kind_length(a) == kind_length(b) &&
           !strncmp(a->spec, b->spec, kind_length(a));
}

static size_t count_kind(const struct roster *workloads, size_t first)
{
    size_t n = 0;
    for (size_t w = 0; w < workloads->count; w++) {
        n += same_kind(&workloads->subject[first], &workloads->subject[w]);
    }
    return n;
}

static bool is_first_of_kind(const struct roster *workloads, size_t w)
{
    for (size_t i = 0; i < w; i++) {
        if (same_kind(&workloads->subject[i], &workloads->subject[w])) {
            return false;
        }
    }
    return true;
}

static void write_row(struct drawing *drawing, const struct measures *m, size_t w, size_t p,
                      const char *kind)
{
    const struct roster *policies = reader_policies(drawing->reader);
    size_t i = w * policies->count + p;
    if (isnan(m->blocks[i].median)) {
        return;
    }
    csv_text(&drawing->row, policies->subject[p].label);
    csv_whole(&drawing->row, p + 1);
    csv_text(&drawing->row, kind);
    csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[w].label);
    csv_real(&drawing->row, m->blocks[i].median);
    csv_real(&drawing->row, m->holes[i].median);
    csv_real(&drawing->row, m->probes[i].median / m->requests[i].median);
    csv_real(&drawing->row, m->ns[i].median);
    drawing_end_row(drawing);
}

/* Workloads of the kind in order of size, so that a policy's rows are a line. */
static size_t next_in_size(const struct results_reader *reader, const struct measures *m,
                           size_t first, size_t p, double after)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t policies = reader_policies(reader)->count, best = workloads->count;
    for (size_t w = 0; w < workloads->count; w++) {
        double blocks = m->blocks[w * policies + p].median;
        if (same_kind(&workloads->subject[first], &workloads->subject[w]) && blocks > after &&
            (best == workloads->count || blocks < m->blocks[best * policies + p].median)) {
            best = w;
        }
    }
    return best;
}

static bool draw_kind(const struct figure *figure, struct results_reader *reader,
                      const struct measures *m, size_t first, struct plot_options *options,
                      struct problem *problem)
{
    static const char *const header[] = {"label",
                                         "style",
                                         "kind",
                                         "workload",
                                         "live_blocks",
                                         "holes_count",
                                         "probes_per_request",
                                         "ns_per_op",
                                         NULL};
    const struct roster *workloads = reader_workloads(reader);
    size_t policies = reader_policies(reader)->count;
    char kind[256];
    snprintf(kind, sizeof kind, "%.*s", (int)kind_length(&workloads->subject[first]),
             workloads->subject[first].spec);
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, kind, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    for (size_t p = 0; p < policies; p++) {
        double after = 0;
        for (size_t w; (w = next_in_size(reader, m, first, p, after)) < workloads->count;) {
            write_row(&drawing, m, w, p, kind);
            after = m->blocks[w * policies + p].median;
        }
    }
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct measures m;
    bool done = read_measures(reader, &m, problem);
    const struct roster *workloads = reader_workloads(reader);
    for (size_t w = 0; done && w < workloads->count; w++) {
        if (is_first_of_kind(workloads, w) && count_kind(workloads, w) >= LEAST_SIZES) {
            done = draw_kind(figure, reader, &m, w, options, problem);
        }
    }
    free_measures(&m);
    return done;
}

const struct figure figure_cost = {
    .name = "cost",
    .summary =
        "cost of an operation as the heap grows: one kind of workload in three sizes or more",
    .source = "summary.csv",
    .caption =
        "What a search examines against the number of holes (where the footprint peaks), and "
        "the time of an operation against the number of live blocks, for one kind of workload "
        "in several sizes; both axes are logarithmic. A flat line is a policy whose cost "
        "does not depend on the heap.",
    .timed = true,
    .prepare = prepare,
};
