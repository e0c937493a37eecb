/* ageing.c - fragmentation against the age of a heap: recordings that are played in rounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* One cell: a policy on a workload with one seed. */
struct run {
    const char *key; /* of the cell; NULL: no more runs */
    size_t policy, workload;
    double events;                      /* in all */
    double *most_live, *most_footprint; /* a round; bytes; 0: no sample fell into it */
};

struct ageing {
    struct identity id;
    size_t key, event, live, footprint, drain;
    uint64_t *times; /* rounds of each workload; 0: it is not played in rounds */
    struct run *run;
    size_t runs;
};

/* The rounds of a workload, by its spec with every parameter. */
static uint64_t times_of(const char *spec)
{
    char text[32];
    return !strncmp(spec, "repeat:", 7) && spec_setting(spec, "times", text, sizeof text)
               ? strtoull(text, NULL, 10)
               : 0;
}

static bool find_times(struct ageing *a, struct results_reader *reader, struct problem *problem)
{
    struct identity id;
    size_t full;
    if (!reader_identity(reader, "summary.csv", &id, problem) ||
        !table_column(id.table, "workload_spec", &full, problem)) {
        return false;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        size_t p, w;
        if (identity_row(&id, row, &p, &w)) {
            a->times[w] = times_of(table_cell(id.table, row, full));
        }
    }
    return true;
}

/* The run of a row of fragmentation.csv, where the rows of a cell follow each other; NULL: no
 * figure of this kind, or, with problem's text set, no memory. */
static struct run *run_of(struct ageing *a, size_t row, struct problem *problem)
{
    size_t p, w;
    if (!identity_row(&a->id, row, &p, &w) || !a->times[w] ||
        table_cell(a->id.table, row, a->drain)[0] == '1') {
        return NULL;
    }
    const char *key = table_cell(a->id.table, row, a->key);
    if (a->runs && !strcmp(a->run[a->runs - 1].key, key)) {
        return &a->run[a->runs - 1];
    }
    struct run *grown = reallocarray(a->run, a->runs + 1, sizeof *grown);
    if (!grown) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    a->run = grown;
    struct run *run = &grown[a->runs++];
    *run = (struct run){.key = key, .policy = p, .workload = w};
    run->most_live = calloc(a->times[w], sizeof *run->most_live);
    run->most_footprint = calloc(a->times[w], sizeof *run->most_footprint);
    if (!run->most_live || !run->most_footprint) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    return run;
}

static bool number(const struct ageing *a, size_t row, size_t column, double *value,
                   struct problem *problem)
{
    return table_number(a->id.table, row, column, value, problem);
}

/* How many events each run has: the place of its last sample. */
static bool find_runs(struct ageing *a, struct problem *problem)
{
    for (size_t row = 0; row < a->id.table->rows; row++) {
        struct run *run = run_of(a, row, problem);
        double event;
        if (problem->text[0] || !number(a, row, a->event, &event, problem)) {
            return false;
        }
        if (run && event > run->events) {
            run->events = event;
        }
    }
    return true;
}

static bool read_samples(struct ageing *a, struct problem *problem)
{
    struct run *run = a->run;
    for (size_t row = 0; a->runs && row < a->id.table->rows; row++) {
        double event, live, footprint;
        const char *key = table_cell(a->id.table, row, a->key);
        while (run < a->run + a->runs && strcmp(run->key, key) != 0 && run + 1 < a->run + a->runs &&
               !strcmp(run[1].key, key)) {
            run++;
        }
        if (run == a->run + a->runs || strcmp(run->key, key) != 0) {
            continue;
        }
        if (!number(a, row, a->event, &event, problem) ||
            !number(a, row, a->live, &live, problem) ||
            !number(a, row, a->footprint, &footprint, problem)) {
            return false;
        }
        uint64_t times = a->times[run->workload];
        uint64_t round = run->events > 0 ? (uint64_t)(event / run->events * (double)times) : 0;
        round = round < times ? round : times - 1;
        run->most_live[round] = fmax(run->most_live[round], live);
        run->most_footprint[round] = fmax(run->most_footprint[round], footprint);
    }
    return true;
}

/* The median, the least and the most over the runs of a policy on a workload; false: none has a
 * sample in the round. */
static bool spread_round(const struct ageing *a, size_t policy, size_t workload, uint64_t round,
                         struct spread *spread)
{
    double *pct = calloc(a->runs, sizeof *pct);
    size_t n = 0;
    for (size_t i = 0; pct && i < a->runs; i++) {
        const struct run *r = &a->run[i];
        if (r->policy == policy && r->workload == workload && r->most_live[round] > 0 &&
            r->most_footprint[round] > 0) {
            pct[n++] = 100 * (r->most_footprint[round] / r->most_live[round] - 1);
        }
    }
    *spread = spread_values(pct, n);
    free(pct);
    return n > 0;
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    (void)problem;
    const struct ageing *a = ctx;
    const struct roster *policies = reader_policies(drawing->reader);
    for (size_t p = 0; p < policies->count; p++) {
        for (uint64_t round = 0; round < a->times[workload]; round++) {
            struct spread s;
            if (!spread_round(a, p, workload, round, &s)) {
                continue;
            }
            csv_text(&drawing->row, policies->subject[p].label);
            csv_whole(&drawing->row, p + 1);
            csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[workload].label);
            csv_whole(&drawing->row, round + 1);
            csv_real(&drawing->row, s.median);
            csv_real(&drawing->row, s.least);
            csv_real(&drawing->row, s.most);
            drawing_end_row(drawing);
        }
    }
    return true;
}

static bool read_runs(struct ageing *a, struct results_reader *reader, struct problem *problem)
{
    const struct table *t;
    if (!reader_identity(reader, "fragmentation.csv", &a->id, problem) ||
        !find_times(a, reader, problem)) {
        return false;
    }
    t = a->id.table;
    return table_column(t, "key", &a->key, problem) &&
           table_column(t, "event", &a->event, problem) &&
           table_column(t, "drain", &a->drain, problem) &&
           table_column(t, "live_bytes", &a->live, problem) &&
           table_column(t, "footprint_bytes", &a->footprint, problem) && find_runs(a, problem) &&
           read_samples(a, problem);
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label",      "style",     "workload", "round",
                                         "median_pct", "least_pct", "most_pct", NULL};
    size_t workloads = reader_workloads(reader)->count;
    struct ageing a = {.times = calloc(workloads + 1, sizeof *a.times)};
    problem->text[0] = '\0';
    bool ok = (a.times || problem_set(problem, "out of memory")) &&
              read_runs(&a, reader, problem) &&
              drawing_each_workload(figure, reader, options, header, write_rows, &a, problem);
    for (size_t i = 0; i < a.runs; i++) {
        free(a.run[i].most_live);
        free(a.run[i].most_footprint);
    }
    free(a.run);
    free(a.times);
    return ok;
}

const struct figure figure_ageing = {
    .name = "ageing",
    .summary = "fragmentation against the age of a heap, of workloads that are played in rounds",
    .source = "fragmentation.csv",
    .caption = "Fragmentation against the age of the heap: a recording is played in rounds in one "
               "heap, and a share of each round's blocks survives into the next. Of each round, "
               "the most bytes of footprint among its samples over the most live requested bytes, "
               "less one. Lines are medians over the seeds that choose the survivors; bands reach "
               "from the least to the most.",
    .each_workload = true,
    .workloads = "repeat:",
    .prepare = prepare,
};
