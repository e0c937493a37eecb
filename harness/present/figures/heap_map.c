/* heap_map.c - what lies where in the region, and whose it is, over time: heapmap.csv as a grid to
 * paint. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "present/figures/thread_inks.h"
#include "results/results_reader.h"
#include "results/typical.h"

static const char *const measures[] = {
    "event",      "address_bytes", "bytes",       "bin_bytes",
    "used_bytes", "free_bytes",    "slack_bytes", "metadata_bytes",
};

enum { EVENT, ADDRESS, BYTES, BIN, USED, FREE, SLACK, METADATA, MEASURES };

struct map {
    struct identity id;
    size_t key;
    const char **seed; /* of each workload: the typical one */
    size_t column[MEASURES];
    bool by_thread; /* the figure thread-map */
    size_t thread;
};

static bool map_open(struct map *m, const struct figure *figure, struct results_reader *reader,
                     struct problem *problem)
{
    if (!reader_identity(reader, figure->source, &m->id, problem) ||
        !table_column(m->id.table, "key", &m->key, problem)) {
        return false;
    }
    for (size_t i = 0; i < MEASURES; i++) {
        if (!table_column(m->id.table, measures[i], &m->column[i], problem)) {
            return false;
        }
    }
    m->by_thread = figure == &figure_thread_map;
    if (m->by_thread && !table_column(m->id.table, "thread", &m->thread, problem)) {
        return false;
    }
    m->seed = typical_specs(reader, problem);
    return m->seed;
}

static bool read_row(const struct map *m, size_t row, double value[MEASURES],
                     struct problem *problem)
{
    for (size_t i = 0; i < MEASURES; i++) {
        if (!table_number(m->id.table, row, m->column[i], &value[i], problem)) {
            return false;
        }
        if (isnan(value[i]) || value[i] < 0) {
            return problem_set(problem, "%s: row %zu has no %s", m->id.table->path, row + 2,
                               measures[i]);
        }
    }
    if (value[BIN] <= 0 || value[BYTES] <= 0) {
        return problem_set(problem, "%s: row %zu: a bin has no bytes", m->id.table->path, row + 2);
    }
    return true;
}

static bool same_cell(const struct map *m, size_t row, size_t first)
{
    return row < m->id.table->rows &&
           !strcmp(table_cell(m->id.table, row, m->key), table_cell(m->id.table, first, m->key));
}

/* How many bins the cell that begins at `first` ever needs; *end is the row after its last. */
static bool count_bins(const struct map *m, size_t first, size_t *end, size_t *bins,
                       struct problem *problem)
{
    *bins = 0;
    for (*end = first; same_cell(m, *end, first); (*end)++) {
        double v[MEASURES];
        if (!read_row(m, *end, v, problem)) {
            return false;
        }
        size_t most = (size_t)ceil((v[ADDRESS] + v[BYTES]) / v[BIN]);
        *bins = most > *bins ? most : *bins;
    }
    return *bins <= 100000 ||
           problem_set(problem, "%s: %zu bins are too many to paint", m->id.table->path, *bins);
}

/* Where a drawing is in painting one cell: each time has all its bins, in order of address. */
struct painter {
    const struct map *map;
    struct drawing *drawing;
    size_t policy, workload, bins;
    double event, bin_bytes;
    size_t next;                    /* bin of this time to be painted next */
    const struct thread_inks *inks; /* of thread-map */
    unsigned ink;                   /* of the run that is painted */
};

/* Whose the spot is. */
static void name_thread(struct painter *p)
{
    char name[32];
    thread_inks_name(p->inks, p->ink, name, sizeof name);
    csv_text(&p->drawing->row, name);
    csv_whole(&p->drawing->row, p->ink);
}

static void paint(struct painter *p, const double share[4])
{
    csv_text(&p->drawing->row, reader_policies(p->map->id.reader)->subject[p->policy].label);
    csv_whole(&p->drawing->row, p->policy + 1);
    csv_text(&p->drawing->row, reader_workloads(p->map->id.reader)->subject[p->workload].label);
    csv_real(&p->drawing->row, p->event);
    csv_real(&p->drawing->row, (double)p->next * p->bin_bytes);
    for (size_t i = 0; i < 4; i++) {
        csv_whole(&p->drawing->row, (uint64_t)lround(100 * share[i]));
    }
    if (p->inks) {
        name_thread(p);
    }
    drawing_end_row(p->drawing);
    p->next++;
}

/* Beyond the break there is nothing. */
static void finish_time(struct painter *p)
{
    static const double nothing[4] = {0};
    p->ink = 0;
    while (p->next < p->bins) {
        paint(p, nothing);
    }
}

static void paint_run(struct painter *p, const double v[MEASURES])
{
    if (v[EVENT] != p->event) {
        finish_time(p);
        p->event = v[EVENT];
        p->next = 0;
    }
    const double share[4] = {v[USED] / v[BYTES], v[FREE] / v[BYTES], v[SLACK] / v[BYTES],
                             v[METADATA] / v[BYTES]};
    size_t end = (size_t)ceil((v[ADDRESS] + v[BYTES]) / v[BIN]);
    while (p->next < end && p->next < p->bins) {
        paint(p, share);
    }
}

static bool paint_cell(const struct map *m, struct drawing *drawing, const struct thread_inks *inks,
                       size_t first, size_t *end, struct problem *problem)
{
    struct painter painter = {.map = m, .drawing = drawing, .inks = inks};
    if (!count_bins(m, first, end, &painter.bins, problem)) {
        return false;
    }
    identity_row(&m->id, first, &painter.policy, &painter.workload);
    for (size_t row = first; row < *end; row++) {
        double v[MEASURES];
        read_row(m, row, v, problem);
        if (row == first) {
            painter.event = v[EVENT];
            painter.bin_bytes = v[BIN];
        }
        if (inks) {
            painter.ink = inks->ink[thread_inks_owner(table_cell(m->id.table, row, m->thread))];
        }
        paint_run(&painter, v);
    }
    finish_time(&painter);
    return true;
}

/* Gives an ink to the threads that have most of the region, over all times of all policies. False:
 * one thread acts, and there is nothing to tell apart. */
static bool choose_inks(const struct map *m, size_t workload, struct thread_inks *inks)
{
    bool several = false;
    for (size_t row = 0; row < m->id.table->rows; row++) {
        size_t p, w;
        const char *cell = table_cell(m->id.table, row, m->thread);
        double bytes = strtod(table_cell(m->id.table, row, m->column[BYTES]), NULL);
        if (*cell && identity_row(&m->id, row, &p, &w) && w == workload) {
            inks->most[thread_inks_owner(cell)] += bytes;
            several = true;
        }
    }
    thread_inks_choose(inks);
    return several;
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    const struct map *m = ctx;
    struct thread_inks inks = {0};
    if (m->by_thread && !choose_inks(m, workload, &inks)) {
        return true;
    }
    for (size_t row = 0; row < m->id.table->rows;) {
        size_t p, w, end;
        bool mine = identity_row(&m->id, row, &p, &w) && w == workload &&
                    typical_row(m->seed, &m->id, row, w);
        if (mine && !paint_cell(m, drawing, m->by_thread ? &inks : NULL, row, &end, problem)) {
            return false;
        }
        row = mine ? end : row + 1;
    }
    return true;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    const char *header[] = {"label",         "style",    "workload", "event",
                            "address_bytes", "used_pct", "free_pct", "slack_pct",
                            "metadata_pct",  NULL,       NULL,       NULL};
    struct map m = {0};
    bool done = map_open(&m, figure, reader, problem);
    if (m.by_thread) {
        header[9] = "thread";
        header[10] = "ink";
    }
    done = done && drawing_each_workload(figure, reader, options, header, write_rows, &m, problem);
    free(m.seed);
    return done;
}

const struct figure figure_heap_map = {
    .name = "heap-map",
    .summary = "what lies where in the region over time: used, free, slack, metadata",
    .source = "heapmap.csv",
    .caption =
        "The region of each policy over time: address upwards, time in events to the right. "
        "Blue is used, yellow is a hole, orange is slack (free, but kept for one size class), "
        "black "
        "is metadata, headers of blocks included; a spot that holds several is mixed. White is "
        "beyond the break. Address space that was never taken from the system is left out.",
    .each_workload = true,
    .prepare = prepare,
};

const struct figure figure_thread_map = {
    .name = "thread-map",
    .summary = "whose memory lies where in the region over time",
    .source = "heapmap.csv",
    .caption =
        "The region of each policy over time: address upwards, time in events to the right. A "
        "spot has the ink of the thread that has most of it. A full ink is used, headers "
        "included; the paler it is, the more of the spot is free, and there the thread had "
        "the last block. Grey is nobody's: no block was there yet, or it is data of the "
        "policy. White is beyond the break. Address space that was never taken from the "
        "system is left out.",
    .each_workload = true,
    .prepare = prepare,
};
