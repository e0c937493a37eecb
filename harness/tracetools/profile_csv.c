/* profile_csv.c - a profile as tidy rows. */
#include "base/table.h"
#include "tracetools/profile_report.h"

enum { MOST_SIZES = 100 };

struct rows {
    struct csv_row row;
    const char *workload;
};

static void start(struct rows *r, const char *section)
{
    csv_text(&r->row, r->workload);
    csv_text(&r->row, section);
}

static void end(struct rows *r, const char *measure, uint64_t value)
{
    csv_text(&r->row, measure);
    csv_whole(&r->row, value);
    csv_end_row(&r->row);
}

static void put(struct rows *r, const char *section, const char *key, const char *measure,
                uint64_t value)
{
    start(r, section);
    csv_text(&r->row, key);
    end(r, measure, value);
}

static void put_at(struct rows *r, const char *section, uint64_t key, const char *measure,
                   uint64_t value)
{
    start(r, section);
    csv_whole(&r->row, key);
    end(r, measure, value);
}

static void put_totals(struct rows *r, const struct profile *p)
{
    put(r, "totals", "", "events", p->drain);
    put(r, "totals", "", "drain_events", p->events - p->drain);
    put(r, "totals", "", "requested_bytes", p->requested_bytes);
    put(r, "totals", "", "peak_live_bytes", p->peak_live_bytes);
    put(r, "totals", "", "peak_live_blocks", p->peak_live_blocks);
    put(r, "totals", "", "peak_event", p->peak_at);
    put(r, "totals", "", "end_live_bytes", p->end_live_bytes);
    put(r, "totals", "", "end_live_blocks", p->end_live_blocks);
    put(r, "totals", "", "sizes", p->sizes.distinct);
    put(r, "totals", "", "threads", p->threads);
    put(r, "totals", "", "foreign_frees", p->foreign_frees);
}

static void put_kinds(struct rows *r, const struct profile *p)
{
    for (size_t i = 0; i < EVENT_KINDS; i++) {
        put(r, "kinds", event_kind_names[i], "events", p->kinds[i]);
    }
    for (size_t i = 0; i < PROFILE_THREADS; i++) {
        if (p->thread_events[i]) {
            put_at(r, "threads", i, "events", p->thread_events[i]);
        }
    }
}

/* A row a doubling, from the first that has values to the last. */
static void put_doublings(struct rows *r, const char *section, const struct histogram *h,
                          const char *measure)
{
    uint64_t count[65] = {0};
    size_t first = 64, last = 0;
    for (size_t b = 0; b < HISTOGRAM_BUCKETS; b++) {
        uint64_t low = histogram_lower(b);
        size_t k = low ? 64 - (size_t)__builtin_clzll(low) : 0;
        count[k] += h->count[b];
        if (h->count[b]) {
            first = k < first ? k : first;
            last = k > last ? k : last;
        }
    }
    for (size_t k = first; k <= last; k++) {
        put_at(r, section, (UINT64_C(1) << k) - 1, measure, count[k]);
    }
}

static void put_sizes(struct rows *r, const char *section, const struct size_table *t)
{
    for (size_t i = 0; i < t->distinct && i < MOST_SIZES; i++) {
        put_at(r, section, t->entry[i].size, "blocks", t->entry[i].count);
    }
}

static void put_shape(struct rows *r, const struct shape *s)
{
    for (size_t i = 0; i < s->points; i++) {
        put_at(r, "live", s->point[i].event, "bytes", s->point[i].live_bytes);
        put_at(r, "live", s->point[i].event, "blocks", s->point[i].end_blocks);
    }
    for (size_t i = 0; i < s->phases; i++) {
        put_at(r, "phases", s->phase[i].to, phase_name(s->phase[i].kind), s->phase[i].to_bytes);
    }
}

void profile_write_csv(const struct profile *p, const char *workload, FILE *out)
{
    static const char *const columns[] = {"workload", "section", "key", "measure", "value"};
    struct rows r = {.row = {.out = out}, .workload = workload};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        csv_text(&r.row, columns[i]);
    }
    csv_end_row(&r.row);
    put_totals(&r, p);
    put_kinds(&r, p);
    put_doublings(&r, "size", &p->size, "blocks");
    put_sizes(&r, "sizes", &p->sizes);
    put_sizes(&r, "survivors", &p->survivors);
    put_doublings(&r, "life_events", &p->life_events, "blocks");
    put_doublings(&r, "life_bytes", &p->life_bytes, "blocks");
    put(&r, "resizing", "", "grows", p->resizing.grows);
    put(&r, "resizing", "", "shrinks", p->resizing.shrinks);
    put(&r, "resizing", "", "same", p->resizing.same);
    put_doublings(&r, "growth", &p->resizing.ratio_pct, "resizes");
    put_shape(&r, &p->shape);
}
