/* pass_memory.c - fragmentation, footprint and counters: deterministic.
 *
 * The workload is replayed twice. The first replay looks after every event and so finds the
 * exact maxima and where they are; the second walks the heap there and at evenly spread
 * samples, and asserts the identity footprint - live = rounding + metadata + holes + slack.
 */
#include <inttypes.h>
#include <string.h>

#include "census.h"
#include "foreign.h"
#include "pass.h"

/* The state right after an event. */
struct moment {
    uint64_t event; /* events replayed; 0: there was none yet */
    uint64_t live_bytes, granted_bytes, footprint_bytes;
};

/* What the first replay finds. */
struct survey {
    struct moment peak_live, peak_footprint;
    uint64_t peak_live_blocks, peak_granted_bytes, high_water_bytes;
    double ratio_sum, ratio_weight; /* of footprint/live, by bytes allocated */
    double waste_sum;               /* of 1 - live/footprint, by event */
    uint64_t waste_events;
    struct counters count;
};

static struct moment now(const struct ledger *l, const struct pass *p)
{
    return (struct moment){.event = l->events,
                           .live_bytes = l->live_bytes,
                           .granted_bytes = l->granted_bytes,
                           .footprint_bytes = p->meter->bytes(p->heap)};
}

static void survey_request(struct survey *s, const struct ledger *l, const struct heap *h,
                           const struct ledger_block *b, const struct moment *m)
{
    uint64_t end = (uint64_t)(b->p + b->granted - h->region->base);
    if (h->policy->walk && end > s->high_water_bytes) {
        s->high_water_bytes = end;
    }
    if (m->live_bytes) {
        s->ratio_sum += (double)b->size * ((double)m->footprint_bytes / (double)m->live_bytes);
        s->ratio_weight += (double)b->size;
    }
    if (l->live_blocks > s->peak_live_blocks) {
        s->peak_live_blocks = l->live_blocks;
    }
    if (l->granted_bytes > s->peak_granted_bytes) {
        s->peak_granted_bytes = l->granted_bytes;
    }
    if (m->live_bytes > s->peak_live.live_bytes || !s->peak_live.event) {
        s->peak_live = *m;
    }
}

static void survey_event(struct survey *s, const struct ledger *l, const struct pass *p,
                         const struct event *e, enum ledger_outcome outcome)
{
    struct moment m = now(l, p);
    if (outcome == LEDGER_SERVED && e->kind != EVENT_FREE) {
        survey_request(s, l, p->heap, &l->block[e->slot], &m);
    }
    if (m.footprint_bytes > s->peak_footprint.footprint_bytes || !s->peak_footprint.event) {
        s->peak_footprint = m;
    }
    if (m.footprint_bytes) {
        s->waste_sum += 1 - (double)m.live_bytes / (double)m.footprint_bytes;
        s->waste_events++;
    }
}

/* The next event count after which to sample: of the grid, and the three that stand out. */
struct plan {
    uint64_t events, grid, taken; /* grid samples in all, and so far */
    uint64_t peak_live, peak_footprint;
};

static bool plan_wants(struct plan *plan, uint64_t event, enum sample_reason *reason)
{
    bool wanted = false;
    if (event * plan->grid >= (plan->taken + 1) * plan->events) {
        plan->taken = event * plan->grid / plan->events;
        *reason = SAMPLE_GRID;
        wanted = true;
    }
    if (event == plan->events) {
        *reason = SAMPLE_END;
        wanted = true;
    }
    if (event == plan->peak_live) {
        *reason = SAMPLE_PEAK_LIVE;
        wanted = true;
    }
    if (event == plan->peak_footprint) {
        *reason = SAMPLE_PEAK_FOOTPRINT;
        wanted = true;
    }
    return wanted;
}

static bool violation(struct pass *p, const struct ledger *l, const char *what, size_t at)
{
    return pass_fail(p, CELL_VIOLATION, "after event %" PRIu64 ", at base+%zu: %s", l->events, at,
                     what);
}

/* Fills what the walk tells, and asserts that it adds up. */
static bool sample_walk(struct pass *p, const struct ledger *l, struct sample *s)
{
    struct census c = census_take(p->heap, NULL, NULL);
    if (c.broken) {
        return violation(p, l, c.broken, c.broken_at);
    }
    s->walked = true;
    s->rounding_bytes = l->granted_bytes - l->live_bytes;
    s->metadata_bytes = c.metadata_bytes;
    s->holes_bytes = c.holes_bytes;
    s->slack_bytes = c.slack_bytes;
    s->holes = c.holes;
    s->largest_hole_bytes = c.largest_hole_bytes;
    if (c.used_blocks != l->live_blocks) {
        return pass_fail(p, CELL_VIOLATION,
                         "after event %" PRIu64 ": the walk has %" PRIu64
                         " used blocks, but %" PRIu64 " are live",
                         l->events, c.used_blocks, l->live_blocks);
    }
    if (s->footprint_bytes - s->live_bytes !=
        s->rounding_bytes + s->metadata_bytes + s->holes_bytes + s->slack_bytes) {
        return pass_fail(p, CELL_VIOLATION,
                         "after event %" PRIu64 ": footprint - live is not rounding + metadata + "
                         "holes + slack: usable changed while a block was live",
                         l->events);
    }
    return true;
}

/* What a reference says of itself, where it says it at the most live bytes so far. */
static void note_own(struct pass *p, const struct ledger *l)
{
    const struct foreign *foreign = foreign_of(p->heap->policy);
    struct metrics *m = pass_metrics(p);
    struct foreign_statistics own;
    if (!foreign || !foreign->statistics || l->live_bytes <= p->own_at ||
        !foreign->statistics(p->heap, &own)) {
        return;
    }
    p->own_at = l->live_bytes;
#define X(name, meaning) metric_set_count(m, METRIC_own_##name##_bytes, own.name);
    FOREIGN_STATISTICS(X)
#undef X
}

static bool take_sample(struct pass *p, const struct ledger *l, enum sample_reason reason)
{
    struct cell_board *b = p->board;
    if (b->sample_count == b->sample_most) {
        return pass_fail(p, CELL_ERROR, "more samples than there is room for");
    }
    struct sample *s = &b->sample[b->sample_count];
    *s = (struct sample){.reason = reason,
                         .event = l->events,
                         .allocated_bytes = l->allocated_bytes,
                         .drain = l->events > p->packed.facts.drain,
                         .live_bytes = l->live_bytes,
                         .live_blocks = l->live_blocks,
                         .footprint_bytes = p->meter->bytes(p->heap),
                         .granted_known = p->heap->policy->usable != NULL,
                         .granted_bytes = l->granted_bytes};
    if (p->heap->policy->walk && !sample_walk(p, l, s)) {
        return false;
    }
    note_own(p, l);
    b->sample_count++;
    return true;
}

/* Pages that were never touched are not resident. */
static void touch(const struct ledger_block *b)
{
    for (size_t at = 0; at < b->size; at += REGION_ALIGN) {
        *(volatile char *)(b->p + at) = 1;
    }
    if (b->size) {
        *(volatile char *)(b->p + b->size - 1) = 1;
    }
}

/* Samples in passing if there is a plan: where there is no walk, nothing is left for a second
 * replay. */
static bool first_replay(struct pass *p, struct ledger *l, struct survey *s, struct plan *plan)
{
    const uint64_t drain = p->packed.facts.drain;
    enum sample_reason reason;
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            enum ledger_outcome outcome = ledger_play(l, p->heap, &e);
            board_progress(p->board, l->events);
            if (p->meter->resident && outcome == LEDGER_SERVED && e.kind != EVENT_FREE) {
                touch(&l->block[e.slot]);
            }
            if (l->events <= drain) {
                survey_event(s, l, p, &e, outcome);
            }
            if (plan && plan_wants(plan, l->events, &reason) && !take_sample(p, l, reason)) {
                return false;
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    s->count = p->heap->count;
    return p->board->status == CELL_OK;
}

static bool second_replay(struct pass *p, struct ledger *l, struct plan *plan)
{
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            enum sample_reason reason;
            ledger_play(l, p->heap, &e);
            board_progress(p->board, l->events);
            if (plan_wants(plan, l->events, &reason) && !take_sample(p, l, reason)) {
                return false;
            }
        }
    }
    return p->board->status == CELL_OK;
}

static double excess_pct(uint64_t part, uint64_t whole)
{
    return 100 * ((double)part / (double)whole - 1);
}

/* What needs no walk. */
static void put_demand(struct pass *p, const struct survey *s, const struct ledger *l)
{
    struct metrics *m = pass_metrics(p);
    pass_put_workload(p, l->refused, l->skipped);
    metric_set_count(m, METRIC_allocated_bytes, l->allocated_bytes);
    metric_set_count(m, METRIC_peak_live_bytes, s->peak_live.live_bytes);
    metric_set_count(m, METRIC_peak_live_event, s->peak_live.event);
    metric_set_count(m, METRIC_peak_live_blocks, s->peak_live_blocks);
    metric_set_count(m, METRIC_failed_bytes, l->refused_bytes);
    const struct moment *peak = &s->peak_live;
    if (!p->heap->policy->usable) {
        return;
    }
    metric_set_count(m, METRIC_peak_granted_bytes, s->peak_granted_bytes);
    if (peak->live_bytes) {
        metric_set_real(m, METRIC_internal_of_live_pct,
                        excess_pct(peak->granted_bytes, peak->live_bytes));
        metric_set_real(m, METRIC_internal_of_granted_pct,
                        100 * (1 - (double)peak->live_bytes / (double)peak->granted_bytes));
    }
}

static void put_footprint(struct pass *p, const struct survey *s)
{
    struct metrics *m = pass_metrics(p);
    const struct moment *live = &s->peak_live, *footprint = &s->peak_footprint;
    metric_set_count(m, METRIC_peak_footprint_bytes, footprint->footprint_bytes);
    metric_set_count(m, METRIC_peak_footprint_event, footprint->event);
    if (s->waste_events) {
        metric_set_real(m, METRIC_mean_waste_pct, 100 * s->waste_sum / (double)s->waste_events);
    }
    if (s->ratio_weight > 0) {
        metric_set_real(m, METRIC_jw1_pct, 100 * (s->ratio_sum / s->ratio_weight - 1));
    }
    if (live->live_bytes && footprint->footprint_bytes) {
        metric_set_real(m, METRIC_jw2_pct, excess_pct(live->footprint_bytes, live->live_bytes));
        metric_set_real(m, METRIC_jw4_pct,
                        excess_pct(footprint->footprint_bytes, live->live_bytes));
        metric_set_real(m, METRIC_utilisation_pct,
                        100 * (double)live->live_bytes / (double)footprint->footprint_bytes);
    }
    if (footprint->live_bytes) {
        metric_set_real(m, METRIC_jw3_pct,
                        excess_pct(footprint->footprint_bytes, footprint->live_bytes));
    }
}

static void put_inside(struct pass *p, const struct survey *s)
{
    struct metrics *m = pass_metrics(p);
    if (p->heap->policy->walk) {
        metric_set_count(m, METRIC_high_water_bytes, s->high_water_bytes);
    }
    if (p->heap->policy->traits & POLICY_OPAQUE) {
        return;
    }
#define X(name, meaning) metric_set_count(m, METRIC_##name, s->count.name);
    FITLAB_COUNTERS(X)
#undef X
}

static double external_index_pct(const struct sample *s)
{
    return s->holes_bytes ? 100 * (1 - (double)s->largest_hole_bytes / (double)s->holes_bytes) : 0;
}

static const struct sample *find_sample(const struct cell_board *b, uint64_t event)
{
    for (size_t i = 0; i < b->sample_count; i++) {
        if (b->sample[i].event == event) {
            return &b->sample[i];
        }
    }
    return NULL;
}

/* What only the walks know. */
static void put_samples(struct pass *p, const struct survey *survey)
{
    struct metrics *m = pass_metrics(p);
    const struct cell_board *b = p->board;
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < b->sample_count; i++) {
        if (!b->sample[i].drain) {
            sum += external_index_pct(&b->sample[i]);
            n++;
        }
    }
    metric_set_count(m, METRIC_samples, b->sample_count);
    if (n) {
        metric_set_real(m, METRIC_mean_external_index_pct, sum / (double)n);
    }
    const struct sample *live = find_sample(b, survey->peak_live.event);
    if (live) {
        metric_set_real(m, METRIC_external_index_pct, external_index_pct(live));
    }
    const struct sample *peak = find_sample(b, survey->peak_footprint.event);
    if (peak) {
        metric_set_count(m, METRIC_live_at_peak_bytes, peak->live_bytes);
        metric_set_count(m, METRIC_rounding_at_peak_bytes, peak->rounding_bytes);
        metric_set_count(m, METRIC_metadata_at_peak_bytes, peak->metadata_bytes);
        metric_set_count(m, METRIC_holes_at_peak_bytes, peak->holes_bytes);
        metric_set_count(m, METRIC_slack_at_peak_bytes, peak->slack_bytes);
        metric_set_count(m, METRIC_holes_at_peak, peak->holes);
    }
    if (peak && survey->peak_live.live_bytes) {
        metric_set_real(m, METRIC_jw4_policy_pct,
                        excess_pct(peak->live_bytes + peak->holes_bytes + peak->slack_bytes,
                                   survey->peak_live.live_bytes));
    }
}

static bool same_twice(struct pass *p, const struct survey *s, const char *peak)
{
    if ((p->heap->region->peak != peak || memcmp(&s->count, &p->heap->count, sizeof s->count))) {
        return pass_fail(p, CELL_VIOLATION,
                         "%s is not deterministic: two replays in one region differ",
                         p->heap->policy->name);
    }
    return true;
}

static bool measure(struct pass *p, struct ledger *l)
{
    struct survey s = {0};
    if (!pass_new_heap(p)) {
        return false;
    }
    if (p->heap->policy->walk) {
        struct census empty = census_take(p->heap, NULL, NULL);
        if (empty.broken) {
            return violation(p, l, empty.broken, empty.broken_at);
        }
        metric_set_count(pass_metrics(p), METRIC_fixed_bytes, empty.metadata_bytes);
    }
    bool walked = p->heap->policy->walk != NULL;
    struct plan plan = {.events = p->packed.facts.events, .grid = p->cell->samples};
    if (!first_replay(p, l, &s, walked ? NULL : &plan)) {
        return false;
    }
    put_demand(p, &s, l);
    put_footprint(p, &s);
    put_inside(p, &s);
    if (!walked) {
        return true;
    }
    const char *peak = p->heap->region->peak;
    plan.peak_live = s.peak_live.event;
    plan.peak_footprint = s.peak_footprint.event;
    packed_rewind(&p->packed);
    ledger_reset(l);
    if (!pass_new_heap(p) || !second_replay(p, l, &plan) || !same_twice(p, &s, peak)) {
        return false;
    }
    put_samples(p, &s);
    return true;
}

bool pass_memory(struct pass *p)
{
    struct ledger ledger;
    if (!ledger_open(&ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    memset(ledger.block, 0, ledger.slots * sizeof *ledger.block); /* resident from now on */
    bool measured = measure(p, &ledger);
    ledger_close(&ledger);
    return measured;
}
