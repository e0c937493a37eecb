/* thread_footprint.c - whose the footprint of each policy is, over time: threads.csv as bands that
 * lie on each other. */
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "present/figures/thread_inks.h"
#include "results/results_reader.h"
#include "results/typical.h"

enum { EVENT, ALLOCATED, DRAIN, USED, FREE, MEASURES };
static const char *const measures[MEASURES] = {"event", "allocated_bytes", "drain", "used_bytes",
                                               "free_bytes"};

struct shares {
    struct identity id;
    size_t key, thread, column[MEASURES];
    const char **seed; /* of each workload: the typical one */
};

/* The footprint after one event, by ink. */
struct division {
    double event, allocated, used[THREAD_INKS], free[THREAD_INKS];
};

/* Of one policy on one workload. */
struct series {
    const char *key; /* its first cell: repetitions are alike */
    struct division *at;
    size_t count, room;
};

static bool shares_open(struct shares *s, const struct figure *figure,
                        struct results_reader *reader, struct problem *problem)
{
    if (!reader_identity(reader, figure->source, &s->id, problem) ||
        !table_column(s->id.table, "key", &s->key, problem) ||
        !table_column(s->id.table, "thread", &s->thread, problem)) {
        return false;
    }
    for (size_t i = 0; i < MEASURES; i++) {
        if (!table_column(s->id.table, measures[i], &s->column[i], problem)) {
            return false;
        }
    }
    s->seed = typical_specs(reader, problem);
    return s->seed;
}

/* Whether a row is drawn in the picture of the workload, and whose it is. */
static bool is_drawn(const struct shares *s, size_t row, size_t workload, size_t *policy,
                     struct series *of)
{
    size_t w;
    if (!identity_row(&s->id, row, policy, &w) || w != workload ||
        !typical_row(s->seed, &s->id, row, w) ||
        table_cell(s->id.table, row, s->column[DRAIN])[0] == '1') {
        return false;
    }
    const char *key = table_cell(s->id.table, row, s->key);
    struct series *mine = &of[*policy];
    mine->key = mine->key ? mine->key : key;
    return !strcmp(mine->key, key);
}

static bool read_row(const struct shares *s, size_t row, double value[MEASURES],
                     struct problem *problem)
{
    for (size_t i = 0; i < MEASURES; i++) {
        if (!table_number(s->id.table, row, s->column[i], &value[i], problem)) {
            return false;
        }
    }
    return true;
}

/* The last division of the series, or a new one if the row is of a later event. */
static struct division *division_of(struct series *of, const double value[MEASURES])
{
    if (!of->count || of->at[of->count - 1].event != value[EVENT]) {
        if (of->count == of->room) {
            of->room = of->room ? 2 * of->room : 256;
            of->at = reallocarray(of->at, of->room, sizeof *of->at);
            if (!of->at) {
                abort();
            }
        }
        of->at[of->count++] =
            (struct division){.event = value[EVENT], .allocated = value[ALLOCATED]};
    }
    return &of->at[of->count - 1];
}

static bool collect(const struct shares *s, size_t workload, struct series *of,
                    struct thread_inks *inks, struct problem *problem)
{
    const struct table *t = s->id.table;
    double value[MEASURES];
    size_t p;
    for (size_t row = 0; row < t->rows; row++) {
        if (is_drawn(s, row, workload, &p, of)) {
            unsigned owner = thread_inks_owner(table_cell(t, row, s->thread));
            if (!read_row(s, row, value, problem)) {
                return false;
            }
            double all = value[USED] + value[FREE];
            inks->most[owner] = all > inks->most[owner] ? all : inks->most[owner];
        }
    }
    thread_inks_choose(inks);
    for (size_t row = 0; row < t->rows; row++) {
        if (is_drawn(s, row, workload, &p, of)) {
            unsigned ink = inks->ink[thread_inks_owner(table_cell(t, row, s->thread))];
            if (!read_row(s, row, value, problem)) {
                return false;
            }
            struct division *d = division_of(&of[p], value);
            d->used[ink] += value[USED];
            d->free[ink] += value[FREE];
        }
    }
    return true;
}

/* A band a thread, what is nobody's on top. */
static void write_band(struct drawing *drawing, size_t policy, size_t workload,
                       const struct series *of, const struct thread_inks *inks, unsigned place)
{
    unsigned ink = (place + 1) % THREAD_INKS;
    char name[32];
    thread_inks_name(inks, ink, name, sizeof name);
    for (size_t i = 0; i < of->count; i++) {
        const struct division *d = &of->at[i];
        double below = 0;
        for (unsigned k = 0; k < place; k++) {
            below += d->used[k + 1] + d->free[k + 1];
        }
        csv_text(&drawing->row, reader_policies(drawing->reader)->subject[policy].label);
        csv_whole(&drawing->row, policy + 1);
        csv_text(&drawing->row, reader_workloads(drawing->reader)->subject[workload].label);
        csv_real(&drawing->row, d->event);
        csv_real(&drawing->row, d->allocated);
        csv_text(&drawing->row, name);
        csv_whole(&drawing->row, ink);
        csv_real(&drawing->row, below);
        csv_real(&drawing->row, d->used[ink]);
        csv_real(&drawing->row, d->free[ink]);
        drawing_end_row(drawing);
    }
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    size_t policies = reader_policies(drawing->reader)->count;
    struct series *of = calloc(policies, sizeof *of);
    struct thread_inks inks = {0};
    bool done =
        of ? collect(ctx, workload, of, &inks, problem) : problem_set(problem, "out of memory");
    for (size_t p = 0; done && p < policies; p++) {
        for (unsigned place = 0; place < THREAD_INKS; place++) {
            unsigned ink = (place + 1) % THREAD_INKS;
            if (thread_inks_used(&inks, ink)) {
                write_band(drawing, p, workload, &of[p], &inks, place);
            }
        }
    }
    for (size_t p = 0; of && p < policies; p++) {
        free(of[p].at);
    }
    free(of);
    return done;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label",           "style",      "workload", "event",
                                         "allocated_bytes", "thread",     "ink",      "below_bytes",
                                         "used_bytes",      "free_bytes", NULL};
    struct shares s = {0};
    bool done = shares_open(&s, figure, reader, problem) &&
                drawing_each_workload(figure, reader, options, header, write_rows, &s, problem);
    free(s.seed);
    return done;
}

const struct figure figure_thread_footprint = {
    .name = "thread-footprint",
    .summary = "whose the footprint of each policy is, over time: used and free memory by thread",
    .source = "threads.csv",
    .caption =
        "The footprint of each policy over time, in allocated bytes, divided by thread. A full ink "
        "is in live blocks of the thread, headers included; the same ink, pale, is free memory in "
        "which the thread had the last block. Grey is nobody's: data of the policy, and free "
        "memory in which no block ever was. The highest line is the footprint.",
    .each_workload = true,
    .prepare = prepare,
};
