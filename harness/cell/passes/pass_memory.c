/* pass_memory.c - fragmentation, footprint and counters: deterministic.
 *
 * The workload is replayed twice. The first replay looks after every event and so finds the
 * exact maxima and where they are; the second walks the heap there and at evenly spread
 * samples, and asserts the identity footprint - live = rounding + metadata + holes + slack.
 * Of a long workload the first replay takes the even samples as well, so that the second one ends
 * where the footprint peaks, with the only sample that was not known before.
 */
#include <inttypes.h>
#include <string.h>

#include "cell/exact_peaks.h"
#include "cell/memory_notes.h"
#include "cell/pass_kind.h"
#include "cell/sample_plan.h"
#include "replay/census.h"
#include "replay/fetch_ahead.h"
#include "replay/thread_map.h"

/* The results that are this pass's own. */
struct own {
    struct hole_moment holes[HOLE_MOMENTS];
    struct thread_sample thread[]; /* as many as samples, at most */
};

static struct own *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_MEMORY);
}

static bool violation(struct pass *p, const struct ledger *l, const char *what, size_t at)
{
    return pass_fail(p, CELL_VIOLATION, "after event %" PRIu64 ", at base+%zu: %s", l->events, at,
                     what);
}

/* Whether the sizes of the holes of this sample are kept: the peaks and the end have a place, and
 * some of the grid. */
static bool keeps_holes(struct pass *p, const struct ledger *l, enum sample_reason reason)
{
    const struct shared_results *b = p->shared;
    size_t grid_moments = HOLE_MOMENTS - (SAMPLE_REASON_COUNT - 1);
    uint64_t tenth = l->events * grid_moments / p->packed.facts.events;
    if (b->hole_moments == HOLE_MOMENTS || (reason == SAMPLE_GRID && tenth <= p->hole_tenths)) {
        return false;
    }
    p->hole_tenths = reason == SAMPLE_GRID ? tenth : p->hole_tenths;
    return true;
}

/* Fills the columns that come from the walk, and asserts that their sum is right. at_peak: this is
 * where the footprint peaks. */
static bool sample_walk(struct pass *p, const struct ledger *l, struct sample *s, bool at_peak)
{
    struct shared_results *b = p->shared;
    struct hole_moment holes = {.reason = s->reason, .event = l->events};
    bool keeps = keeps_holes(p, l, s->reason);
    struct census c = census_take(p->heap, NULL, NULL, keeps ? &holes.sizes : NULL);
    if (keeps) {
        shared_results_append(b, own(b)->holes, &b->hole_moments, &holes, 1, sizeof holes);
    }
    if (c.broken) {
        return violation(p, l, c.broken, c.broken_at);
    }
    s->walked = true;
    s->rounding_bytes = l->granted_bytes - l->live_bytes;
    s->metadata_bytes = c.metadata_bytes;
    s->holes_bytes = c.holes_bytes;
    if (at_peak && p->packed.facts.threads > 1) {
        metric_set_count(pass_metrics(p), METRIC_slack_blocks_at_peak, c.slack_spans);
    }
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

/* The same footprint, divided by thread. */
static void divide(struct pass *p, struct thread_map *map, struct sample_plan *plan,
                   const struct sample *s)
{
    enum { GRANULES_A_SPAN = 16 }; /* that are looked at in the time of a span */
    struct thread_sample t = {.reason = s->reason,
                              .drain = s->drain,
                              .event = s->event,
                              .allocated_bytes = s->allocated_bytes};
    uint64_t looked = thread_map_divide(map, p->heap, t.share);
    sample_plan_spend(plan, s->live_blocks + s->holes + looked / GRANULES_A_SPAN);
    struct shared_results *b = p->shared;
    shared_results_append(b, own(b)->thread, &b->thread_samples, &t, 1, sizeof t);
}

static bool take_sample(struct pass *p, const struct ledger *l, struct sample_plan *plan,
                        struct thread_map *map, enum sample_reason reason)
{
    struct shared_results *b = p->shared;
    if (shared_results_sample_count(b) == b->layout.sample_most) {
        return pass_fail(p, CELL_ERROR, "more samples than there is room for");
    }
    struct sample s = {.reason = reason,
                       .event = l->events,
                       .allocated_bytes = l->allocated_bytes,
                       .drain = l->events > p->packed.facts.drain,
                       .live_bytes = l->live_bytes,
                       .live_blocks = l->live_blocks,
                       .footprint_bytes = p->meter->bytes(p->heap),
                       .granted_known = p->heap->policy->usable != NULL,
                       .granted_bytes = l->granted_bytes};
    if (p->heap->policy->walk && !sample_walk(p, l, &s, l->events == plan->peak_footprint)) {
        return false;
    }
    uint64_t counted = p->meter->resident ? s.footprint_bytes / REGION_ALIGN : 0;
    sample_plan_spend(plan, l->live_blocks + s.holes + SLOW_PAGE_SPANS * counted);
    shared_results_lock(b);
    shared_results_add_sample(b, &s);
    if (map) {
        divide(p, map, plan, &s);
    }
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

/* The metadata of the heap before the first block, and after it. */
static bool note_fixed(struct pass *p, const struct ledger *l, struct exact_peaks *s)
{
    if (!p->heap->policy->walk) {
        return true;
    }
    struct census c = census_take(p->heap, NULL, NULL, NULL);
    if (c.broken) {
        return violation(p, l, c.broken, c.broken_at);
    }
    if (l->live_blocks == 0) {
        s->fixed_bytes = c.metadata_bytes;
    } else {
        s->block_overhead = c.metadata_bytes - s->fixed_bytes;
    }
    return true;
}

/* Takes samples during the first replay if a plan is given: without a walk there is nothing to do
 * in a second replay. If all requests are served, the live bytes peak as the workload says. */
static bool first_replay(struct pass *p, struct ledger *l, struct exact_peaks *s,
                         struct sample_plan *plan)
{
    const uint64_t drain = p->packed.facts.drain;
    enum sample_reason reason;
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            fetch_ahead(l, c, i);
            enum ledger_outcome outcome = ledger_play(l, p->heap, &e);
            shared_results_progress(p->shared, l->events);
            if (p->meter->resident && outcome == LEDGER_SERVED && e.kind != EVENT_FREE) {
                touch(&l->block[e.slot]);
            }
            if (l->events == 1 && l->live_blocks && !note_fixed(p, l, s)) {
                return false;
            }
            if (l->events <= drain) {
                exact_peaks_event(s, l, p, &e, outcome);
            }
            if (plan && p->heap->policy->walk && !plan->peak_live &&
                l->live_bytes == p->packed.facts.peak_live_bytes) {
                plan->peak_live = l->events;
            }
            if (plan && sample_plan_wants(plan, l->events, &reason) &&
                !take_sample(p, l, plan, NULL, reason)) {
                return false;
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    s->count = heap_counters(p->heap);
    return p->shared->status == CELL_OK;
}

/* map is NULL where one thread acts. */
static bool second_replay(struct pass *p, struct ledger *l, struct sample_plan *plan,
                          struct thread_map *map)
{
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            enum sample_reason reason;
            fetch_ahead(l, c, i);
            if (ledger_play(l, p->heap, &e) == LEDGER_SERVED && map) {
                thread_map_event(map, l, &e);
            }
            shared_results_progress(p->shared, l->events);
            if (sample_plan_wants(plan, l->events, &reason) &&
                !take_sample(p, l, plan, map, reason)) {
                return false;
            }
        }
    }
    return p->shared->status == CELL_OK;
}

static bool same_twice(struct pass *p, const struct counters *first, const char *peak)
{
    struct counters count = heap_counters(p->heap);
    if (p->heap->region->peak != peak || memcmp(first, &count, sizeof count)) {
        return pass_fail(p, CELL_VIOLATION,
                         "%s is not deterministic: two replays in one region differ",
                         p->heap->policy->name);
    }
    return true;
}

/* ---- long workloads ---- */

/* Whether the first replay has taken every sample but the one at the peak of the footprint, so that
 * the second replay need not go beyond it. It has not if the footprint peaks at an event that was
 * sampled for another reason. */
static bool lacks_peak_alone(const struct pass *p, const struct ledger *l,
                             const struct sample_plan *plan, const struct exact_peaks *s)
{
    const struct shared_results *b = p->shared;
    bool lacks = !l->refused && plan->peak_live == s->peak_live.event;
    for (size_t i = 0; lacks && i < b->sample_count; i++) {
        lacks = b->sample[i].event != s->peak_footprint.event;
    }
    return lacks;
}

static void discard_samples(struct pass *p)
{
    shared_results_unlock(p->shared);
    p->shared->sample_count = p->shared->hole_moments = p->shared->thread_samples = 0;
    p->hole_tenths = 0;
    shared_results_lock(p->shared);
}

/* Moves the last sample, and the holes that came with it, to their places in the order of events.
 */
static void put_in_order(struct pass *p)
{
    struct shared_results *b = p->shared;
    struct sample *sample = b->sample;
    struct hole_moment *moment = own(b)->holes;
    shared_results_unlock(b);
    for (size_t i = b->sample_count; i > 1 && sample[i - 2].event > sample[i - 1].event; i--) {
        struct sample later = sample[i - 2];
        sample[i - 2] = sample[i - 1];
        sample[i - 1] = later;
    }
    for (size_t i = b->hole_moments; i > 1 && moment[i - 2].event > moment[i - 1].event; i--) {
        struct hole_moment later = moment[i - 2];
        moment[i - 2] = moment[i - 1];
        moment[i - 1] = later;
    }
    shared_results_lock(b);
}

static bool replay_to_peak(struct pass *p, struct ledger *l, struct sample_plan *plan,
                           const struct exact_peaks *s)
{
    memory_replay_until(p, l, p->heap, s->peak_footprint.event);
    if (p->shared->status != CELL_OK || !same_twice(p, &s->count_at_peak, s->end_at_peak) ||
        !take_sample(p, l, plan, NULL, SAMPLE_PEAK_FOOTPRINT)) {
        return false;
    }
    put_in_order(p);
    return true;
}

static bool measure(struct pass *p, struct ledger *l, struct thread_census *owners)
{
    struct exact_peaks s = {.owners = owners};
    if (!pass_map_region(p)) {
        return false;
    }
    pass_widen_pages(p);
    if (!pass_new_heap(p)) {
        return false;
    }
    exact_peaks_open(&s, p->heap);
    if (!note_fixed(p, l, &s)) {
        return false;
    }
    bool walked = p->heap->policy->walk != NULL;
    const struct workload_facts *f = &p->packed.facts;
    uint64_t pages = p->meter->resident ? f->peak_live_bytes / REGION_ALIGN : 0;
    struct sample_plan plan = sample_plan_open(f->events, p->cell->samples,
                                               f->peak_live_blocks + SLOW_PAGE_SPANS * pages);
    const struct sample_plan fresh = plan;
    bool early = walked && !owners && f->events > PACKED_BUDGET;
    if (!first_replay(p, l, &s, walked && !early ? NULL : &plan)) {
        return false;
    }
    exact_peaks_put(p, &s, l);
    if (!walked) {
        return memory_meter_sound(p, l, &s) && memory_note_own(p, l, s.peak_live.event);
    }
    const char *peak = p->heap->region->peak;
    early = early && lacks_peak_alone(p, l, &plan, &s);
    if (!early) {
        discard_samples(p);
        plan = fresh;
        plan.peak_live = s.peak_live.event;
        plan.peak_footprint = s.peak_footprint.event;
    }
    packed_rewind(&p->packed);
    ledger_reset(l);
    struct thread_map map = {0};
    bool done = pass_new_heap(p);
    bool divided = done && owners && thread_map_open(&map, p->heap);
    if (early) {
        done = done && replay_to_peak(p, l, &plan, &s);
    } else {
        done = done && second_replay(p, l, &plan, divided ? &map : NULL) &&
               same_twice(p, &s.count, peak);
    }
    thread_map_close(&map);
    if (!done) {
        return false;
    }
    return exact_peaks_put_samples(p, &s) && (p->fixed || memory_note_bare(p, l));
}

static bool run(struct pass *p)
{
    struct ledger ledger;
    if (!ledger_open(&ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    ledger_bring(&ledger); /* so that a meter of resident memory does not see it grow */
    struct thread_census owners = {0};
    bool several = p->packed.facts.threads > 1;
    bool measured = !several || thread_census_open(&owners, ledger.slots)
                        ? measure(p, &ledger, several ? &owners : NULL)
                        : pass_fail(p, CELL_ERROR, "no memory for the blocks of threads");
    thread_census_close(&owners);
    ledger_close(&ledger);
    return measured;
}

static size_t own_bytes(const struct cell *cell)
{
    return sizeof(struct own) + shared_results_samples(cell) * sizeof(struct thread_sample);
}

static size_t own_used(const struct shared_results *b)
{
    return sizeof(struct own) +
           shared_results_bounded(b, b->thread_samples) * sizeof(struct thread_sample);
}

static bool sound(const struct shared_results *b)
{
    bool within = b->hole_moments <= HOLE_MOMENTS;
    for (size_t i = 0; within && i < b->hole_moments; i++) {
        within = (unsigned)own(b)->holes[i].reason < SAMPLE_REASON_COUNT;
    }
    within = within && b->thread_samples <= b->layout.sample_most;
    for (size_t i = 0; within && i < b->thread_samples; i++) {
        within = (unsigned)own(b)->thread[i].reason < SAMPLE_REASON_COUNT &&
                 shared_results_is_bool(&own(b)->thread[i].drain);
    }
    return within;
}

static void publish(const struct shared_results *b, struct cell_result *result)
{
    result->holes = own(b)->holes;
    result->hole_moments = b->hole_moments;
    result->thread_samples = own(b)->thread;
    result->thread_sample_count = b->thread_samples;
}

static const struct pass_column columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"footprint", METRIC_peak_footprint_bytes, FORM_BYTES},
    {"high water", METRIC_high_water_bytes, FORM_BYTES},
    {"JW#4 %", METRIC_jw4_pct, FORM_PCT},
    {"JW#1 %", METRIC_jw1_pct, FORM_PCT},
    {"placement %", METRIC_jw4_policy_pct, FORM_PCT},
    {"internal %", METRIC_internal_of_granted_pct, FORM_PCT},
    {"external %", METRIC_mean_external_index_pct, FORM_PCT},
    {"probes/request", METRIC_probes, FORM_PER_REQUEST},
    {"most probes", METRIC_most_probes, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

const struct pass_kind pass_memory = {
    .name = "memory",
    .letter = 'M',
    .measures = "fragmentation, footprint and counters; deterministic",
    .timed = false,
    .guess_ns = 700,
    .columns = columns,
    .run = run,
    .own_bytes = own_bytes,
    .own_used = own_used,
    .sound = sound,
    .publish = publish,
};
