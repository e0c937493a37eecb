/* pass_latency.c - the time of single operations, as histograms.
 *
 * Three schemes, each a replay of its own, repeated in turn until there is enough: blocks of
 * 16 operations (means, undisturbed), a chained reading an operation (every operation counts:
 * tails and the maximum), and a fenced window around one in 64 (the others run free). Between them
 * the same chained replay of bump, which does next to nothing: what is slow there is the machine's
 * doing, and a quantile of the policy's that does not exceed it says nothing of the policy.
 */
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"
#include "cell/pass_kind.h"
#include "cell/replay_cost.h"
#include "cell/threaded_latency.h"
#include "cell/timed.h"

/* The results that are this pass's own. */
static struct latency *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_LATENCY);
}

enum { MOST_ROUNDS = 50 };
static const double ENOUGH_NS = 7.5e7, MOST_SECONDS = 0.25; /* as in pass_throughput.c */

struct observer {
    struct latency *latency;
    uint8_t *band; /* of the block in each slot */
};

uint8_t latency_band_of(uint64_t size)
{
    uint8_t band = 0;
    while (band < LATENCY_BANDS - 1 && size > latency_band_most(band)) {
        band++;
    }
    return band;
}

static void add_windows(struct histogram *h, const uint32_t *window, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        histogram_add(h, window[i]);
    }
}

static void observe_blocks(const struct replay *r, const struct packed_chunk *c, void *ctx)
{
    struct observer *o = ctx;
    add_windows(&o->latency->blocks, r->window, c->n / REPLAY_BLOCK);
}

static void observe_sampled(const struct replay *r, const struct packed_chunk *c, void *ctx)
{
    struct observer *o = ctx;
    add_windows(&o->latency->sampled, r->window, (c->n + REPLAY_STRIDE - 1) / REPLAY_STRIDE);
}

static void observe_chained(const struct replay *r, const struct packed_chunk *c, void *ctx)
{
    struct observer *o = ctx;
    for (size_t i = 0; i < c->n; i++) {
        struct event e = packed_event(c, i);
        if (e.kind != EVENT_FREE) {
            o->band[e.slot] = latency_band_of(e.size);
        }
        histogram_add(&o->latency->chained[e.kind][o->band[e.slot]], r->window[i]);
    }
}

static void observe_null(const struct replay *r, const struct packed_chunk *c, void *ctx)
{
    struct observer *o = ctx;
    for (size_t i = 0; i < c->n; i++) {
        histogram_add(&o->latency->null[packed_event(c, i).kind], r->window[i]);
    }
}

static const struct {
    enum replay_timing timing;
    timed_observer *observe;
} schemes[] = {
    {REPLAY_BLOCKS, observe_blocks}, /* first: put() takes its mean */
    {REPLAY_CHAINED, observe_chained},
    {REPLAY_SAMPLED, observe_sampled},
};

enum { SCHEMES = sizeof schemes / sizeof *schemes };

/* The times of the replays of each scheme. */
struct times {
    double ticks[SCHEMES][MOST_ROUNDS];
    size_t rounds;
};

/* One replay of bump; where it is not available, or refuses a request, nothing is known. */
static bool replay_null(struct pass *p, struct replay *r, struct replay_cost *bump,
                        timed_observer *observe, struct observer *o)
{
    struct heap *heap = replay_cost_heap(bump);
    if (!heap) {
        return true;
    }
    const struct usage own = p->usage;
    bool played = timed_replay(p, r, heap, REPLAY_CHAINED, TOUCH_NONE, observe, o);
    p->usage = own;
    if (played && replay_refused(r)) {
        bump->available = false;
        memset(o->latency->null, 0, sizeof o->latency->null);
    }
    return played;
}

static bool measure(struct pass *p, struct replay *r, struct replay_cost *bump, struct observer *o,
                    struct times *times)
{
    double elapsed = 0, start = seconds_now();
    if (!replay_null(p, r, bump, NULL, o)) { /* its pages are there from now on */
        return false;
    }
    for (; times->rounds < MOST_ROUNDS && elapsed < ENOUGH_NS; times->rounds++) {
        if (times->rounds && seconds_now() > start + MOST_SECONDS) {
            return true;
        }
        if (!replay_null(p, r, bump, observe_null, o)) {
            return false;
        }
        for (size_t s = 0; s < SCHEMES; s++) {
            if (!pass_new_heap(p) || !timed_replay(p, r, p->heap, schemes[s].timing, p->cell->touch,
                                                   schemes[s].observe, o)) {
                return false;
            }
            times->ticks[s][times->rounds] = (double)r->ticks;
            elapsed += clock_ns(clock_get(), (double)r->ticks);
        }
    }
    return true;
}

/* The value at a quantile, minus the cost of reading the clock, but never less than the clock's
 * quantum. */
static double quantile_ns(const struct histogram *h, double q)
{
    const struct clock *c = clock_get();
    uint64_t ticks = q < 1 ? histogram_lower(histogram_quantile(h, q)) : h->max;
    ticks -= ticks < c->overhead_ticks ? ticks : c->overhead_ticks;
    return clock_ns(c, (double)(ticks > c->quantum_ticks ? ticks : c->quantum_ticks));
}

static void put_quantiles(struct metrics *m, const struct latency *latency)
{
    static struct histogram all, null;
    static const struct {
        enum metric_id id, null_id; /* METRICS: none */
        double q;
    } quantiles[] = {{METRIC_p50_ns, METRICS, 0.5},
                     {METRIC_p90_ns, METRICS, 0.9},
                     {METRIC_p99_ns, METRIC_null_p99_ns, 0.99},
                     {METRIC_p999_ns, METRIC_null_p999_ns, 0.999},
                     {METRIC_p9999_ns, METRIC_null_p9999_ns, 0.9999},
                     {METRIC_max_ns, METRIC_null_max_ns, 1}};
    latency_all(latency, &all);
    latency_null(latency, &null);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        if (all.total) {
            metric_set_real(m, quantiles[i].id, quantile_ns(&all, quantiles[i].q));
        }
        if (null.total && quantiles[i].null_id != METRICS) {
            metric_set_real(m, quantiles[i].null_id, quantile_ns(&null, quantiles[i].q));
        }
    }
}

static void put(struct pass *p, const struct latency *latency, struct times *times)
{
    struct metrics *m = pass_metrics(p);
    const struct clock *clock = clock_get();
    put_quantiles(m, latency);
    if (latency->blocks.total) {
        uint64_t ticks = histogram_lower(histogram_quantile(&latency->blocks, 0.5));
        ticks -= ticks < clock->overhead_ticks ? ticks : clock->overhead_ticks;
        metric_set_real(m, METRIC_block_median_ns, clock_ns(clock, (double)ticks) / REPLAY_BLOCK);
    }
    double elapsed = 0;
    for (size_t s = 0; s < SCHEMES; s++) {
        for (size_t i = 0; i < times->rounds; i++) {
            elapsed += clock_ns(clock, times->ticks[s][i]);
        }
    }
    metric_set_real(m, METRIC_block_mean_ns,
                    timed_blocks_ns_per_op(p, timed_median(times->ticks[0], times->rounds)));
    timed_put(p, elapsed);
}

/* The same of a cell with several threads, of which no means are known: one replay has all
 * operations. */
static bool run_threaded(struct pass *p)
{
    struct latency *latency = calloc(1, sizeof *latency);
    double elapsed = 0;
    if (!latency) {
        return pass_fail(p, CELL_ERROR, "no memory for the latencies");
    }
    bool timed = threaded_latency(p, latency, &elapsed);
    if (timed) {
        put_quantiles(pass_metrics(p), latency);
        timed_put(p, elapsed);
        *own(p->shared) = *latency;
    }
    free(latency);
    return timed;
}

static bool run(struct pass *p)
{
    if (p->cell->threads > 1) {
        return run_threaded(p);
    }
    struct replay r;
    struct observer o = {.latency = NULL};
    struct times times = {.rounds = 0};
    struct replay_cost bump;
    if (!p->packed.facts.drain) {
        return pass_fail(p, CELL_UNAVAILABLE, "the workload has no events to time");
    }
    o.band = calloc(p->packed.facts.slots + (size_t)1, 1);
    o.latency = calloc(1, sizeof *o.latency); /* shared at the end: the policy runs meanwhile */
    if (!o.band || !o.latency || !replay_open(&r, p->packed.facts.slots)) {
        free(o.band);
        free(o.latency);
        return pass_fail(p, CELL_ERROR, "no memory for the slots");
    }
    replay_cost_open(&bump, p);
    bool timed = timed_warm_up(p, &r) && measure(p, &r, &bump, &o, &times);
    if (timed) {
        put(p, o.latency, &times);
        *own(p->shared) = *o.latency; /* put has unlocked it */
    }
    replay_cost_close(&bump);
    replay_close(&r);
    free(o.band);
    free(o.latency);
    return timed;
}

static size_t own_bytes(const struct cell *cell)
{
    (void)cell;
    return sizeof(struct latency);
}

static bool histogram_sound(const struct histogram *h)
{
    uint64_t total = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (h->count[i] > h->total || h->total > UINT64_MAX / HISTOGRAM_BUCKETS / 64) {
            return false; /* sums of them would not fit */
        }
        total += h->count[i];
    }
    return total == h->total;
}

static bool sound(const struct shared_results *b)
{
    const struct latency *l = own(b);
    bool within = histogram_sound(&l->blocks) && histogram_sound(&l->sampled);
    for (size_t i = 0; within && i < EVENT_KINDS * LATENCY_BANDS; i++) {
        within = histogram_sound(&l->chained[i / LATENCY_BANDS][i % LATENCY_BANDS]);
    }
    for (size_t kind = 0; within && kind < EVENT_KINDS; kind++) {
        within = histogram_sound(&l->null[kind]);
    }
    return within;
}

static void publish(const struct shared_results *b, struct cell_result *result)
{
    result->latency = own(b);
    result->clock = clock_get();
}

static const struct pass_column columns[] = {
    {"mean ns", METRIC_block_mean_ns, FORM_REAL},
    {"p50 of 16", METRIC_block_median_ns, FORM_REAL},
    {"p50", METRIC_p50_ns, FORM_REAL},
    {"p90", METRIC_p90_ns, FORM_REAL},
    {"p99", METRIC_p99_ns, FORM_REAL},
    {"null", METRIC_null_p99_ns, FORM_REAL},
    {"p99.9", METRIC_p999_ns, FORM_REAL},
    {"null", METRIC_null_p999_ns, FORM_REAL},
    {"p99.99", METRIC_p9999_ns, FORM_REAL},
    {"null", METRIC_null_p9999_ns, FORM_REAL},
    {0},
};

static const struct pass_column threaded[] = {
    {"p50", METRIC_p50_ns, FORM_REAL},           {"p90", METRIC_p90_ns, FORM_REAL},
    {"p99", METRIC_p99_ns, FORM_REAL},           {"null", METRIC_null_p99_ns, FORM_REAL},
    {"p99.9", METRIC_p999_ns, FORM_REAL},        {"null", METRIC_null_p999_ns, FORM_REAL},
    {"p99.99", METRIC_p9999_ns, FORM_REAL},      {"null", METRIC_null_p9999_ns, FORM_REAL},
    {"waiting %", METRIC_waiting_pct, FORM_PCT}, {0},
};

const struct pass_kind pass_latency = {
    .name = "latency",
    .letter = 'L',
    .measures = "time of single operations, as histograms",
    .timed = true,
    .guess_ns = 1500,
    .columns = columns,
    .threaded = threaded,
    .run = run,
    .own_bytes = own_bytes,
    .sound = sound,
    .publish = publish,
};
