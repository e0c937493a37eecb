/* front.c - the smallest pool against the accesses of an operation, and the costliest one: of
 * policies or of one policy's parameters. */
#include <math.h>
#include <stdlib.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

struct measures {
    struct spread *pool_pct, *accesses, *most; /* [workload][policy] */
};

struct point {
    size_t policy;
    double pool_pct, accesses, most;
};

static int by_pool(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->pool_pct != y->pool_pct) {
        return x->pool_pct < y->pool_pct ? -1 : 1;
    }
    return (x->accesses > y->accesses) - (x->accesses < y->accesses);
}

/* Whether no other point is at least as good at both axes and better at one. */
static bool is_on_front(const struct point *point, size_t n, size_t mine)
{
    const struct point *me = &point[mine];
    for (size_t i = 0; i < n; i++) {
        const struct point *other = &point[i];
        if (other->pool_pct <= me->pool_pct && other->accesses <= me->accesses &&
            (other->pool_pct < me->pool_pct || other->accesses < me->accesses)) {
            return false;
        }
    }
    return true;
}

static bool write_rows(struct drawing *drawing, size_t w, const void *ctx, struct problem *problem)
{
    const struct measures *m = ctx;
    const struct roster *policies = reader_policies(drawing->reader);
    struct point *point = calloc(policies->count + 1, sizeof *point);
    size_t n = 0;
    if (!point) {
        return problem_set(problem, "out of memory");
    }
    for (size_t p = 0; p < policies->count; p++) {
        size_t i = w * policies->count + p;
        if (!isnan(m->pool_pct[i].median) && !isnan(m->accesses[i].median)) {
            point[n++] =
                (struct point){p, m->pool_pct[i].median, m->accesses[i].median, m->most[i].median};
        }
    }
    qsort(point, n, sizeof *point, by_pool);
    for (size_t i = 0; i < n; i++) {
        csv_text(&drawing->row, policies->subject[point[i].policy].label);
        csv_whole(&drawing->row, i + 1);
        csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[w].label);
        csv_real(&drawing->row, point[i].pool_pct);
        csv_real(&drawing->row, point[i].accesses);
        csv_real(&drawing->row, point[i].most);
        csv_whole(&drawing->row, is_on_front(point, n, i));
        drawing_end_row(drawing);
    }
    free(point);
    return true;
}

/* Results of before these numbers were measured have nothing to draw. */
static bool has_columns(struct results_reader *reader, struct problem *problem, bool *has)
{
    static const char *const names[] = {"minheap_pct", "accesses_per_op", "most_accesses"};
    const struct table *table = reader_table(reader, "summary.csv", problem);
    struct problem absent;
    size_t column;
    *has = true;
    for (size_t i = 0; table && i < sizeof names / sizeof *names; i++) {
        *has = *has && table_column(table, names[i], &column, &absent);
    }
    return table != NULL;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label",    "number",        "workload", "pool_pct",
                                         "accesses", "most_accesses", "front",    NULL};
    bool has;
    if (!has_columns(reader, problem, &has)) {
        return false;
    }
    if (!has) {
        return true;
    }
    struct measures m = {spread_of(reader, "minheap", "minheap_pct", problem),
                         spread_of(reader, "lines", "accesses_per_op", problem),
                         spread_of(reader, "lines", "most_accesses", problem)};
    bool done = m.pool_pct && m.accesses && m.most &&
                drawing_each_workload(figure, reader, options, header, write_rows, &m, problem);
    free(m.pool_pct);
    free(m.accesses);
    free(m.most);
    return done;
}

const struct figure figure_front = {
    .name = "front",
    .summary = "the smallest pool against the accesses of an operation, and the costliest one",
    .source = "summary.csv",
    .caption =
        "The smallest fixed region that completes the workload, over its peak live bytes, against "
        "the loads and stores that the policy makes in an operation, in the mean. The step line is "
        "the front of these two: no other point is better at both. In brackets: the most accesses "
        "of a single operation, the worst case that was seen. By a point off the line there is "
        "often another reason for it, a better worst case.",
    .each_workload = true,
    .prepare = prepare,
};
