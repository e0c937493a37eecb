/* ratios.c - times over the baseline's, with their intervals: ratios.csv in one picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/label.h"
#include "results/results_reader.h"
#include "results/spread.h"

static const char *const numbers[] = {"ratio", "ratio_low", "ratio_high", "aa_low", "aa_high"};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* The rows of a policy on a workload: one a seed. */
struct seeds {
    double *value[NUMBERS];
    size_t count;
    const char *baseline;
};

struct ratios {
    struct results_reader *reader;
    const struct table *table;
    size_t policy, baseline, workload, region, touch, threads, pass, metric;
    size_t number[NUMBERS];
    struct seeds *pair; /* [workload][policy] */
};

static bool ratios_open(struct ratios *r, const struct figure *figure,
                        struct results_reader *reader, struct problem *problem)
{
    *r = (struct ratios){.reader = reader, .table = reader_table(reader, figure->source, problem)};
    if (!r->table || !table_column(r->table, "policy", &r->policy, problem) ||
        !table_column(r->table, "baseline", &r->baseline, problem) ||
        !table_column(r->table, "workload", &r->workload, problem) ||
        !table_column(r->table, "region", &r->region, problem) ||
        !table_column(r->table, "touch", &r->touch, problem) ||
        !table_column(r->table, "threads", &r->threads, problem) ||
        !table_column(r->table, "pass", &r->pass, problem) ||
        !table_column(r->table, "metric", &r->metric, problem)) {
        return false;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        if (!table_column(r->table, numbers[i], &r->number[i], problem)) {
            return false;
        }
    }
    return true;
}

static bool is_drawn(const struct ratios *r, size_t row)
{
    return !strcmp(table_cell(r->table, row, r->pass), "throughput") &&
           !strcmp(table_cell(r->table, row, r->metric), "ns_per_op") &&
           reader_is_touch(r->reader, table_cell(r->table, row, r->touch)) &&
           reader_is_threads(r->reader, table_cell(r->table, row, r->threads)) &&
           strcmp(table_cell(r->table, row, r->policy), table_cell(r->table, row, r->baseline)) !=
               0;
}

static bool add_row(struct ratios *r, size_t row, struct problem *problem)
{
    size_t p, w;
    double value[NUMBERS];
    if (!reader_find_policy(r->reader, table_cell(r->table, row, r->policy),
                            table_cell(r->table, row, r->region), &p) ||
        !reader_find_workload_in_full(r->reader, table_cell(r->table, row, r->workload), &w)) {
        return true;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        if (!table_number(r->table, row, r->number[i], &value[i], problem)) {
            return false;
        }
    }
    if (isnan(value[0])) {
        return true;
    }
    struct seeds *s = &r->pair[w * reader_policies(r->reader)->count + p];
    for (size_t i = 0; i < NUMBERS; i++) {
        s->value[i] = reallocarray(s->value[i], s->count + 1, sizeof *s->value[i]);
        if (!s->value[i]) {
            abort();
        }
        s->value[i][s->count] = value[i];
    }
    s->count++;
    s->baseline = table_cell(r->table, row, r->baseline);
    return true;
}

/* The medians over the seeds: of the ratios, and of the ends of their intervals. */
static void write_pair(const struct ratios *r, size_t p, size_t w, struct drawing *drawing)
{
    struct seeds *s = &r->pair[w * reader_policies(r->reader)->count + p];
    if (!s->count) {
        return;
    }
    csv_text(&drawing->row, reader_policies(r->reader)->subject[p].label);
    csv_whole(&drawing->row, p + 1);
    csv_text(&drawing->row, reader_workloads(r->reader)->subject[w].label);
    csv_whole(&drawing->row, w + 1);
    char baseline[600];
    label_spec(s->baseline, baseline, sizeof baseline);
    csv_text(&drawing->row, baseline);
    for (size_t i = 0; i < NUMBERS; i++) {
        csv_real(&drawing->row, spread_values(s->value[i], s->count).median);
    }
    drawing_end_row(drawing);
}

static bool draw(struct ratios *r, const struct figure *figure, struct plot_options *options,
                 struct problem *problem)
{
    static const char *const header[] = {"label",    "style",   "workload",  "workload_style",
                                         "baseline", "ratio",   "ratio_low", "ratio_high",
                                         "aa_low",   "aa_high", NULL};
    struct drawing drawing;
    for (size_t row = 0; row < r->table->rows; row++) {
        if (is_drawn(r, row) && !add_row(r, row, problem)) {
            return false;
        }
    }
    if (!drawing_open(&drawing, figure, r->reader, options, NULL, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    for (size_t w = 0; w < reader_workloads(r->reader)->count; w++) {
        for (size_t p = 0; p < reader_policies(r->reader)->count; p++) {
            write_pair(r, p, w, &drawing);
        }
    }
    return drawing_close(&drawing, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct ratios r;
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    if (!ratios_open(&r, figure, reader, problem)) {
        return false;
    }
    r.pair = calloc(pairs + 1, sizeof *r.pair);
    if (!r.pair) {
        abort();
    }
    bool done = draw(&r, figure, options, problem);
    for (size_t i = 0; i < pairs; i++) {
        for (size_t k = 0; k < NUMBERS; k++) {
            free(r.pair[i].value[k]);
        }
    }
    free(r.pair);
    return done;
}

const struct figure figure_ratios = {
    .name = "ratios",
    .summary = "time of each policy over the baseline's on each workload, with intervals",
    .source = "ratios.csv",
    .caption = "Time of an operation over the baseline's, taken within each repetition: the median "
               "and its 95 % bootstrap interval, on a log axis. Shaded: where a policy compared "
               "with itself comes out, the noise of this machine.",
    .timed = true,
    .prepare = prepare,
};
