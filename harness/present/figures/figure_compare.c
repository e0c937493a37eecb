#include "present/figures/figure_compare.h"

#include <math.h>
#include <stdlib.h>

#include "present/figures/drawing.h"
#include "results/compare.h"
#include "results/label.h"

enum { MOST_PAIRS = 36 }; /* as many as a page has room for */

static const struct figure figure_compare = {
    .name = "compare",
    .summary = "each workload's value before and after",
    .source = "summary.csv",
    .caption =
        "Paired dots: each row is a policy on a workload, its value before (open, at 1) and after "
        "(filled), over the value before; more is worse. Workloads that differ in their seed alone "
        "are one row, by the geometric mean. Where there are more rows than fit, those that "
        "changed most are drawn.",
};

struct pair {
    const struct compare_row *row;
    const struct compare_workload *workload;
};

static double distance(const struct pair *pair)
{
    return fabs(log(pair->workload->ratio));
}

static int by_distance(const void *a, const void *b)
{
    double x = distance(a), y = distance(b);
    return (x < y) - (x > y);
}

static int by_ratio(const void *a, const void *b)
{
    double x = ((const struct pair *)a)->workload->ratio;
    double y = ((const struct pair *)b)->workload->ratio;
    return (x < y) - (x > y);
}

/* A new array of the metric's pairs, those that changed most, the biggest loser first. */
static struct pair *pairs_of(const struct compare *compare, const struct compare_metric *metric,
                             size_t *count)
{
    struct pair *pair = NULL;
    *count = 0;
    for (size_t i = 0; i < compare->rows; i++) {
        const struct compare_row *row = &compare->row[i];
        if (row->metric != metric) {
            continue;
        }
        pair = reallocarray(pair, *count + row->workloads, sizeof *pair);
        if (!pair) {
            abort();
        }
        for (size_t w = 0; w < row->workloads; w++) {
            pair[(*count)++] = (struct pair){row, &row->workload[w]};
        }
    }
    if (*count) {
        qsort(pair, *count, sizeof *pair, by_distance);
        *count = *count < MOST_PAIRS ? *count : MOST_PAIRS;
        qsort(pair, *count, sizeof *pair, by_ratio);
    }
    return pair;
}

static bool draw_metric(const struct pair *pair, size_t count, struct results_reader *after,
                        struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"metric", "unit",  "policy", "workload",
                                         "before", "after", "ratio",  NULL};
    const struct compare_metric *metric = pair->row->metric;
    struct drawing drawing;
    if (!drawing_open(&drawing, &figure_compare, after, options, metric->name, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    char name[600];
    for (size_t i = 0; i < count; i++) {
        csv_text(&drawing.row, metric->column);
        csv_text(&drawing.row, metric->unit);
        csv_text(&drawing.row, pair[i].row->policy);
        label_spec(pair[i].workload->name, name, sizeof name);
        csv_text(&drawing.row, name);
        csv_real(&drawing.row, pair[i].workload->before);
        csv_real(&drawing.row, pair[i].workload->after);
        csv_real(&drawing.row, pair[i].workload->ratio);
        drawing_end_row(&drawing);
    }
    return drawing_close(&drawing, problem);
}

bool figure_compare_draw(const struct compare *compare, struct results_reader *after,
                         struct plot_options *options, struct problem *problem)
{
    bool done = true;
    for (const struct compare_metric *metric = compare_metrics; done && metric->name; metric++) {
        size_t count;
        struct pair *pair = pairs_of(compare, metric, &count);
        done = !count || draw_metric(pair, count, after, options, problem);
        free(pair);
    }
    return done;
}
