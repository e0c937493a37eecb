/* pareto.c - memory against time: which policies no other one beats at both. */
#include <math.h>
#include <stdlib.h>

#include "plate.h"
#include "spread.h"
#include "study.h"

/* A policy's place in the picture. */
struct point {
    size_t policy;
    struct spread ns;
    double floor_ns, overhead_pct;
};

/* The points that are known, in order of time, so that the front is a line. */
struct cloud {
    struct point *point;
    size_t count;
};

static int by_time(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->ns.median > y->ns.median) - (x->ns.median < y->ns.median);
}

/* No other point is at least as good at both and better at one. */
static bool is_on_front(const struct cloud *cloud, size_t mine)
{
    const struct point *me = &cloud->point[mine];
    for (size_t i = 0; i < cloud->count; i++) {
        const struct point *other = &cloud->point[i];
        if (other->ns.median <= me->ns.median && other->overhead_pct <= me->overhead_pct &&
            (other->ns.median < me->ns.median || other->overhead_pct < me->overhead_pct)) {
            return false;
        }
    }
    return true;
}

static void write_cloud(struct cloud *cloud, struct plate *plate, const char *workload)
{
    const struct roster *policies = study_policies(plate->study);
    qsort(cloud->point, cloud->count, sizeof *cloud->point, by_time);
    for (size_t i = 0; i < cloud->count; i++) {
        const struct point *point = &cloud->point[i];
        csv_text(&plate->row, policies->subject[point->policy].label);
        csv_whole(&plate->row, point->policy + 1);
        csv_text(&plate->row, workload);
        csv_real(&plate->row, point->ns.median);
        csv_real(&plate->row, point->ns.least);
        csv_real(&plate->row, point->ns.most);
        csv_real(&plate->row, point->floor_ns);
        csv_real(&plate->row, point->overhead_pct);
        csv_whole(&plate->row, is_on_front(cloud, i));
        plate_end_row(plate);
    }
}

static bool draw_cloud(const struct figure *figure, struct study *study, size_t workload,
                       struct cloud *cloud, struct easel *easel, struct problem *problem)
{
    static const char *const header[] = {
        "label",          "style",           "workload",     "ns_per_op", "least_ns_per_op",
        "most_ns_per_op", "floor_ns_per_op", "overhead_pct", "front",     NULL};
    const struct subject *subject = &study_workloads(study)->subject[workload];
    struct plate plate;
    if (!plate_open(&plate, figure, study, easel, subject->slug, problem)) {
        return false;
    }
    plate_header(&plate, header);
    write_cloud(cloud, &plate, subject->label);
    return plate_close(&plate, problem);
}

struct measures {
    struct spread *overhead, *ns, *floor; /* [workload][policy] */
};

static bool draw_workloads(const struct figure *figure, struct study *study,
                           const struct measures *m, struct easel *easel, struct problem *problem)
{
    size_t policies = study_policies(study)->count;
    struct cloud cloud = {.point = calloc(policies, sizeof *cloud.point)};
    bool done = cloud.point;
    for (size_t w = 0; done && w < study_workloads(study)->count; w++) {
        cloud.count = 0;
        for (size_t p = 0; p < policies; p++) {
            size_t i = w * policies + p;
            if (!isnan(m->overhead[i].median) && !isnan(m->ns[i].median)) {
                cloud.point[cloud.count++] =
                    (struct point){p, m->ns[i], m->floor[i].median, m->overhead[i].median};
            }
        }
        done = draw_cloud(figure, study, w, &cloud, easel, problem);
    }
    free(cloud.point);
    return done;
}

static bool prepare(const struct figure *figure, struct study *study, struct easel *easel,
                    struct problem *problem)
{
    struct measures m = {spread_of(study, "memory", "jw4_pct", problem),
                         spread_of(study, "throughput", "ns_per_op", problem),
                         spread_of(study, "throughput", "floor_ns_per_op", problem)};
    bool done = m.overhead && m.ns && m.floor && draw_workloads(figure, study, &m, easel, problem);
    free(m.overhead);
    free(m.ns);
    free(m.floor);
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
