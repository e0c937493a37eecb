/* series.c - the figures over time: rows of fragmentation.csv, one drawing a workload. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/spread.h"
#include "results/typical.h"

/* Whose a row is, and what is copied of it. */
static const char *const header[] = {
    "label",           "style",       "workload",        "event",
    "allocated_bytes", "live_bytes",  "footprint_bytes", "rounding_bytes",
    "metadata_bytes",  "holes_bytes", "slack_bytes",     "jw4_pct",
    "measure",         NULL,
};

/* OWN columns before those of fragmentation.csv, and one of summary.csv after them, and what the
 * footprint is. */
enum { OWN = 3, COLUMNS = sizeof header / sizeof *header - OWN - 3, ALLOCATED = 1, FOOTPRINT = 3 };
enum { ROUNDING = FOOTPRINT + 1 };
#define NOT_THERE SIZE_MAX

/* What is drawn of one policy on one workload: its first cell of the typical seed, as repetitions
 * are alike. */
struct line {
    const char *key;
    double last; /* bytes allocated in all */
};

struct series {
    struct identity id;
    size_t key, drain;
    size_t column[COLUMNS];
    struct line *line;  /* [workload][policy] */
    struct spread *jw4; /* the same: exact, where samples may have missed the peaks */
    const char **seed;  /* of each workload: the typical one */
    bool parts;         /* draw only what is known inside */
    const struct memory_view *view;
};

/* The line that a row belongs to, or NULL: its heap must be known and its program running. */
static struct line *line_of(const struct series *s, size_t row)
{
    size_t p, w;
    if (!*table_cell(s->id.table, row, s->column[s->parts ? ROUNDING : FOOTPRINT]) ||
        table_cell(s->id.table, row, s->drain)[0] == '1' || !identity_row(&s->id, row, &p, &w) ||
        !typical_row(s->seed, &s->id, row, w)) {
        return NULL;
    }
    struct line *line = &s->line[w * reader_policies(s->id.reader)->count + p];
    const char *key = table_cell(s->id.table, row, s->key);
    line->key = line->key ? line->key : key;
    return strcmp(line->key, key) ? NULL : line;
}

static bool find_last(struct series *s, struct problem *problem)
{
    for (size_t row = 0; row < s->id.table->rows; row++) {
        struct line *line = line_of(s, row);
        double allocated;
        if (!table_number(s->id.table, row, s->column[ALLOCATED], &allocated, problem)) {
            return false;
        }
        if (line && allocated > line->last) {
            line->last = allocated;
        }
    }
    return true;
}

static bool series_open(struct series *s, const struct figure *figure,
                        struct results_reader *reader, struct problem *problem)
{
    *s = (struct series){.parts = figure == &figure_waste, .view = reader_memory(reader)};
    const char *file = s->parts ? figure->source : s->view->series;
    if (!reader_identity(reader, file, &s->id, problem) ||
        !table_column(s->id.table, "key", &s->key, problem) ||
        !table_column(s->id.table, "drain", &s->drain, problem)) {
        return false;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *name = i == FOOTPRINT && !s->parts ? s->view->bytes : header[OWN + i];
        s->column[i] = NOT_THERE;
        if (!(i >= ROUNDING && !s->parts) &&
            !table_column(s->id.table, name, &s->column[i], problem)) {
            return false;
        }
    }
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    s->line = calloc(pairs, sizeof *s->line);
    s->jw4 = spread_of(reader, s->view->pass, s->view->over_column, problem);
    s->seed = typical_specs(reader, problem);
    if (!s->jw4 || !s->seed) {
        return false;
    }
    return s->line ? find_last(s, problem) : problem_set(problem, "out of memory");
}

static bool write_row(const struct series *s, size_t row, size_t policy, size_t workload,
                      struct drawing *drawing, struct problem *problem)
{
    csv_text(&drawing->row, reader_policies(s->id.reader)->subject[policy].label);
    csv_whole(&drawing->row, policy + 1);
    csv_text(&drawing->row, reader_workloads(s->id.reader)->subject[workload].label);
    for (size_t i = 0; i < COLUMNS; i++) {
        double value; /* the error in a file that is not ours is found here and not by gnuplot */
        if (s->column[i] == NOT_THERE) {
            csv_text(&drawing->row, "");
            continue;
        }
        if (!table_number(s->id.table, row, s->column[i], &value, problem)) {
            return false;
        }
        csv_text(&drawing->row, table_cell(s->id.table, row, s->column[i]));
    }
    csv_real(&drawing->row,
             s->jw4[workload * reader_policies(s->id.reader)->count + policy].median);
    csv_text(&drawing->row,
             s->parts || !strcmp(s->view->pass, "memory") ? "footprint" : "resident");
    drawing_end_row(drawing);
    return true;
}

/* The rows of a workload. Once the program allocates nothing more, the axis of time stands still,
 * so only the first of the rows from there on is written. */
static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    const struct series *s = ctx;
    const size_t policies = reader_policies(s->id.reader)->count;
    const struct line *ended = NULL;
    for (size_t row = 0; row < s->id.table->rows; row++) {
        const struct line *line = line_of(s, row);
        if (!line || line == ended || (size_t)(line - s->line) / policies != workload) {
            continue;
        }
        double allocated;
        if (!write_row(s, row, (size_t)(line - s->line) % policies, workload, drawing, problem) ||
            !table_number(s->id.table, row, s->column[ALLOCATED], &allocated, problem)) {
            return false;
        }
        ended = allocated >= line->last ? line : ended;
    }
    return true;
}

/* Whether there are samples between the peaks: a folder with the peaks alone has no course of time
 * to draw. */
static bool has_course(const struct series *s, bool *has, struct problem *problem)
{
    size_t reason;
    *has = false;
    if (!table_column(s->id.table, "reason", &reason, problem)) {
        return false;
    }
    for (size_t row = 0; !*has && row < s->id.table->rows; row++) {
        *has = !strcmp(table_cell(s->id.table, row, reason), "grid");
    }
    return true;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    struct series s;
    bool has = false;
    bool done =
        series_open(&s, figure, reader, problem) && has_course(&s, &has, problem) &&
        (!has || drawing_each_workload(figure, reader, options, header, write_rows, &s, problem));
    free(s.line);
    free(s.jw4);
    free(s.seed);
    return done;
}

const struct figure figure_fragmentation = {
    .name = "fragmentation",
    .summary = "footprint and live bytes over time: a panel a policy, a figure a workload",
    .source = "fragmentation.csv",
    .caption = "Memory (line) and live requested bytes (area) over time, counted in allocated "
               "bytes. All panels share their axes; the percentage is the overhead. The axis ends "
               "at most at three times the peak of live bytes.",
    .memory = true,
    .each_workload = true,
    .prepare = prepare,
};

const struct figure figure_footprint = {
    .name = "footprint",
    .summary = "the footprints of all policies in one picture, over live bytes",
    .source = "fragmentation.csv",
    .caption = "Memory of each policy over live requested bytes (area), over time counted in "
               "allocated bytes. The axis ends at most at three times the peak of live bytes.",
    .memory = true,
    .each_workload = true,
    .prepare = prepare,
};

const struct figure figure_waste = {
    .name = "waste",
    .summary =
        "what a footprint holds beside live bytes, over time: rounding, metadata, slack, holes",
    .source = "fragmentation.csv",
    .caption = "What each policy's footprint holds besides live requested bytes, over time counted "
               "in allocated bytes, stacked: rounding of requests, headers and other metadata, "
               "slack (free, but kept for one size class) and holes (free for any request that "
               "fits). The four add up to footprint less live bytes. The axes end at most at four "
               "times the median of the peaks; a panel that goes on says how far.",
    .each_workload = true,
    .prepare = prepare,
};
