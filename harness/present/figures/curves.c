/* curves.c - figures whose CSV is rows of a results table as they are: one drawing a workload. */
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"
#include "results/typical.h"

enum { MOST_COLUMNS = 8 };

/* Which rows and columns of the figure's source are copied. */
struct selection_of_rows {
    const char *reason; /* of the sample; NULL: there is no such column */
    const char *column[MOST_COLUMNS + 1];
};

static const struct selection_of_rows failure_rows = {
    .column = {"region_bytes", "region_pct", "failed_requests_pct", "failed_bytes_pct"}};
static const struct selection_of_rows hole_rows = {
    .reason = "peak-footprint", .column = {"size_bytes", "holes", "bytes", "unusable_pct"}};

struct curves {
    const struct selection_of_rows *rows;
    struct identity id;
    size_t key, reason;
    size_t column[MOST_COLUMNS];
    const char **seed; /* of each workload: the typical one */
    const char **cell; /* [workload][policy]: the key of its first cell; repetitions are alike */
};

static bool curves_open(struct curves *c, const struct figure *figure,
                        struct results_reader *reader, struct problem *problem)
{
    if (!reader_identity(reader, figure->source, &c->id, problem) ||
        !table_column(c->id.table, "key", &c->key, problem) ||
        (c->rows->reason && !table_column(c->id.table, "reason", &c->reason, problem))) {
        return false;
    }
    for (size_t i = 0; c->rows->column[i]; i++) {
        if (!table_column(c->id.table, c->rows->column[i], &c->column[i], problem)) {
            return false;
        }
    }
    c->seed = typical_specs(reader, problem);
    if (!c->seed) {
        return false;
    }
    c->cell =
        calloc(reader_policies(reader)->count * reader_workloads(reader)->count, sizeof *c->cell);
    return c->cell || problem_set(problem, "out of memory");
}

/* Whether a row is drawn, of this workload; *policy: whose it is. */
static bool is_drawn(const struct curves *c, size_t row, size_t workload, size_t *policy)
{
    size_t w;
    if ((c->rows->reason &&
         strcmp(table_cell(c->id.table, row, c->reason), c->rows->reason) != 0) ||
        !identity_row(&c->id, row, policy, &w) || w != workload ||
        !typical_row(c->seed, &c->id, row, w)) {
        return false;
    }
    const char *key = table_cell(c->id.table, row, c->key);
    const char **first = &c->cell[w * reader_policies(c->id.reader)->count + *policy];
    *first = *first ? *first : key;
    return !strcmp(*first, key);
}

static bool write_row(const struct curves *c, size_t row, size_t policy, size_t workload,
                      struct drawing *drawing, struct problem *problem)
{
    csv_text(&drawing->row, reader_policies(c->id.reader)->subject[policy].label);
    csv_whole(&drawing->row, policy + 1);
    csv_text(&drawing->row, reader_workloads(c->id.reader)->subject[workload].label);
    for (size_t i = 0; c->rows->column[i]; i++) {
        double value;
        if (!table_number(c->id.table, row, c->column[i], &value, problem)) {
            return false;
        }
        csv_text(&drawing->row, table_cell(c->id.table, row, c->column[i]));
    }
    drawing_end_row(drawing);
    return true;
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    const struct curves *c = ctx;
    for (size_t row = 0, policy; row < c->id.table->rows; row++) {
        if (is_drawn(c, row, workload, &policy) &&
            !write_row(c, row, policy, workload, drawing, problem)) {
            return false;
        }
    }
    return true;
}

static bool draw(const struct figure *figure, const struct selection_of_rows *rows,
                 struct results_reader *reader, struct plot_options *options,
                 struct problem *problem)
{
    struct curves c = {.rows = rows};
    const char *header[MOST_COLUMNS + 4] = {"label", "style", "workload"};
    memcpy(header + 3, rows->column, sizeof rows->column);
    bool done = curves_open(&c, figure, reader, problem) &&
                drawing_each_workload(figure, reader, options, header, write_rows, &c, problem);
    free(c.cell);
    free(c.seed);
    return done;
}

static bool prepare_failure(const struct figure *figure, struct results_reader *reader,
                            struct plot_options *options, struct problem *problem)
{
    return draw(figure, &failure_rows, reader, options, problem);
}

static bool prepare_holes(const struct figure *figure, struct results_reader *reader,
                          struct plot_options *options, struct problem *problem)
{
    return draw(figure, &hole_rows, reader, options, problem);
}

const struct figure figure_failure = {
    .name = "failure",
    .summary =
        "share of requests that fail as a fixed region grows, an allocator's miss-ratio curve",
    .source = "curve.csv",
    .caption =
        "Share of requests refused, and of the bytes that they asked for, in a region of fixed "
        "size, against its size over the peak of live bytes, and in bytes. A triangle, and the "
        "number behind a name, is the smallest region tried in which every request is served.",
    .each_workload = true,
    .prepare = prepare_failure,
};

const struct figure figure_unusable = {
    .name = "unusable",
    .summary = "share of free memory that blocks of one size cannot use, as that size grows",
    .source = "holes.csv",
    .caption =
        "Of all bytes in holes, where the footprint peaks, those that blocks of one size could "
        "not use: 1 - sum of s floor(hole/s) over all free bytes. It generalises the unusable "
        "free space index of Linux.",
    .each_workload = true,
    .prepare = prepare_holes,
};

const struct figure figure_hole_sizes = {
    .name = "hole-sizes",
    .summary = "how many holes there are of each size where the footprint peaks",
    .source = "holes.csv",
    .caption =
        "Number of holes by size where the footprint peaks, two bars a doubling of size. All "
        "panels share their axes.",
    .each_workload = true,
    .prepare = prepare_holes,
};
