/* pareto.c - memory against time: the policies for which no other one is better at both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* A policy's place in the picture. */
struct point {
    size_t policy;
    struct spread time;
    double floor, overhead_pct;
};

/* The points that are known, in order of time, so that the front is a line. */
struct cloud {
    struct point *point;
    size_t count;
    const char *title;
    char time_of[256];  /* what the axis of time shows */
    double offline_pct; /* of the packing that knows the workload; NAN: it is not there */
};

static int by_time(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->time.median > y->time.median) - (x->time.median < y->time.median);
}

/* No other point is at least as good at both and better at one. */
static bool is_on_front(const struct cloud *cloud, size_t mine)
{
    const struct point *me = &cloud->point[mine];
    for (size_t i = 0; i < cloud->count; i++) {
        const struct point *other = &cloud->point[i];
        if (other->time.median <= me->time.median && other->overhead_pct <= me->overhead_pct &&
            (other->time.median < me->time.median || other->overhead_pct < me->overhead_pct)) {
            return false;
        }
    }
    return true;
}

static void write_cloud(struct cloud *cloud, struct drawing *drawing)
{
    const struct roster *policies = reader_policies(drawing->reader);
    qsort(cloud->point, cloud->count, sizeof *cloud->point, by_time);
    for (size_t i = 0; i < cloud->count; i++) {
        const struct point *point = &cloud->point[i];
        csv_text(&drawing->row, policies->subject[point->policy].label);
        csv_whole(&drawing->row, point->policy + 1);
        csv_text(&drawing->row, cloud->title);
        csv_text(&drawing->row, cloud->time_of);
        csv_real(&drawing->row, point->time.median);
        csv_real(&drawing->row, point->time.least);
        csv_real(&drawing->row, point->time.most);
        csv_real(&drawing->row, point->floor);
        csv_real(&drawing->row, point->overhead_pct);
        csv_whole(&drawing->row, is_on_front(cloud, i));
        csv_text(&drawing->row, reader_memory(drawing->reader)->words);
        csv_real(&drawing->row, cloud->offline_pct);
        drawing_end_row(drawing);
    }
}

static bool draw_cloud(const struct figure *figure, struct results_reader *reader, const char *slug,
                       struct cloud *cloud, struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {
        "label", "style",        "workload", "time_of", "time",        "least", "most",
        "floor", "overhead_pct", "front",    "measure", "offline_pct", NULL};
    struct drawing drawing;
    if (!drawing_open(&drawing, figure, reader, options, slug, problem)) {
        return false;
    }
    drawing_header(&drawing, header);
    write_cloud(cloud, &drawing);
    return drawing_close(&drawing, problem);
}

struct measures {
    struct spread *overhead, *ns, *floor; /* [workload][policy] */
};

static bool is_known(const struct measures *m, size_t i)
{
    return !isnan(m->overhead[i].median) && !isnan(m->ns[i].median);
}

/* The packing that knows the workload has no time, only memory that none can be much below. The
 * number of policies if it is not among them. */
static size_t offline_of(const struct roster *policies)
{
    static const char name[] = "offline";
    for (size_t p = 0; p < policies->count; p++) {
        const char *spec = policies->subject[p].spec;
        size_t n = strcspn(spec, ":");
        if (n == strlen(name) && !strncmp(spec, name, n)) {
            return p;
        }
    }
    return policies->count;
}

static bool draw_workload(const struct figure *figure, struct results_reader *reader,
                          const struct measures *m, size_t w, struct cloud *cloud,
                          struct plot_options *options, struct problem *problem)
{
    const struct subject *workload = &reader_workloads(reader)->subject[w];
    size_t policies = reader_policies(reader)->count;
    cloud->count = 0;
    cloud->title = workload->label;
    size_t offline = offline_of(reader_policies(reader));
    cloud->offline_pct = offline < policies ? m->overhead[w * policies + offline].median : NAN;
    snprintf(cloud->time_of, sizeof cloud->time_of, "time of an operation (ns)");
    for (size_t p = 0; p < policies; p++) {
        size_t i = w * policies + p;
        if (is_known(m, i)) {
            cloud->point[cloud->count++] =
                (struct point){p, m->ns[i], m->floor[i].median, m->overhead[i].median};
        }
    }
    return draw_cloud(figure, reader, workload->slug, cloud, options, problem);
}

/* --- means over workloads -------------------------------------------------------------------- */

/* What times are related to: jemalloc if it is there, else the first policy. */
static size_t baseline_of(const struct roster *policies)
{
    for (size_t p = 0; p < policies->count; p++) {
        if (!strcmp(policies->subject[p].spec, "jemalloc")) {
            return p;
        }
    }
    return 0;
}

/* The geometric means of a policy's ratios over the recorded workloads, or over the others; false
 * if one of them is not known. *n: over how many. */
static bool mean_of(struct results_reader *reader, const struct measures *m, bool recorded,
                    size_t policy, size_t baseline, struct point *point, size_t *n)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t policies = reader_policies(reader)->count;
    double time = 0, space = 0;
    *n = 0;
    for (size_t w = 0; w < workloads->count; w++) {
        size_t mine = w * policies + policy, base = w * policies + baseline;
        if (workloads->subject[w].recorded != recorded) {
            continue;
        }
        if (!is_known(m, mine) || !is_known(m, base)) {
            return false;
        }
        time += log(m->ns[mine].median / m->ns[base].median);
        space += log(1 + m->overhead[mine].median / 100);
        (*n)++;
    }
    time = exp(time / (double)*n);
    *point = (struct point){policy, {time, time, time}, NAN, 100 * (exp(space / (double)*n) - 1)};
    return *n > 1;
}

/* The geometric mean of a policy's memory alone, over the same workloads. NAN: it is not known on
 * all of them, or there is no such policy. */
static double mean_overhead_pct(struct results_reader *reader, const struct measures *m,
                                bool recorded, size_t policy)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t policies = reader_policies(reader)->count, n = 0;
    double space = policy < policies ? 0 : NAN;
    for (size_t w = 0; policy < policies && w < workloads->count; w++) {
        if (workloads->subject[w].recorded == recorded) {
            space += log(1 + m->overhead[w * policies + policy].median / 100);
            n++;
        }
    }
    return 100 * (exp(space / (double)n) - 1);
}

static bool draw_mean(const struct figure *figure, struct results_reader *reader,
                      const struct measures *m, bool recorded, struct cloud *cloud,
                      struct plot_options *options, struct problem *problem)
{
    const struct roster *policies = reader_policies(reader);
    size_t baseline = baseline_of(policies), n = 0, of;
    char title[96];
    cloud->count = 0;
    for (size_t p = 0; p < policies->count; p++) {
        if (mean_of(reader, m, recorded, p, baseline, &cloud->point[cloud->count], &of)) {
            cloud->count++;
            n = of;
        }
    }
    snprintf(title, sizeof title, "geometric mean of %zu %s workloads", n,
             recorded ? "recorded" : "synthetic");
    snprintf(cloud->time_of, sizeof cloud->time_of, "time of an operation relative to %.200s",
             policies->subject[baseline].label);
    cloud->title = title;
    cloud->offline_pct = mean_overhead_pct(reader, m, recorded, offline_of(policies));
    return draw_cloud(figure, reader, recorded ? "mean-of-recorded" : "mean-of-synthetic", cloud,
                      options, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    const struct memory_view *view = reader_memory(reader);
    struct measures m = {spread_of(reader, view->pass, view->over_column, problem),
                         spread_of(reader, "throughput", "ns_per_op", problem),
                         spread_of(reader, "throughput", "floor_ns_per_op", problem)};
    struct cloud cloud = {.point = calloc(reader_policies(reader)->count, sizeof *cloud.point)};
    bool done = m.overhead && m.ns && m.floor && cloud.point;
    for (size_t w = 0; done && w < reader_workloads(reader)->count; w++) {
        done = !plot_options_has(options, w) ||
               draw_workload(figure, reader, &m, w, &cloud, options, problem);
    }
    done = done && draw_mean(figure, reader, &m, true, &cloud, options, problem) &&
           draw_mean(figure, reader, &m, false, &cloud, options, problem);
    free(cloud.point);
    free(m.overhead);
    free(m.ns);
    free(m.floor);
    return done;
}

const struct figure figure_pareto = {
    .name = "pareto",
    .summary = "memory overhead against time per operation, with the front",
    .source = "summary.csv",
    .caption = "Memory overhead against the time of an operation (median of the repetitions, their "
               "range as a bar). The step line is the front: no policy is better at both. Dashed: "
               "the replay loop alone, measured with a policy that does nothing, and the packing "
               "`offline`, which knows the workload beforehand. Means are geometric, of the ratios "
               "of each workload, over the policies that are known on all of them.",
    .memory = true,
    .timed = true,
    .each_workload = true,
    .prepare = prepare,
};
