#include "cell/slow_reading.h"

/* Nanoseconds, roughly: to count a page, as the kernel does it for smaps_rollup; to play an event
 * in these passes; to write a page of a new block, which mostly faults. The first fifth of a second
 * is free. */
enum { PAGE_NS = 200, EVENT_NS = 100, WRITE_NS = 200, FREE_NS = 200000000, PAGE = 4096 };

static bool affordable(const struct slow_reading *r, const struct ledger *l)
{
    uint64_t work = l->events * EVENT_NS + l->allocated_bytes / PAGE * WRITE_NS;
    return r->pages * PAGE_NS <= FREE_NS + work / 3;
}

bool slow_reading_due(const struct slow_reading *r, const struct ledger *l,
                      const struct workload_facts *f)
{
    if (l->live_bytes == f->peak_live_bytes && l->live_bytes > r->live_bytes) {
        return true;
    }
    bool may_differ =
        l->live_bytes > r->live_bytes + r->live_bytes / SLOW_READINGS || l->events >= r->next_event;
    return may_differ && affordable(r, l);
}

void slow_reading_take(struct slow_reading *r, uint64_t bytes, const struct ledger *l,
                       const struct workload_facts *f)
{
    r->bytes = bytes;
    r->live_bytes = l->live_bytes > r->live_bytes ? l->live_bytes : r->live_bytes;
    r->next_event = l->events + 1 + f->events / SLOW_READINGS;
    r->pages += bytes / PAGE;
}
