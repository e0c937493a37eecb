/* latency.c - quantiles of single operations, size bands and repetitions merged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "results/results_reader.h"

static const char *const kinds[] = {"malloc", "free", "realloc"};
static const double quantiles[] = {.5, .9, .99, .999, .9999, 1};

enum {
    KINDS = sizeof kinds / sizeof *kinds,
    QUANTILES = sizeof quantiles / sizeof *quantiles,
};

struct bucket {
    double lower, upper, count;
};

/* The histogram of one policy, workload and kind; and bump's in the same cells. */
struct distribution {
    struct bucket *bucket;
    size_t buckets, room;
    double max_lower, max_upper;
};

struct latency {
    struct identity id;
    size_t scheme, kind, band, record, quantile, lower, upper, count;
    struct distribution *cell; /* [workload][policy][kind] */
    struct distribution *null; /* the same, of bump */
    double *quantum;           /* [workload][policy], ns */
};

static bool open_columns(struct latency *l, struct results_reader *reader, struct problem *problem)
{
    return reader_identity(reader, "latency.csv", &l->id, problem) &&
           table_column(l->id.table, "scheme", &l->scheme, problem) &&
           table_column(l->id.table, "kind", &l->kind, problem) &&
           table_column(l->id.table, "band_bytes", &l->band, problem) &&
           table_column(l->id.table, "record", &l->record, problem) &&
           table_column(l->id.table, "quantile", &l->quantile, problem) &&
           table_column(l->id.table, "lower_ns", &l->lower, problem) &&
           table_column(l->id.table, "upper_ns", &l->upper, problem) &&
           table_column(l->id.table, "count", &l->count, problem);
}

/* Where times of single operations of one kind go: the policy's are counted by size band, so that
 * each stands there once besides the sums; bump's have no bands. NULL: the row is of no such time.
 */
static struct distribution *distributions_of(const struct latency *l, size_t row)
{
    bool in_band = strcmp(table_cell(l->id.table, row, l->band), "all") != 0;
    const char *scheme = table_cell(l->id.table, row, l->scheme);
    if (!strcmp(scheme, "chained") && in_band) {
        return l->cell;
    }
    return !strcmp(scheme, "null") ? l->null : NULL;
}

static size_t kind_of(const struct latency *l, size_t row)
{
    size_t k = 0;
    while (k < KINDS && strcmp(table_cell(l->id.table, row, l->kind), kinds[k]) != 0) {
        k++;
    }
    return k;
}

static void add_bucket(struct distribution *d, struct bucket bucket)
{
    if (d->buckets == d->room) {
        d->room = d->room ? d->room * 2 : 64;
        d->bucket = reallocarray(d->bucket, d->room, sizeof *d->bucket);
        if (!d->bucket) {
            abort();
        }
    }
    d->bucket[d->buckets++] = bucket;
}

static bool read_row(struct latency *l, size_t row, struct distribution *d, struct problem *problem)
{
    struct bucket b;
    if (!table_number(l->id.table, row, l->lower, &b.lower, problem) ||
        !table_number(l->id.table, row, l->upper, &b.upper, problem) ||
        !table_number(l->id.table, row, l->count, &b.count, problem)) {
        return false;
    }
    if (!strcmp(table_cell(l->id.table, row, l->record), "bucket")) {
        add_bucket(d, b);
    } else if (!strcmp(table_cell(l->id.table, row, l->quantile), "1") && b.upper > d->max_upper) {
        d->max_lower = b.lower;
        d->max_upper = b.upper;
    }
    return true;
}

static bool read_rows(struct latency *l, struct problem *problem)
{
    size_t policies = reader_policies(l->id.reader)->count;
    for (size_t row = 0; row < l->id.table->rows; row++) {
        size_t p, w, k = kind_of(l, row);
        struct distribution *of = distributions_of(l, row);
        if (k == KINDS || !of || !identity_row(&l->id, row, &p, &w)) {
            continue;
        }
        if (!read_row(l, row, &of[(w * policies + p) * KINDS + k], problem)) {
            return false;
        }
    }
    return true;
}

/* The clock's quantum is a matter of the cell: it is in summary.csv. */
static bool read_quanta(struct latency *l, struct problem *problem)
{
    struct identity id;
    size_t column, policies = reader_policies(l->id.reader)->count;
    if (!reader_identity(l->id.reader, "summary.csv", &id, problem) ||
        !table_column(id.table, "clock_quantum_ns", &column, problem)) {
        return false;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        size_t p, w;
        double quantum;
        if (!identity_is_pass(&id, row, "latency") || !identity_row(&id, row, &p, &w)) {
            continue;
        }
        if (!table_number(id.table, row, column, &quantum, problem)) {
            return false;
        }
        l->quantum[w * policies + p] = fmax(l->quantum[w * policies + p], quantum);
    }
    return true;
}

static int by_upper(const void *a, const void *b)
{
    const struct bucket *x = a, *y = b;
    return (x->upper > y->upper) - (x->upper < y->upper);
}

/* The bucket in which the quantile lies; d's buckets are in order. */
static struct bucket quantile_bucket(const struct distribution *d, double quantile)
{
    double total = 0, below = 0;
    for (size_t i = 0; i < d->buckets; i++) {
        total += d->bucket[i].count;
    }
    size_t i = 0;
    for (; i + 1 < d->buckets; i++) {
        below += d->bucket[i].count;
        if (below >= quantile * total) {
            break;
        }
    }
    return (struct bucket){d->bucket[i].lower, d->bucket[i].upper, total};
}

static struct bucket quantile_of(struct distribution *d, double quantile)
{
    if (!d->buckets) {
        return (struct bucket){NAN, NAN, NAN};
    }
    struct bucket b = quantile_bucket(d, quantile);
    if (quantile == 1 && d->max_upper > 0) {
        b.lower = d->max_lower;
        b.upper = d->max_upper;
    }
    return b;
}

static void write_quantiles(const struct latency *l, struct drawing *drawing, size_t w, size_t p,
                            size_t k)
{
    const struct roster *policies = reader_policies(l->id.reader);
    size_t at = (w * policies->count + p) * KINDS + k;
    struct distribution *d = &l->cell[at], *null = &l->null[at];
    if (!d->buckets) {
        return;
    }
    qsort(d->bucket, d->buckets, sizeof *d->bucket, by_upper);
    if (null->buckets) {
        qsort(null->bucket, null->buckets, sizeof *null->bucket, by_upper);
    }
    for (size_t i = 0; i < QUANTILES; i++) {
        struct bucket b = quantile_of(d, quantiles[i]), n = quantile_of(null, quantiles[i]);
        csv_text(&drawing->row, policies->subject[p].label);
        csv_whole(&drawing->row, p + 1);
        csv_text(&drawing->row, reader_workloads(l->id.reader)->subject[w].label);
        csv_text(&drawing->row, kinds[k]);
        csv_real(&drawing->row, quantiles[i]);
        csv_real(&drawing->row, b.lower);
        csv_real(&drawing->row, b.upper);
        csv_real(&drawing->row, b.count);
        csv_real(&drawing->row, l->quantum[w * policies->count + p]);
        csv_real(&drawing->row, n.upper);
        csv_whole(&drawing->row, !(b.upper <= n.upper));
        drawing_end_row(drawing);
    }
}

static bool write_rows(struct drawing *drawing, size_t workload, const void *ctx,
                       struct problem *problem)
{
    (void)problem;
    const struct latency *l = ctx;
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t p = 0; p < reader_policies(l->id.reader)->count; p++) {
            write_quantiles(l, drawing, workload, p, k);
        }
    }
    return true;
}

static bool prepare(const struct figure *figure, struct results_reader *reader,
                    struct plot_options *options, struct problem *problem)
{
    static const char *const header[] = {"label",      "style",    "workload",   "kind",
                                         "quantile",   "lower_ns", "upper_ns",   "count",
                                         "quantum_ns", "null_ns",  "above_null", NULL};
    struct latency l = {0};
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    l.cell = calloc(pairs * KINDS, sizeof *l.cell);
    l.quantum = calloc(pairs, sizeof *l.quantum);
    l.null = calloc(pairs * KINDS, sizeof *l.null);
    bool done = l.cell && l.null && l.quantum && open_columns(&l, reader, problem) &&
                read_rows(&l, problem) && read_quanta(&l, problem) &&
                drawing_each_workload(figure, reader, options, header, write_rows, &l, problem);
    for (size_t i = 0; l.cell && i < pairs * KINDS; i++) {
        free(l.cell[i].bucket);
    }
    for (size_t i = 0; l.null && i < pairs * KINDS; i++) {
        free(l.null[i].bucket);
    }
    free(l.cell);
    free(l.null);
    free(l.quantum);
    return done;
}

const struct figure figure_latency = {
    .name = "latency",
    .summary = "quantiles of single operations per policy, beside those of bump in the same cells",
    .source = "latency.csv",
    .caption = "Service time of single operations: median, 90th, 99th, 99.9th and 99.99th "
               "percentile. The band behind them, with a tick at each, is the same of bump, which "
               "does next "
               "to nothing, in the same cells: what the machine does by itself. A quantile that is "
               "not above "
               "bump's is pale: it says nothing of the policy. Shaded: at most the clock's "
               "quantum, below which nothing can be told apart. Replay is back to back, so this is "
               "not response time. The maximum, which is mostly an interruption, is in the CSV; "
               "the worst case without a clock is the column most_probes.",
    .timed = true,
    .each_workload = true,
    .prepare = prepare,
};
