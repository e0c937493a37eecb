#include "cell/exact_peaks.h"

/* The footprint. Where reading it takes time, the value may be some events old, but never from
 * before the peak of the live bytes. */
static uint64_t footprint(const struct ledger *l, struct pass *p)
{
    if (!p->meter->resident) {
        return p->meter->bytes(p->heap);
    }
    const struct workload_facts *facts = &p->packed.facts;
    if (slow_reading_due(&p->reading, l, facts)) {
        slow_reading_take(&p->reading, p->meter->bytes(p->heap), l, facts);
    }
    return p->reading.bytes;
}

static struct moment now(const struct ledger *l, struct pass *p)
{
    return (struct moment){.event = l->events,
                           .live_bytes = l->live_bytes,
                           .granted_bytes = l->granted_bytes,
                           .footprint_bytes = footprint(l, p)};
}

static void survey_request(struct exact_peaks *s, const struct ledger *l, const struct heap *h,
                           const struct ledger_block *b, const struct moment *m)
{
    uint64_t end = (uint64_t)(b->p + b->granted - h->region->base);
    if (end > s->high_water_bytes) {
        s->high_water_bytes = end;
    }
    if (m->live_bytes) {
        s->ratio_sum += (double)b->size * ((double)m->footprint_bytes / (double)m->live_bytes);
        s->ratio_weight += (double)b->size;
    }
    if (l->live_blocks > s->peak_live_blocks) {
        s->peak_live_blocks = l->live_blocks;
    }
    if (l->aligned_bytes > s->peak_aligned_bytes) {
        s->peak_aligned_bytes = l->aligned_bytes;
    }
    if (l->granted_bytes > s->peak_granted_bytes) {
        s->peak_granted_bytes = l->granted_bytes;
    }
    if (m->live_bytes > s->peak_live.live_bytes || !s->peak_live.event) {
        s->peak_live = *m;
    }
    uint64_t blocks = l->granted_bytes + s->block_overhead * l->live_blocks;
    s->peak_blocks_bytes = blocks > s->peak_blocks_bytes ? blocks : s->peak_blocks_bytes;
    uint64_t block = b->granted + s->block_overhead;
    s->largest_block_bytes = block > s->largest_block_bytes ? block : s->largest_block_bytes;
}

/* Both kinds of probes so far. Where no heap is inside, two of the counters are all that is read:
 * this is asked after each event. */
static uint64_t probes_of(const struct heap *h)
{
    if (!h->policy->inner) {
        return h->count.probes + h->count.insert_probes;
    }
    struct counters count = heap_counters(h);
    return count.probes + count.insert_probes;
}

static void survey_probes(struct exact_peaks *s, const struct ledger *l, const struct heap *h)
{
    uint64_t probes = probes_of(h);
    if (probes - s->probes > s->most_probes || !s->most_probes_event) {
        s->most_probes = probes - s->probes;
        s->most_probes_event = l->events;
    }
    s->probes = probes;
}

void exact_peaks_open(struct exact_peaks *s, const struct heap *heap)
{
    s->opened = heap_counters(heap);
    s->probes = probes_of(heap);
}

void exact_peaks_event(struct exact_peaks *s, const struct ledger *l, struct pass *p,
                       const struct event *e, enum ledger_outcome outcome)
{
    if (s->owners && outcome == LEDGER_SERVED) {
        thread_census_event(s->owners, l, e);
    }
    struct moment m = now(l, p);
    survey_probes(s, l, p->heap);
    if (outcome == LEDGER_SERVED && e->kind != EVENT_FREE) {
        survey_request(s, l, p->heap, &l->block[e->slot], &m);
    }
    if (m.footprint_bytes > s->peak_footprint.footprint_bytes || !s->peak_footprint.event) {
        s->peak_footprint = m;
        s->count_at_peak = heap_counters(p->heap);
        s->end_at_peak = p->heap->region->peak;
    }
    if (m.footprint_bytes) {
        s->waste_sum += 1 - (double)m.live_bytes / (double)m.footprint_bytes;
        s->waste_events++;
    }
}
