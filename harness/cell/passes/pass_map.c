/* pass_map.c - what lies where in the region over time; deterministic.
 *
 * The workload is replayed twice: the first replay finds how high the break goes, which sets the
 * size of a bin, and the second walks the heap at evenly spread events.
 */
#include <inttypes.h>
#include <string.h>

#include "allocators/heap.h"
#include "cell/heap_map.h"
#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/present_space.h"
#include "replay/thread_map.h"

/* The results that are this pass's own. */
static struct heap_map *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_MAP);
}

/* How the second replay looks at the heap. */
struct looking {
    struct present_space space;
    struct thread_map threads; /* not open where one acts */
};

/* Adds spans to the bins that they lie in. */
struct painting {
    const struct heap *heap;
    const struct present_space *space;
    uint64_t bin_bytes, height;
    struct heap_map_moment *moment;
    const struct thread_map *threads; /* NULL: one acts */
    uint64_t bin, of_owner[THREAD_OWNERS];
};

/* Notes whose most of the bin is that was painted so far, and goes on to another one. */
static void next_bin(struct painting *p, uint64_t bin)
{
    if (bin == p->bin) {
        return;
    }
    unsigned most = THREAD_NOBODY;
    for (unsigned i = 1; i < THREAD_OWNERS; i++) {
        most = p->of_owner[i] > p->of_owner[most] ? i : most;
    }
    p->moment->owner[p->bin] = (uint8_t)(p->of_owner[most] ? most : THREAD_NOBODY);
    memset(p->of_owner, 0, sizeof p->of_owner);
    p->bin = bin;
}

/* Of a block all is its thread's, headers too. */
static void paint_owner(struct painting *p, const struct span *whole, const char *from,
                        uint64_t bytes)
{
    if (whole->kind == SPAN_USED) {
        p->of_owner[thread_map_owner(p->threads, whole->payload)] += bytes;
    } else if (whole->kind != SPAN_META) {
        thread_map_add_free(p->threads, from, (size_t)bytes, p->of_owner);
    }
}

/* A part of a span, or all of it. */
static bool paint(struct painting *p, const struct span *whole, const char *addr, size_t bytes,
                  enum span_kind kind)
{
    uint64_t from = present_space_offset(p->space, addr), at = from, end = at + bytes;
    p->height = end > p->height ? end : p->height;
    while (at < end) {
        uint64_t bin = at / p->bin_bytes, bin_end = (bin + 1) * p->bin_bytes;
        if (bin >= HEAP_MAP_BINS) {
            return false;
        }
        uint64_t part = (bin_end < end ? bin_end : end) - at;
        p->moment->held[bin][kind] += (uint32_t)part;
        if (p->threads) {
            next_bin(p, bin);
            paint_owner(p, whole, addr + (at - from), part);
        }
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
           paint(p, s, s->addr, (size_t)(payload - s->addr), SPAN_META) &&
           paint(p, s, payload, usable, SPAN_USED) &&
           paint(p, s, payload + usable, (size_t)(end - payload) - usable, SPAN_META);
}

static bool paint_span(const struct span *s, void *ctx)
{
    return s->kind == SPAN_ABSENT ||
           (s->kind == SPAN_USED ? paint_used(ctx, s) : paint(ctx, s, s->addr, s->bytes, s->kind));
}

static void take_moment(struct pass *p, const struct ledger *l, const struct looking *look)
{
    struct heap_map *map = own(p->shared);
    struct heap_map_moment m = {.event = l->events, .allocated_bytes = l->allocated_bytes};
    struct painting painting = {.heap = p->heap,
                                .space = &look->space,
                                .bin_bytes = map->bin_bytes,
                                .moment = &m,
                                .threads = look->threads.last ? &look->threads : NULL};
    p->heap->policy->walk(p->heap, paint_span, &painting);
    next_bin(&painting, HEAP_MAP_BINS);
    m.height_bytes = painting.height;
    shared_results_unlock(p->shared);
    map->moment[map->moments++] = m;
    shared_results_lock(p->shared);
}

/* Replays all events, and takes moments that are spread evenly over them; look is NULL in the first
 * replay, which takes none. */
static bool replay(struct pass *p, struct ledger *l, struct looking *look)
{
    struct heap_map *map = own(p->shared);
    const uint64_t events = p->packed.facts.events;
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            if (ledger_play(l, p->heap, &e) == LEDGER_SERVED && look && look->threads.last) {
                thread_map_event(&look->threads, l, &e);
            }
            shared_results_progress(p->shared, l->events);
            if (look && map->moments < map->most &&
                l->events * map->most >= (map->moments + 1) * events) {
                take_moment(p, l, look);
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
    if (!replay(p, l, NULL)) {
        return false;
    }
    static struct looking look;
    present_space_find(&look.space, p->heap);
    uint64_t peak = look.space.bytes;
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
    if (!pass_new_heap(p)) {
        return false;
    }
    if (p->packed.facts.threads > 1) {
        thread_map_open(&look.threads, p->heap); /* if it cannot, nobody's is all there is */
    }
    bool replayed = replay(p, l, &look);
    thread_map_close(&look.threads);
    if (!replayed) {
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
        for (size_t bin = 0; within && bin < HEAP_MAP_BINS; bin++) {
            within = map->moment[i].owner[bin] < THREAD_OWNERS;
        }
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
