/* pass_map.c - what lies where in the region over time; deterministic.
 *
 * The workload is replayed twice: the first replay finds how high the break goes, which sets the
 * size of a bin, and the second walks the heap at evenly spread events.
 */
#include <inttypes.h>

#include "allocators/heap.h"
#include "cell/heap_map.h"
#include "cell/pass.h"
#include "cell/pass_kind.h"

/* The results that are this pass's own. */
static struct heap_map *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_MAP);
}

/* Adds spans to the bins that they lie in. */
struct painting {
    const struct heap *heap;
    const char *base;
    uint64_t bin_bytes;
    struct heap_map_moment *moment;
};

static bool paint(struct painting *p, const char *addr, size_t bytes, enum span_kind kind)
{
    uint64_t at = (uint64_t)(addr - p->base), end = at + bytes;
    while (at < end) {
        uint64_t bin = at / p->bin_bytes, bin_end = (bin + 1) * p->bin_bytes;
        if (bin >= HEAP_MAP_BINS) {
            return false;
        }
        uint64_t part = (bin_end < end ? bin_end : end) - at;
        p->moment->held[bin][kind] += (uint32_t)part;
        at += part;
    }
    return true;
}

/* Of a block, what lies before and behind its usable bytes is metadata, as in fragmentation.csv: so
 * a map of few bytes a bin shows where blocks begin. */
static bool paint_used(struct painting *p, const struct span *s)
{
    const char *payload = s->payload, *end = s->addr + s->bytes;
    if (!payload || payload < s->addr || payload > end) {
        return false;
    }
    size_t usable = heap_usable(p->heap, payload);
    return usable <= (size_t)(end - payload) &&
           paint(p, s->addr, (size_t)(payload - s->addr), SPAN_META) &&
           paint(p, payload, usable, SPAN_USED) &&
           paint(p, payload + usable, (size_t)(end - payload) - usable, SPAN_META);
}

static bool paint_span(const struct span *s, void *ctx)
{
    return s->kind == SPAN_ABSENT ||
           (s->kind == SPAN_USED ? paint_used(ctx, s) : paint(ctx, s->addr, s->bytes, s->kind));
}

static void take_moment(struct pass *p, const struct ledger *l)
{
    struct heap_map *map = own(p->shared);
    struct heap_map_moment m = {.event = l->events,
                                .allocated_bytes = l->allocated_bytes,
                                .height_bytes = region_bytes(p->heap->region)};
    struct painting painting = {p->heap, p->heap->region->base, map->bin_bytes, &m};
    p->heap->policy->walk(p->heap, paint_span, &painting);
    shared_results_unlock(p->shared);
    map->moment[map->moments++] = m;
    shared_results_lock(p->shared);
}

/* Replays all events. Once the size of a bin is known, it takes moments that are spread evenly over
 * the events. */
static bool replay(struct pass *p, struct ledger *l)
{
    struct heap_map *map = own(p->shared);
    const uint64_t events = p->packed.facts.events;
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            ledger_play(l, p->heap, &e);
            shared_results_progress(p->shared, l->events);
            if (map->bin_bytes && map->moments < map->most &&
                l->events * map->most >= (map->moments + 1) * events) {
                take_moment(p, l);
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    return p->shared->status == CELL_OK;
}

static bool measure(struct pass *p, struct ledger *l)
{
    if (!pass_new_heap(p)) {
        return false;
    }
    if (!p->heap->policy->walk) {
        return pass_fail(p, CELL_UNAVAILABLE, "%s does not show its inside: it has no walk",
                         p->heap->policy->name);
    }
    if (!replay(p, l)) {
        return false;
    }
    uint64_t peak = (uint64_t)(p->heap->region->peak - p->heap->region->base);
    uint64_t bin = (peak + HEAP_MAP_BINS - 1) / HEAP_MAP_BINS;
    bin = (bin + FITLAB_ALIGN - 1) & ~(uint64_t)(FITLAB_ALIGN - 1);
    struct heap_map *map = own(p->shared);
    shared_results_unlock(p->shared);
    map->bin_bytes = bin;
    if (bin > UINT32_MAX) {
        return pass_fail(p, CELL_UNAVAILABLE, "a region of %" PRIu64 " bytes is too large to map",
                         peak);
    }
    packed_rewind(&p->packed);
    ledger_reset(l);
    if (!pass_new_heap(p) || !replay(p, l)) {
        return false;
    }
    pass_put_workload(p, l->refused, l->skipped);
    return true;
}

static bool run(struct pass *p)
{
    struct ledger ledger;
    own(p->shared)->most = p->cell->samples;
    if (!ledger_open(&ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    bool measured = measure(p, &ledger);
    ledger_close(&ledger);
    return measured;
}

static size_t own_bytes(const struct cell *cell)
{
    return sizeof(struct heap_map) + cell->samples * sizeof(struct heap_map_moment);
}

static bool sound(const struct shared_results *b)
{
    const struct heap_map *map = own(b);
    bool within = map->bin_bytes <= UINT32_MAX && map->moments <= b->layout.grid_samples;
    for (size_t i = 0; within && i < map->moments; i++) {
        within = map->bin_bytes && map->moment[i].height_bytes <= HEAP_MAP_BINS * map->bin_bytes;
    }
    return within;
}

static void publish(const struct shared_results *b, struct cell_result *result)
{
    result->map = own(b);
}

static const struct pass_column columns[] = {
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

const struct pass_kind pass_map = {
    .name = "map",
    .letter = 'H',
    .measures = "what lies where in the region over time; deterministic",
    .timed = false,
    .guess_ns = 700,
    .columns = columns,
    .run = run,
    .own_bytes = own_bytes,
    .sound = sound,
    .publish = publish,
};
