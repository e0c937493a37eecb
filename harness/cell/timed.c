#include "timed.h"

bool timed_replay(struct pass *p, struct replay *r, struct heap *heap, enum replay_timing timing,
                  enum replay_touch touch, timed_observer *observe, void *ctx)
{
    const uint64_t most = p->packed.facts.drain;
    uint64_t done = 0;
    replay_begin(r, heap);
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; done < most && (c = pass_next(p));) {
        struct packed_chunk part = *c;
        part.n = c->n < most - done ? c->n : (size_t)(most - done);
        board_progress(p->board, done);
        replay_chunk(r, &part, timing, touch);
        done += part.n;
        if (observe) {
            observe(r, &part, ctx);
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    return p->board->status == CELL_OK;
}

bool timed_warm_up(struct pass *p, struct replay *r)
{
    enum replay_touch touch = (enum replay_touch)p->cell->touch;
    if (!pass_new_heap(p) || !timed_replay(p, r, p->heap, REPLAY_PLAIN, touch, NULL, NULL)) {
        return false;
    }
    pass_put_workload(p, replay_refused(r), r->skipped);
    const struct region *region = &p->map.region;
    if (p->heap->policy->walk && !p->fixed) {
        region_map_prefault(&p->map, (size_t)(region->peak - region->base));
    }
    return true;
}

double timed_ns_per_op(const struct pass *p, double ticks)
{
    return clock_ns(clock_get(), ticks) / (double)p->packed.facts.drain;
}

void timed_put_clock(struct pass *p)
{
    const struct clock *c = clock_get();
    struct metrics *m = pass_metrics(p);
    metric_set_real(m, METRIC_clock_quantum_ns, clock_ns(c, (double)c->quantum_ticks));
    metric_set_real(m, METRIC_clock_overhead_ns, clock_ns(c, (double)c->overhead_ticks));
}
