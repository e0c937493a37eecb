#include "cell/memory_notes.h"

#include <inttypes.h>

#include "allocators/layers/layer.h"
#include "mallocs/foreign.h"
#include "replay/fetch_ahead.h"

void memory_replay_until(struct pass *p, struct ledger *l, struct heap *heap, uint64_t events)
{
    for (const struct packed_chunk *c; l->events < events && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && l->events < events; i++) {
            struct event e = packed_event(c, i);
            fetch_ahead(l, c, i);
            ledger_play(l, heap, &e);
            shared_results_progress(p->shared, l->events);
        }
    }
}

/* Where an allocator tells statistics of its own: replays up to the peak of the live bytes, and
 * asks there. To ask takes longer than an event, so that the first replay cannot do it at each new
 * peak. */
bool memory_note_own(struct pass *p, struct ledger *l, uint64_t peak_live_event)
{
    const struct foreign *foreign = foreign_of(p->heap->policy);
    struct foreign_statistics own;
    if (!foreign || !foreign->statistics) {
        return true;
    }
    packed_rewind(&p->packed);
    ledger_reset(l);
    if (!pass_new_heap(p)) {
        return false;
    }
    memory_replay_until(p, l, p->heap, peak_live_event);
    if (p->shared->status == CELL_OK && foreign->statistics(p->heap, &own)) {
        struct metrics *m = pass_metrics(p);
#define X(name, meaning) metric_set_count(m, METRIC_own_##name##_bytes, own.name);
        FOREIGN_STATISTICS(X)
#undef X
    }
    return p->shared->status == CELL_OK;
}

/* No allocator can use less memory than its live blocks have. A meter that says so has missed
 * something. */
bool memory_meter_sound(struct pass *p, const struct ledger *l, const struct exact_peaks *s)
{
    uint64_t live = s->peak_live.live_bytes, seen = s->peak_footprint.footprint_bytes;
    return l->refused || seen + live / SLOW_READINGS >= live ||
           pass_fail(p, CELL_VIOLATION,
                     "the measurement is not sound: a footprint of %" PRIu64
                     " bytes (by %s) cannot hold %" PRIu64 " live bytes",
                     seen, p->meter->name, live);
}

bool memory_note_bare(struct pass *p, struct ledger *l)
{
    const long *arg = p->cell->policy->values.number;
    const struct policy *bare = p->policy;
    while (bare->traits & POLICY_STACK) {
        arg += stack_of(bare)->own;
        bare = stack_of(bare)->below;
    }
    if (bare == p->policy) {
        return true;
    }
    packed_rewind(&p->packed);
    ledger_reset(l);
    region_map_renew(&p->map, p->fixed);
    struct heap *heap = bare->open(bare, &p->map.region, arg);
    if (heap) {
        memory_replay_until(p, l, heap, p->packed.facts.drain);
    }
    struct metrics *m = pass_metrics(p);
    if (heap && p->shared->status == CELL_OK && !l->refused) {
        uint64_t bytes = region_peak_footprint(&p->map.region);
        metric_set_count(m, METRIC_bare_footprint_bytes, bytes);
        metric_set_real(m, METRIC_blow_up,
                        (double)m->value[METRIC_peak_footprint_bytes].count / (double)bytes);
    }
    return p->shared->status == CELL_OK;
}
