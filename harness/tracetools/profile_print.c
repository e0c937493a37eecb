/* profile_print.c - a profile as tables for a terminal. */
#include <inttypes.h>

#include "base/text_table.h"
#include "tracetools/profile_report.h"

enum { SHOWN_SIZES = 12, SHOWN_SURVIVORS = 5, CURVE_WIDTH = 64 };

static double pct(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void print_kinds(const struct profile *p, FILE *out)
{
    fprintf(out, "events         %" PRIu64, p->drain);
    for (size_t i = 0; i < EVENT_KINDS; i++) {
        if (p->kinds[i]) {
            fprintf(out, ", %s %.1f %%", event_kind_names[i], pct(p->kinds[i], p->drain));
        }
    }
    if (p->events > p->drain) {
        fprintf(out, "; then a drain of %" PRIu64 " frees", p->events - p->drain);
    }
    fprintf(out, "\nrequested      %" PRIu64 " bytes, %.1f times the peak\n", p->requested_bytes,
            p->peak_live_bytes ? (double)p->requested_bytes / (double)p->peak_live_bytes : 0);
}

static void print_live(const struct profile *p, FILE *out)
{
    fprintf(out,
            "peak live      %" PRIu64 " bytes at event %" PRIu64
            " (%.0f %% of the way), at most %" PRIu64 " blocks\n",
            p->peak_live_bytes, p->peak_at, pct(p->peak_at, p->drain), p->peak_live_blocks);
    fprintf(out, "live at end    %" PRIu64 " bytes in %" PRIu64 " blocks", p->end_live_bytes,
            p->end_live_blocks);
    for (size_t i = 0; i < p->survivors.distinct && i < SHOWN_SURVIVORS; i++) {
        fprintf(out, "%s%" PRIu64 " of %" PRIu64, i ? ", " : ": ", p->survivors.entry[i].count,
                p->survivors.entry[i].size);
    }
    fputs(p->survivors.distinct > SHOWN_SURVIVORS ? " bytes, ...\n"
          : p->survivors.distinct                 ? " bytes\n"
                                                  : "\n",
          out);
    fprintf(out, "threads        %" PRIu64, p->threads);
    if (p->threads > 1) {
        fprintf(out, ", %.1f %% of the frees by another thread than the block's",
                pct(p->foreign_frees, p->kinds[EVENT_FREE]));
    }
    fputc('\n', out);
}

static void print_resizing(const struct resizing *r, FILE *out)
{
    uint64_t all = r->grows + r->shrinks + r->same;
    if (all) {
        fprintf(out,
                "realloc        %.1f %% grow (median to %" PRIu64
                " %% of the size), %.1f %% shrink; at most %" PRIu64 " a block\n",
                pct(r->grows, all), profile_quantile(&r->ratio_pct, .5), pct(r->shrinks, all),
                r->chain.max);
    }
}

static void add_quantiles(struct text_table *t, const char *what, const struct histogram *h)
{
    static const double quantiles[] = {0, .25, .5, .75, .9, .99, 1};
    text_table_add(t, "%s", what);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        text_table_add(t, "%" PRIu64, profile_quantile(h, quantiles[i]));
    }
}

static void print_quantiles(const struct profile *p, FILE *out)
{
    static const char *const head[] = {"quantiles", "least", "25 %", "median",
                                       "75 %",      "90 %",  "99 %", "most"};
    static const bool left[] = {true, false, false, false, false, false, false, false};
    struct text_table t;
    text_table_open(&t, 8, left);
    for (size_t i = 0; i < 8; i++) {
        text_table_add(&t, "%s", head[i]);
    }
    add_quantiles(&t, "size, bytes", &p->size);
    add_quantiles(&t, "lifetime, events", &p->life_events);
    add_quantiles(&t, "lifetime, bytes allocated", &p->life_bytes);
    text_table_print(&t, out);
    text_table_close(&t);
}

static void print_sizes(const struct size_table *sizes, FILE *out)
{
    static const bool left[] = {false, false, false, false};
    struct text_table t;
    text_table_open(&t, 4, left);
    text_table_add(&t, "size");
    text_table_add(&t, "blocks");
    text_table_add(&t, "%% of all");
    text_table_add(&t, "cumulative");
    uint64_t sum = 0;
    for (size_t i = 0; i < sizes->distinct && i < SHOWN_SIZES; i++) {
        const struct size_count *e = &sizes->entry[i];
        sum += e->count;
        text_table_add(&t, "%" PRIu64, e->size);
        text_table_add(&t, "%" PRIu64, e->count);
        text_table_add(&t, "%.1f", pct(e->count, sizes->total));
        text_table_add(&t, "%.1f", pct(sum, sizes->total));
    }
    text_table_print(&t, out);
    text_table_close(&t);
    fprintf(out,
            "%zu sizes in all; half of the blocks have one of %zu, 90 %% of %zu, 99 %% of %zu\n",
            sizes->distinct, size_table_cover(sizes, .5), size_table_cover(sizes, .9),
            size_table_cover(sizes, .99));
}

/* Live bytes over the events, as a line of bars of eight heights. */
static void print_curve(const struct shape *s, uint64_t peak, FILE *out)
{
    static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    fputs("live bytes     |", out);
    for (size_t i = 0; i < CURVE_WIDTH; i++) {
        size_t from = i * s->points / CURVE_WIDTH, to = (i + 1) * s->points / CURVE_WIDTH;
        uint64_t most = s->point[from].live_bytes;
        for (size_t k = from; k < to; k++) {
            most = s->point[k].live_bytes > most ? s->point[k].live_bytes : most;
        }
        fputs(bars[peak ? (size_t)((double)most / (double)peak * 8 + .5) : 0], out);
    }
    fputs("|\n", out);
}

static void print_phases(const struct profile *p, FILE *out)
{
    static const bool left[] = {true, false, false, false, false};
    struct text_table t;
    text_table_open(&t, 5, left);
    text_table_add(&t, "phase");
    text_table_add(&t, "to event");
    text_table_add(&t, "%% of events");
    text_table_add(&t, "live bytes");
    text_table_add(&t, "%% of peak");
    for (size_t i = 0; i < p->shape.phases; i++) {
        const struct phase *f = &p->shape.phase[i];
        text_table_add(&t, "%s", phase_name(f->kind));
        text_table_add(&t, "%" PRIu64, f->to);
        text_table_add(&t, "%.1f", pct(f->to - f->from, p->drain));
        text_table_add(&t, "%" PRIu64, f->to_bytes);
        text_table_add(&t, "%.0f", pct(f->to_bytes, p->peak_live_bytes));
    }
    text_table_print(&t, out);
    text_table_close(&t);
}

void profile_print(const struct profile *p, FILE *out)
{
    print_kinds(p, out);
    print_live(p, out);
    print_resizing(&p->resizing, out);
    if (p->shape.points == 0) {
        return;
    }
    print_curve(&p->shape, p->peak_live_bytes, out);
    fputc('\n', out);
    print_quantiles(p, out);
    fputc('\n', out);
    print_sizes(&p->sizes, out);
    fputc('\n', out);
    print_phases(p, out);
}
