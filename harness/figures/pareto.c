/* pareto.c - memory against time: which policies no other one beats at both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plate.h"
#include "study.h"

/* One policy on one workload; NAN: unknown. */
struct point {
    double overhead_pct;
    double *ns; /* one a repetition */
    size_t reps;
    double floor_ns;
};

struct pareto {
    struct identity id;
    size_t jw4, ns, floor;
    struct point *point; /* [workload][policy] */
};

static bool read_row(struct pareto *pareto, size_t row, struct point *point,
                     struct problem *problem)
{
    const struct table *t = pareto->id.table;
    double value, floor;
    if (identity_is_pass(&pareto->id, row, "memory")) {
        return table_number(t, row, pareto->jw4, &point->overhead_pct, problem);
    }
    if (!identity_is_pass(&pareto->id, row, "throughput")) {
        return true;
    }
    if (!table_number(t, row, pareto->ns, &value, problem) ||
        !table_number(t, row, pareto->floor, &floor, problem)) {
        return false;
    }
    if (!isnan(value)) {
        point->ns = reallocarray(point->ns, point->reps + 1, sizeof *point->ns);
        if (!point->ns) {
            abort();
        }
        point->ns[point->reps++] = value;
        point->floor_ns = floor;
    }
    return true;
}

static bool read_rows(struct pareto *pareto, struct study *study, struct problem *problem)
{
    if (!study_identity(study, "summary.csv", &pareto->id, problem) ||
        !table_column(pareto->id.table, "jw4_pct", &pareto->jw4, problem) ||
        !table_column(pareto->id.table, "ns_per_op", &pareto->ns, problem) ||
        !table_column(pareto->id.table, "floor_ns_per_op", &pareto->floor, problem)) {
        return false;
    }
    for (size_t row = 0; row < pareto->id.table->rows; row++) {
        size_t p, w;
        if (identity_row(&pareto->id, row, &p, &w) &&
            !read_row(pareto, row, &pareto->point[w * study_policies(study)->count + p], problem)) {
            return false;
        }
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_ns(const struct point *point)
{
    if (!point->reps) {
        return NAN;
    }
    qsort(point->ns, point->reps, sizeof *point->ns, by_value);
    size_t middle = point->reps / 2;
    return point->reps % 2 ? point->ns[middle] : (point->ns[middle - 1] + point->ns[middle]) / 2;
}

static bool is_known(const struct point *point)
{
    return point->reps && !isnan(point->overhead_pct);
}

/* No other policy is at least as good at both and better at one. */
static bool is_on_front(const struct point *points, size_t n, size_t mine)
{
    double ns = median_ns(&points[mine]), overhead = points[mine].overhead_pct;
    for (size_t i = 0; i < n; i++) {
        if (i == mine || !is_known(&points[i])) {
            continue;
        }
        double other = median_ns(&points[i]);
        if (other <= ns && points[i].overhead_pct <= overhead &&
            (other < ns || points[i].overhead_pct < overhead)) {
            return false;
        }
    }
    return true;
}

static void write_point(const struct pareto *pareto, struct plate *plate, size_t w, size_t p)
{
    const struct roster *policies = study_policies(pareto->id.study);
    const struct point *points = &pareto->point[w * policies->count];
    csv_text(&plate->row, policies->subject[p].label);
    csv_whole(&plate->row, p + 1);
    csv_text(&plate->row, study_workloads(pareto->id.study)->subject[w].label);
    csv_real(&plate->row, median_ns(&points[p]));
    csv_real(&plate->row, points[p].ns[0]);
    csv_real(&plate->row, points[p].ns[points[p].reps - 1]);
    csv_real(&plate->row, points[p].floor_ns);
    csv_real(&plate->row, points[p].overhead_pct);
    csv_whole(&plate->row, is_on_front(points, policies->count, p));
    plate_end_row(plate);
}

/* In order of time, so that the front is a line. */
static void write_points(const struct pareto *pareto, struct plate *plate, size_t w)
{
    size_t policies = study_policies(pareto->id.study)->count;
    const struct point *points = &pareto->point[w * policies];
    bool written[policies];
    memset(written, 0, sizeof written);
    for (;;) {
        size_t next = policies;
        for (size_t p = 0; p < policies; p++) {
            if (is_known(&points[p]) && !written[p] &&
                (next == policies || median_ns(&points[p]) < median_ns(&points[next]))) {
                next = p;
            }
        }
        if (next == policies) {
            return;
        }
        write_point(pareto, plate, w, next);
        written[next] = true;
    }
}

static bool draw_workload(const struct figure *figure, const struct pareto *pareto, size_t w,
                          struct easel *easel, struct problem *problem)
{
    static const char *const header[] = {
        "label",          "style",           "workload",     "ns_per_op", "least_ns_per_op",
        "most_ns_per_op", "floor_ns_per_op", "overhead_pct", "front",     NULL};
    struct study *study = pareto->id.study;
    struct plate plate;
    if (!plate_open(&plate, figure, study, easel, study_workloads(study)->subject[w].slug,
                    problem)) {
        return false;
    }
    plate_header(&plate, header);
    write_points(pareto, &plate, w);
    return plate_close(&plate, problem);
}

static bool prepare(const struct figure *figure, struct study *study, struct easel *easel,
                    struct problem *problem)
{
    struct pareto pareto = {0};
    size_t pairs = study_policies(study)->count * study_workloads(study)->count;
    pareto.point = calloc(pairs, sizeof *pareto.point);
    for (size_t i = 0; pareto.point && i < pairs; i++) {
        pareto.point[i].overhead_pct = NAN;
    }
    bool done = pareto.point && read_rows(&pareto, study, problem);
    for (size_t w = 0; done && w < study_workloads(study)->count; w++) {
        done = draw_workload(figure, &pareto, w, easel, problem);
    }
    for (size_t i = 0; pareto.point && i < pairs; i++) {
        free(pareto.point[i].ns);
    }
    free(pareto.point);
    return done;
}

const struct figure figure_pareto = {
    .name = "pareto",
    .summary = "memory overhead against time per operation, with the front",
    .source = "summary.csv",
    .caption = "Memory overhead (peak footprint over peak live bytes, less one) against the time "
               "of an operation (median of the repetitions, their range as a bar). The step line "
               "is the front: no policy is better at both. Dashed: the replay loop alone, measured "
               "with a policy that does nothing.",
    .prepare = prepare,
};
