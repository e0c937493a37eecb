/* pass_minheap.c - the smallest fixed region in which a policy completes the workload, and how
 * requests fail in others: an allocator's counterpart of a cache's miss-ratio curve.
 *
 * To fail is not always monotone in the region's size, so a bisection alone proves nothing. It
 * begins below the smallest size of the curve that succeeds, and ends with a size that succeeds
 * while the next smaller one fails; then the sizes below are tried one by one for a while, and the
 * search goes on from any that succeeds.
 */
#include <inttypes.h>
#include <string.h>

#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "mallocs/foreign.h"

/* The results that are this pass's own. */
static struct curve_point *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_MINHEAP);
}

enum { TRIED_BELOW = 16 };

struct search {
    struct pass *pass;
    struct ledger ledger;
    uint64_t tries;
};

/* A heap in a fixed region of so many bytes; false: it is too small for the policy's own data. */
static bool open_at(struct search *s, size_t bytes)
{
    struct pass *p = s->pass;
    region_map_renew(&p->map, false);
    struct region *r = &p->map.region;
    p->view = *r;
    p->view.limit = r->base + bytes;
    p->view.brk = p->view.peak = p->view.limit;
    p->heap = p->policy->open(p->policy, &p->view, p->cell->policy->values.number);
    /* Marks what the policy may have touched, so that the next renewal clears it. */
    r->peak = r->base + bytes;
    ledger_reset(&s->ledger);
    packed_rewind(&p->packed);
    return p->heap != NULL;
}

/* Replays in a region of this size, to the end or only until a request is refused. False if one was
 * refused or the heap could not be opened. */
static bool replay_at(struct search *s, size_t bytes, bool to_the_end)
{
    struct pass *p = s->pass;
    struct ledger *l = &s->ledger;
    s->tries++;
    if (!open_at(s, bytes)) {
        return false;
    }
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            if (ledger_play(l, p->heap, &e) == LEDGER_REFUSED && !to_the_end) {
                return false;
            }
        }
        shared_results_progress(p->shared, l->events);
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    return p->shared->status == CELL_OK && l->refused == 0;
}

/* The smallest multiple of FITLAB_ALIGN that succeeds, between a size that fails and one that
 * succeeds; or one that is too large by less than `step`. */
static size_t bisect(struct search *s, size_t fails, size_t succeeds, size_t step)
{
    while (succeeds - fails > step) {
        size_t middle = (fails + (succeeds - fails) / 2) & ~(FITLAB_ALIGN - 1);
        if (replay_at(s, middle, false)) {
            succeeds = middle;
        } else {
            fails = middle;
        }
    }
    return succeeds;
}

/* A size that succeeds, found by doubling a guess; 0: none below the limit does. */
static size_t some_that_succeeds(struct search *s, size_t guess)
{
    size_t most = (size_t)(s->pass->map.region.limit - s->pass->map.region.base);
    for (size_t bytes = guess; bytes && bytes <= most; bytes *= 2) {
        if (replay_at(s, bytes, false)) {
            return bytes;
        }
        if (s->pass->shared->status != CELL_OK) {
            return 0;
        }
    }
    return 0;
}

/* From the peak live bytes to three times that. */
static bool trace_curve(struct search *s, size_t lower)
{
    struct shared_results *b = s->pass->shared;
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        uint64_t more = (uint64_t)lower * 2 * i / (CURVE_POINTS - 1);
        size_t bytes = (lower + (size_t)more) & ~(FITLAB_ALIGN - 1);
        bool opened = replay_at(s, bytes, true) || s->pass->heap;
        if (b->status != CELL_OK) {
            return false;
        }
        shared_results_unlock(b);
        struct curve_point *point = own(b) + b->curve_points++;
        *point = (struct curve_point){.region_bytes = bytes,
                                      .opened = opened,
                                      .refused = s->ledger.refused,
                                      .refused_bytes = s->ledger.refused_bytes,
                                      .skipped = s->ledger.skipped};
    }
    return true;
}

/* The sizes between which to search first: one that fails, and the smallest known one that
 * succeeds. */
static void look_at_curve(struct search *s, size_t lower, size_t *fails, size_t *succeeds)
{
    const struct shared_results *b = s->pass->shared;
    const struct curve_point *point = own(s->pass->shared);
    size_t i = 0;
    while (i < b->curve_points && (!point[i].opened || point[i].refused)) {
        i++;
    }
    *fails = i ? point[i - 1].region_bytes : lower - FITLAB_ALIGN;
    *succeeds = i < b->curve_points ? point[i].region_bytes : some_that_succeeds(s, 2 * *fails);
}

static size_t search_smallest(struct search *s, size_t lower)
{
    size_t fails, smallest;
    look_at_curve(s, lower, &fails, &smallest);
    if (!smallest) {
        return 0;
    }
    smallest = bisect(s, fails, smallest, FITLAB_ALIGN);
    for (size_t below = 1; below <= TRIED_BELOW;) {
        size_t bytes = smallest - below * FITLAB_ALIGN;
        if (bytes < lower || bytes > smallest) {
            break;
        }
        if (replay_at(s, bytes, false)) {
            smallest = bytes;
            below = 1;
        } else {
            below++;
        }
    }
    return smallest;
}

/* A size that is enough, and too large by at most one part of the peak live bytes. Most policies
 * need little more than the peak, so the search begins there and doubles its steps. */
static size_t search_coarsely(struct search *s, size_t lower)
{
    size_t step = (lower / s->pass->cell->parts) & ~(FITLAB_ALIGN - 1);
    size_t stride = (lower / 16) & ~(FITLAB_ALIGN - 1), fails = lower - FITLAB_ALIGN;
    size_t most = (size_t)(s->pass->map.region.limit - s->pass->map.region.base);
    step = step > FITLAB_ALIGN ? step : FITLAB_ALIGN;
    stride = stride > step ? stride : step;
    for (size_t at = lower; at < most; at = fails) {
        size_t bytes = most - at > stride ? at + stride : most;
        if (replay_at(s, bytes, false)) {
            return bisect(s, fails, bytes, step);
        }
        if (s->pass->shared->status != CELL_OK) {
            break;
        }
        fails = bytes;
        stride *= 2;
    }
    return 0;
}

static bool measure(struct search *s)
{
    struct pass *p = s->pass;
    const uint64_t peak = p->packed.facts.peak_live_bytes;
    if (peak > REGION_RESERVE / 4) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "regions of up to three times the peak live bytes are tried, and there "
                         "are %zu bytes of addresses for them",
                         REGION_RESERVE);
    }
    size_t lower = ((size_t)peak + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1);
    lower = lower > FITLAB_ALIGN ? lower : FITLAB_ALIGN;
    const bool coarse = p->cell->parts > 0;
    size_t smallest = coarse                  ? search_coarsely(s, lower)
                      : trace_curve(s, lower) ? search_smallest(s, lower)
                                              : 0;
    if (p->shared->status != CELL_OK) {
        return false;
    }
    struct metrics *m = pass_metrics(p);
    pass_put_facts(p);
    metric_set_count(m, METRIC_peak_live_bytes, peak);
    metric_set_count(m, METRIC_minheap_tries, s->tries);
    if (smallest) {
        metric_set_count(m, METRIC_minheap_bytes, smallest);
        if (!coarse) {
            metric_set_count(m, METRIC_minheap_tried_below, TRIED_BELOW);
        }
        metric_set_real(m, METRIC_minheap_pct,
                        peak ? 100 * ((double)smallest / (double)peak - 1) : 0);
    } else {
        pass_fail(p, CELL_OOM, "no region up to %zu bytes is enough", p->region_bytes);
    }
    return true;
}

static bool run(struct pass *p)
{
    struct search s = {.pass = p};
    if (foreign_of(p->policy)) {
        return pass_fail(p, CELL_UNAVAILABLE, "%s takes its memory from elsewhere, not a region",
                         p->policy->name);
    }
    if (!ledger_open(&s.ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    bool measured = pass_map_region(p) && measure(&s);
    ledger_close(&s.ledger);
    return measured;
}

static size_t own_bytes(const struct cell *cell)
{
    (void)cell;
    return CURVE_POINTS * sizeof(struct curve_point);
}

static bool sound(const struct shared_results *b)
{
    bool within = b->curve_points <= CURVE_POINTS;
    for (size_t i = 0; within && i < b->curve_points; i++) {
        within = shared_results_is_bool(&own(b)[i].opened);
    }
    return within;
}

static void publish(const struct shared_results *b, struct cell_result *result)
{
    result->curve = own(b);
    result->curve_points = b->curve_points;
}

static const struct pass_column columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"smallest region, bytes", METRIC_minheap_bytes, FORM_COUNT},
    {"over peak live %", METRIC_minheap_pct, FORM_PCT},
    {"sizes tried", METRIC_minheap_tries, FORM_COUNT},
    {"too small below it", METRIC_minheap_tried_below, FORM_COUNT},
    {0},
};

const struct pass_kind pass_minheap = {
    .name = "minheap",
    .letter = 'N',
    .measures = "the smallest region that is enough, and what fails in others; deterministic",
    .timed = false,
    .guess_ns = 50000,
    .columns = columns,
    .run = run,
    .own_bytes = own_bytes,
    .sound = sound,
    .publish = publish,
};
