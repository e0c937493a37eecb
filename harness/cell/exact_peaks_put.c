/* exact_peaks_put.c - the metrics of the memory pass, computed from the exact peaks. */
#include <inttypes.h>

#include "cell/certificate.h"
#include "cell/exact_peaks.h"
#include "mallocs/foreign.h"

static double excess_pct(uint64_t part, uint64_t whole)
{
    return 100 * ((double)part / (double)whole - 1);
}

/* The metrics that need no walk. */
static void put_demand(struct pass *p, const struct exact_peaks *s, const struct ledger *l)
{
    struct metrics *m = pass_metrics(p);
    pass_put_workload(p, l->refused, l->skipped);
    metric_set_count(m, METRIC_allocated_bytes, l->allocated_bytes);
    metric_set_count(m, METRIC_peak_live_bytes, s->peak_live.live_bytes);
    metric_set_count(m, METRIC_peak_live_event, s->peak_live.event);
    metric_set_count(m, METRIC_peak_live_blocks, s->peak_live_blocks);
    metric_set_count(m, METRIC_peak_aligned_bytes, s->peak_aligned_bytes);
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

static void put_footprint(struct pass *p, const struct exact_peaks *s)
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

static void put_inside(struct pass *p, const struct exact_peaks *s)
{
    struct metrics *m = pass_metrics(p);
    if (!foreign_of(p->heap->policy) && !p->heap->region->most) { /* no address space is absent */
        metric_set_count(m, METRIC_high_water_bytes, s->high_water_bytes);
    }
    if (p->heap->policy->traits & POLICY_OPAQUE) {
        return;
    }
#define X(name, meaning) metric_set_count(m, METRIC_##name, s->count.name - s->opened.name);
    FITLAB_COUNTERS(X)
#undef X
    metric_set_count(m, METRIC_most_probes, s->most_probes);
    metric_set_count(m, METRIC_most_probes_event, s->most_probes_event);
}

static double external_index_pct(const struct sample *s)
{
    return s->holes_bytes ? 100 * (1 - (double)s->largest_hole_bytes / (double)s->holes_bytes) : 0;
}

static const struct sample *find_sample(const struct shared_results *b, uint64_t event)
{
    for (size_t i = 0; i < b->sample_count; i++) {
        if (b->sample[i].event == event) {
            return &b->sample[i];
        }
    }
    return NULL;
}

/* The metrics that need walks. */
static void put_walks(struct pass *p, const struct exact_peaks *peaks)
{
    struct metrics *m = pass_metrics(p);
    const struct shared_results *b = p->shared;
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
    const struct sample *live = find_sample(b, peaks->peak_live.event);
    if (live) {
        metric_set_real(m, METRIC_external_index_pct, external_index_pct(live));
    }
    const struct sample *peak = find_sample(b, peaks->peak_footprint.event);
    if (peak) {
        metric_set_count(m, METRIC_live_at_peak_bytes, peak->live_bytes);
        metric_set_count(m, METRIC_rounding_at_peak_bytes, peak->rounding_bytes);
        metric_set_count(m, METRIC_metadata_at_peak_bytes, peak->metadata_bytes);
        metric_set_count(m, METRIC_holes_at_peak_bytes, peak->holes_bytes);
        metric_set_count(m, METRIC_slack_at_peak_bytes, peak->slack_bytes);
        metric_set_count(m, METRIC_holes_at_peak, peak->holes);
    }
    if (peak && peaks->peak_live.live_bytes) {
        metric_set_real(m, METRIC_jw4_policy_pct,
                        excess_pct(peak->live_bytes + peak->holes_bytes + peak->slack_bytes,
                                   peaks->peak_live.live_bytes));
    }
}

/* Where the blocks of a policy lie is known and repeatable only in its region. */
static void put_owners(struct pass *p, const struct thread_census *t)
{
    struct metrics *m = pass_metrics(p);
    metric_set_count(m, METRIC_workload_threads, p->packed.facts.threads);
    metric_set_count(m, METRIC_remote_frees, t->remote_frees);
    metric_set_count(m, METRIC_sum_of_thread_peaks_bytes, thread_census_sum_of_peaks(t));
    metric_set_count(m, METRIC_largest_thread_peak_bytes, thread_census_largest_peak(t));
    if (!(p->heap->policy->traits & POLICY_ELSEWHERE) && !t->no_memory) {
        metric_set_count(m, METRIC_most_shared_lines, t->shared_most);
        metric_set_count(m, METRIC_active_sharing, t->active);
        metric_set_count(m, METRIC_passive_sharing, t->passive);
    }
}

void exact_peaks_put(struct pass *p, const struct exact_peaks *s, const struct ledger *l)
{
    put_demand(p, s, l);
    put_footprint(p, s);
    put_inside(p, s);
    if (s->owners) {
        put_owners(p, s->owners);
    }
    if (p->heap->policy->walk) {
        metric_set_count(pass_metrics(p), METRIC_fixed_bytes, s->fixed_bytes);
    }
}

/* Whether the overhead of each block (its bytes beside the usable ones) is the same. Only then do
 * the peaks know how large the blocks are. */
static bool overhead_is_constant(const struct shared_results *b, const struct exact_peaks *s)
{
    for (size_t i = 0; i < b->sample_count; i++) {
        const struct sample *sample = &b->sample[i];
        if (sample->metadata_bytes != s->fixed_bytes + s->block_overhead * sample->live_blocks) {
            return false;
        }
    }
    return true;
}

/* peak live <= high-water mark <= the theorem's bound. */
static bool put_certificate(struct pass *p, const struct exact_peaks *s)
{
    const uint64_t *kinds = p->packed.facts.count;
    uint64_t high_water = s->peak_footprint.footprint_bytes;
    if (high_water < s->peak_live.live_bytes) {
        return pass_fail(p, CELL_VIOLATION,
                         "the peak footprint, %" PRIu64 " bytes, is below the peak live bytes",
                         high_water);
    }
    if (kinds[EVENT_REALLOC] || kinds[EVENT_ALIGNED] || p->fixed ||
        !overhead_is_constant(p->shared, s)) {
        return true; /* the theorems do not cover these workloads */
    }
    const struct policy_spec policy = policy_spec_of_heap(p->cell->policy, p->heap);
    for (const struct certificate *c = certificates; c->theorem; c++) {
        if (!c->applies(&policy)) {
            continue;
        }
        double bound = c->bound(&policy, (double)s->peak_blocks_bytes / FITLAB_ALIGN,
                                (double)s->largest_block_bytes / FITLAB_ALIGN);
        uint64_t bytes = s->fixed_bytes + (uint64_t)(bound * FITLAB_ALIGN);
        if (bound > 0) {
            metric_set_count(pass_metrics(p), c->metric, bytes);
        }
        if (bound > 0 && high_water > bytes) {
            return pass_fail(p, CELL_VIOLATION,
                             "the peak footprint, %" PRIu64 " bytes, is above the bound of %s, "
                             "%" PRIu64 " bytes",
                             high_water, c->theorem, bytes);
        }
    }
    return true;
}

bool exact_peaks_put_samples(struct pass *p, const struct exact_peaks *s)
{
    put_walks(p, s);
    return put_certificate(p, s);
}
