#include "results/rows.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/table.h"
#include "cell/heap_map.h"
#include "mallocs/meter.h"
#include "replay/replay.h"
#include "replay/thread_map.h"
#include "results/rows_parts.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

#define CELL_COLUMNS "key,policy,workload,region,touch,release,threads,pass,seed,rep"

const char *const rows_file[ROWS_TABLES] = {
    [ROWS_SUMMARY] = "summary.csv", [ROWS_FRAGMENTATION] = "fragmentation.csv",
    [ROWS_PAGES] = "pages.csv",     [ROWS_LATENCY] = "latency.csv",
    [ROWS_HEAPMAP] = "heapmap.csv", [ROWS_HOLES] = "holes.csv",
    [ROWS_CURVE] = "curve.csv",     [ROWS_THREADS] = "threads.csv",
};

const char *const rows_header[ROWS_TABLES] = {
    [ROWS_SUMMARY] =
        CELL_COLUMNS ",policy_spec,bits,workload_spec,workload_digest,meter,status,detail"
#define X(name, type, nature, passes, unit, meaning) "," #name
    FITLAB_METRICS(X)
#undef X
#define X(name, meaning) "," #name
        FITLAB_COUNTERS(X)
#undef X
        ,
    [ROWS_FRAGMENTATION] = CELL_COLUMNS ",reason"
#define X(name, unit, meaning) "," #name
    SAMPLE_BASE_COLUMNS(X) SAMPLE_GRANTED_COLUMNS(X) SAMPLE_WALK_COLUMNS(X)
#undef X
        ,
    [ROWS_PAGES] = CELL_COLUMNS ",reason"
#define X(name, unit, meaning) "," #name
    PAGE_SAMPLE_BASE_COLUMNS(X) PAGE_SAMPLE_REGION_COLUMNS(X) PAGE_SAMPLE_WALK_COLUMNS(X)
#undef X
        ,
    [ROWS_LATENCY] = CELL_COLUMNS ",scheme,kind,band_bytes,record,quantile,lower_ns,upper_ns,count",
    [ROWS_HEAPMAP] = CELL_COLUMNS ",event,allocated_bytes,bin_bytes,address_bytes,bytes,used_bytes,"
                                  "free_bytes,slack_bytes,metadata_bytes,thread",
    [ROWS_HOLES] = CELL_COLUMNS ",reason,event,size_bytes,holes,bytes,unusable_pct",
    [ROWS_CURVE] =
        CELL_COLUMNS ",region_bytes,region_pct,opened,failed_requests,failed_requests_pct,"
                     "failed_bytes,failed_bytes_pct,skipped_events",
    [ROWS_THREADS] =
        CELL_COLUMNS ",reason,event,allocated_bytes,drain,thread,used_bytes,free_bytes",
};

const char *const rows_reason_names[] = {
#define X(symbol, name, meaning) name,
    SAMPLE_REASONS(X)
#undef X
};

struct csv_row rows_begin(FILE *out, const struct cell *cell, const char *key)
{
    struct csv_row row = {.out = out};
    csv_text(&row, key);
    csv_text(&row, cell->policy->label);
    csv_text(&row, cell->workload->label);
    csv_text(&row, cell->region.text);
    csv_text(&row, touch_names[cell->touch]);
    csv_text(&row, cell->release.text);
    csv_whole(&row, cell->threads);
    csv_text(&row, cell_pass_name(cell->pass));
    csv_whole(&row, cell->seed);
    csv_whole(&row, cell->rep);
    return row;
}

static void write_metric(struct csv_row *row, const struct metrics *m, enum metric_id id)
{
    if (!m->known[id]) {
        csv_text(row, "");
    } else if (metric_table[id].type == METRIC_KIND) {
        csv_text(row, event_kind_names[m->value[id].count]);
    } else if (metric_table[id].type == METRIC_COUNT) {
        csv_whole(row, m->value[id].count);
    } else {
        csv_real(row, m->value[id].real);
    }
}

/* Replaces newlines, so that a row is a line and a file that was cut off is readable up to its last
 * newline. The text may come from a policy and contain anything. */
static void write_line(struct csv_row *row, const char *text)
{
    char line[sizeof((struct cell_result *)0)->detail];
    size_t n = 0;
    for (; text[n] && n + 1 < sizeof line; n++) {
        line[n] = (unsigned char)text[n] < ' ' ? ' ' : text[n];
    }
    line[n] = '\0';
    csv_text(row, line);
}

static void write_summary(FILE *out, const struct cell *cell, const char *key,
                          const struct cell_result *r)
{
    struct csv_row row = rows_begin(out, cell, key);
    char digest[17] = "";
    if (r->workload_digest) {
        snprintf(digest, sizeof digest, "%016" PRIx64, r->workload_digest);
    }
    csv_text(&row, cell->policy->full);
    csv_whole(&row, (uint64_t)cell->policy->bits);
    csv_text(&row, cell->workload->full);
    csv_text(&row, digest);
    csv_text(&row,
             cell->pass == PASS_PAGES ? METER_RESIDENT : meter_of(cell->policy->policy)->name);
    csv_text(&row, cell_status_name(r->status));
    write_line(&row, r->detail);
    for (size_t id = 0; id < METRICS; id++) {
        write_metric(&row, &r->metrics, (enum metric_id)id);
    }
    csv_end_row(&row);
}

static void csv_known(struct csv_row *row, bool known, uint64_t value)
{
    if (known) {
        csv_whole(row, value);
    } else {
        csv_text(row, "");
    }
}

static void write_sample(FILE *out, const struct cell *cell, const char *key,
                         const struct sample *s)
{
    struct csv_row row = rows_begin(out, cell, key);
    csv_text(&row, rows_reason_names[s->reason]);
#define X(name, unit, meaning) csv_whole(&row, s->name);
    SAMPLE_BASE_COLUMNS(X)
#undef X
#define X(name, unit, meaning) csv_known(&row, s->granted_known, s->name);
    SAMPLE_GRANTED_COLUMNS(X)
#undef X
#define X(name, unit, meaning) csv_known(&row, s->walked, s->name);
    SAMPLE_WALK_COLUMNS(X)
#undef X
    csv_end_row(&row);
}

static void write_page_sample(FILE *out, const struct cell *cell, const char *key,
                              const struct page_sample *s)
{
    struct csv_row row = rows_begin(out, cell, key);
    csv_text(&row, rows_reason_names[s->reason]);
#define X(name, unit, meaning) csv_whole(&row, s->name);
    PAGE_SAMPLE_BASE_COLUMNS(X)
#undef X
#define X(name, unit, meaning) csv_known(&row, s->region_known, s->name);
    PAGE_SAMPLE_REGION_COLUMNS(X)
#undef X
#define X(name, unit, meaning) csv_known(&row, s->walked, s->name);
    PAGE_SAMPLE_WALK_COLUMNS(X)
#undef X
    csv_end_row(&row);
}

/* One histogram of one cell, and how to name it. */
struct series {
    FILE *out;
    const struct cell *cell;
    const char *key;
    const struct clock *clock;
    const char *scheme, *kind;
    char band[24];
    double operations; /* in one value: times are divided by it */
    uint64_t overhead; /* ticks of the clock itself in one value */
    const struct histogram *histogram;
};

/* Measured ticks as ns an operation, without the cost of the reading itself, never below 0. */
static double series_ns(const struct series *s, uint64_t ticks)
{
    uint64_t own = ticks > s->overhead ? ticks - s->overhead : 0;
    return clock_ns(s->clock, (double)own) / s->operations;
}

static void write_range(const struct series *s, const char *record, double quantile, uint64_t lower,
                        uint64_t upper, uint64_t count)
{
    struct csv_row row = rows_begin(s->out, s->cell, s->key);
    csv_text(&row, s->scheme);
    csv_text(&row, s->kind);
    csv_text(&row, s->band);
    csv_text(&row, record);
    csv_real(&row, quantile);
    csv_real(&row, series_ns(s, lower));
    csv_real(&row, series_ns(s, upper));
    csv_whole(&row, count);
    csv_end_row(&row);
}

/* The buckets below this one cannot be distinguished: they are "at most the quantum". */
static size_t first_resolved(const struct series *s)
{
    return histogram_bucket(s->overhead + s->clock->quantum_ticks) + 1;
}

static void write_buckets(const struct series *s)
{
    size_t first = first_resolved(s);
    uint64_t below = 0;
    for (size_t i = 0; i < first; i++) {
        below += s->histogram->count[i];
    }
    if (below) {
        write_range(s, "bucket", NAN, 0, histogram_lower(first), below);
    }
    for (size_t i = first; i < HISTOGRAM_BUCKETS; i++) {
        if (s->histogram->count[i]) {
            write_range(s, "bucket", NAN, histogram_lower(i), histogram_lower(i + 1),
                        s->histogram->count[i]);
        }
    }
}

static void write_quantiles(const struct series *s)
{
    static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999};
    const struct histogram *h = s->histogram;
    size_t first = first_resolved(s);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        size_t bucket = histogram_quantile(h, quantiles[i]);
        uint64_t lower = bucket < first ? 0 : histogram_lower(bucket);
        uint64_t upper = histogram_lower(bucket < first ? first : bucket + 1);
        write_range(s, "quantile", quantiles[i], lower, upper, h->total);
    }
    write_range(s, "quantile", 1, histogram_bucket(h->max) < first ? 0 : h->max, h->max, h->total);
}

static void write_series(const struct series *s)
{
    if (s->histogram->total) {
        write_quantiles(s);
        write_buckets(s);
    }
}

static const char *const kinds[EVENT_KINDS] = {"malloc", "calloc", "aligned", "realloc", "free"};

/* bump's, beside it: all operations, and each kind. */
static void write_null(struct series *s, const struct latency *latency)
{
    static struct histogram sum;
    latency_null(latency, &sum);
    s->histogram = &sum;
    write_series(s);
    for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
        s->kind = kinds[kind];
        s->histogram = &latency->null[kind];
        write_series(s);
    }
}

/* The chained scheme: all operations, each kind, and each kind by size. */
static void write_chained(struct series *s, const struct latency *latency)
{
    static struct histogram sum;
    s->histogram = &sum;
    latency_all(latency, &sum);
    write_series(s);
    for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
        s->kind = kinds[kind];
        snprintf(s->band, sizeof s->band, "all");
        memset(&sum, 0, sizeof sum);
        for (size_t band = 0; band < LATENCY_BANDS; band++) {
            histogram_merge(&sum, &latency->chained[kind][band]);
        }
        s->histogram = &sum;
        write_series(s);
        for (size_t band = 0; band < LATENCY_BANDS; band++) {
            snprintf(s->band, sizeof s->band, band + 1 < LATENCY_BANDS ? "%" PRIu64 : "inf",
                     latency_band_most(band));
            s->histogram = &latency->chained[kind][band];
            write_series(s);
        }
    }
}

static void write_latency(FILE *out, const struct cell *cell, const char *key,
                          const struct cell_result *r)
{
    struct series s = {.out = out,
                       .cell = cell,
                       .key = key,
                       .clock = r->clock,
                       .kind = "all",
                       .band = "all",
                       .operations = 1};
    struct series chained = s, null = s, sampled = s, blocks = s;
    chained.scheme = "chained";
    chained.overhead = r->clock->overhead_ticks;
    write_chained(&chained, r->latency);
    null.scheme = "null";
    null.overhead = r->clock->overhead_ticks;
    write_null(&null, r->latency);
    sampled.scheme = "sampled";
    sampled.overhead = r->clock->window_ticks;
    sampled.histogram = &r->latency->sampled;
    write_series(&sampled);
    blocks.scheme = "blocks";
    blocks.overhead = r->clock->overhead_ticks;
    blocks.operations = REPLAY_BLOCK;
    blocks.histogram = &r->latency->blocks;
    write_series(&blocks);
}

/* One row for each size up to the largest hole. */
static void write_holes(FILE *out, const struct cell *cell, const char *key,
                        const struct hole_moment *m)
{
    for (size_t band = 0; band < HOLE_BANDS && m->sizes.usable[band]; band++) {
        struct csv_row row = rows_begin(out, cell, key);
        csv_text(&row, rows_reason_names[m->reason]);
        csv_whole(&row, m->event);
        csv_whole(&row, hole_band_bytes(band));
        csv_whole(&row, m->sizes.holes[band]);
        csv_whole(&row, m->sizes.bytes[band]);
        csv_real(&row, hole_unusable_pct(&m->sizes, band));
        csv_end_row(&row);
    }
}

static double pct_of(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

/* If the policy could not even open its heap, every request fails. */
static void write_curve(FILE *out, const struct cell *cell, const char *key,
                        const struct cell_result *r, const struct curve_point *point)
{
    const struct metrics *m = &r->metrics;
    uint64_t requests = m->value[METRIC_mallocs].count + m->value[METRIC_callocs].count +
                        m->value[METRIC_aligneds].count + m->value[METRIC_reallocs].count;
    uint64_t bytes = m->value[METRIC_requested_bytes].count;
    uint64_t refused = point->opened ? point->refused : requests;
    uint64_t refused_bytes = point->opened ? point->refused_bytes : bytes;
    struct csv_row row = rows_begin(out, cell, key);
    csv_whole(&row, point->region_bytes);
    csv_real(&row, pct_of(point->region_bytes, m->value[METRIC_peak_live_bytes].count));
    csv_whole(&row, point->opened);
    csv_whole(&row, refused);
    csv_real(&row, pct_of(refused, requests));
    csv_whole(&row, refused_bytes);
    csv_real(&row, pct_of(refused_bytes, bytes));
    csv_whole(&row, point->skipped);
    csv_end_row(&row);
}

static bool is_kept(const struct cell *cell, enum sample_reason reason)
{
    return !cell->peaks_only || reason == SAMPLE_PEAK_LIVE || reason == SAMPLE_PEAK_FOOTPRINT;
}

void rows_write(FILE *const out[ROWS_TABLES], const struct cell *cell, const char *key,
                const struct cell_result *r)
{
    for (size_t i = 0; i < r->sample_count; i++) {
        if (is_kept(cell, r->samples[i].reason)) {
            write_sample(out[ROWS_FRAGMENTATION], cell, key, &r->samples[i]);
        }
    }
    for (size_t i = 0; i < r->thread_sample_count; i++) {
        if (is_kept(cell, r->thread_samples[i].reason)) {
            rows_write_threads(out[ROWS_THREADS], cell, key, &r->thread_samples[i]);
        }
    }
    for (size_t i = 0; i < r->page_sample_count; i++) {
        if (is_kept(cell, r->page_samples[i].reason)) {
            write_page_sample(out[ROWS_PAGES], cell, key, &r->page_samples[i]);
        }
    }
    if (r->latency && r->clock && r->status <= CELL_OOM) {
        write_latency(out[ROWS_LATENCY], cell, key, r);
    }
    for (size_t i = 0; r->map && r->status <= CELL_OOM && i < r->map->moments; i++) {
        rows_write_moment(out[ROWS_HEAPMAP], cell, key, r->map, &r->map->moment[i]);
    }
    for (size_t i = 0; !cell->no_holes && i < r->hole_moments; i++) {
        write_holes(out[ROWS_HOLES], cell, key, &r->holes[i]);
    }
    for (size_t i = 0; i < r->curve_points && r->status <= CELL_OOM; i++) {
        write_curve(out[ROWS_CURVE], cell, key, r, &r->curve[i]);
    }
    write_summary(out[ROWS_SUMMARY], cell, key, r);
}
