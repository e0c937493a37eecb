/* pass_check.c - checks that every block is intact, lies where it may lie, and overlaps no other.
 * Deterministic.
 *
 * Each payload holds a pattern, and each block owns its bytes in a shadow map. So damage and
 * overlap are found at the next event of the block, at a cost that does not grow with the number of
 * live blocks. At samples the policy's own check runs, and its walk is compared with the live
 * blocks, one to one. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "mallocs/foreign.h"
#include "region/bounds.h"
#include "region/payload_pattern.h"
#include "replay/census.h"
#include "replay/fetch_ahead.h"
#include "replay/shadow_map.h"

/* Closing pages takes a system call, so it is delayed until there are several to close. Opening
 * them takes a signal, so several are opened at a time. */
static const size_t GUARD_CLOSES_ABOVE = 64 * REGION_ALIGN, GUARD_AHEAD = 16 * REGION_ALIGN;

struct check {
    struct pass *pass;
    struct ledger ledger;
    struct bounds guard;      /* of the region; not used where the memory is elsewhere */
    struct shadow_map shadow; /* not used where the blocks may be anywhere */
    size_t align;             /* of every block, unless: */
    bool foreign;   /* a malloc, which may align a small block only as objects of its size need */
    uint64_t event; /* under way, counted from 1 */
    uint64_t looked, next_look; /* the event of the last check of the whole heap, and of the next */
    char *brk; /* the event after which the region above the break was last checked */
    uint64_t peak_live_bytes, peak_live_blocks;
};

static bool corrupt(struct check *c, const char *what)
{
    return pass_fail(c->pass, CELL_CORRUPT, "event %" PRIu64 ": %s", c->event, what);
}

static bool stamp_kept(struct check *c, const struct ledger_block *b, const char *p, size_t kept)
{
    size_t at;
    if (pattern_is_whole(p, b->size, kept, b->born, &at)) {
        return true;
    }
    return pass_fail(c->pass, CELL_CORRUPT,
                     "event %" PRIu64 ": byte %zu of a live block of %" PRIu64
                     " bytes, allocated by event %" PRIu64 ", was overwritten",
                     c->event, at, b->size, b->born);
}

static bool block_sound(struct check *c, const struct event *e, const struct ledger_block *b)
{
    size_t least = c->foreign ? foreign_alignment(b->size) : c->align;
    size_t align = e->kind == EVENT_ALIGNED ? (size_t)1 << e->align_log2 : least;
    align = align < least ? least : align;
    if (((uintptr_t)b->p & (align - 1)) != 0) {
        return corrupt(c, "the block is not aligned as it must be");
    }
    if (b->granted < b->size) {
        return corrupt(c, "fewer bytes are usable than were asked for");
    }
    if (!c->shadow.word) {
        return true;
    }
    const struct region *r = &c->pass->map.region;
    if (b->p < r->base || b->p > r->brk || b->granted > (size_t)(r->brk - b->p)) {
        return corrupt(c, "the block is not inside the region");
    }
    if (!shadow_map_take(&c->shadow, b->p, b->size)) {
        return corrupt(c, "the block overlaps a live one");
    }
    return true;
}

/* The block before its event: its pattern must be intact. From here on its bytes may be given to
 * another block. */
static bool before(struct check *c, const struct ledger_block *b)
{
    if (!stamp_kept(c, b, b->p, b->size)) {
        return false;
    }
    if (c->shadow.word) {
        shadow_map_give(&c->shadow, b->p, b->size);
    }
    return true;
}

static bool after(struct check *c, const struct event *e, const struct ledger_block *old,
                  enum ledger_outcome outcome)
{
    const struct ledger_block *b = &c->ledger.block[e->slot];
    if (outcome == LEDGER_REFUSED) {
        return !old->p || !c->shadow.word || shadow_map_take(&c->shadow, old->p, old->size) ||
               corrupt(c, "a refused realloc lost its block");
    }
    if (!block_sound(c, e, b)) {
        return false;
    }
    if (old->p && !stamp_kept(c, old, b->p, old->size < b->size ? old->size : b->size)) {
        return false;
    }
    pattern_write(b->p, b->size, b->born);
    return true;
}

/* To check all pages above the break at each event would cost more than everything else here. It is
 * done when the break has moved far, and otherwise from time to time. */
static void watch_break(struct check *c)
{
    enum { OFTEN = 64, SELDOM = 1024 };
    const struct region *r = c->guard.region;
    if (r) {
        bounds_check_tail(&c->guard);
    }
    if (r && (r->brk > c->brk + GUARD_CLOSES_ABOVE || r->brk + GUARD_CLOSES_ABOVE < c->brk ||
              c->event % OFTEN == 0)) {
        bounds_settle(&c->guard);
        c->brk = r->brk;
    }
    if (r && c->event % SELDOM == 0) {
        bounds_look_ahead(&c->guard);
    }
}

static bool check_event(struct check *c, const struct event *e)
{
    struct ledger *l = &c->ledger;
    struct ledger_block old = l->block[e->slot];
    c->event = l->events + 1;
    bool leaves = old.p && (e->kind == EVENT_FREE || e->kind == EVENT_REALLOC);
    if (leaves && !before(c, &old)) {
        return false;
    }
    enum ledger_outcome outcome = ledger_play(l, c->pass->heap, e);
    shared_results_progress(c->pass->shared, l->events);
    watch_break(c);
    if (e->kind == EVENT_FREE || outcome == LEDGER_SKIPPED) {
        return true;
    }
    if (!after(c, e, &old, outcome)) {
        return false;
    }
    c->peak_live_bytes = l->live_bytes > c->peak_live_bytes ? l->live_bytes : c->peak_live_bytes;
    c->peak_live_blocks =
        l->live_blocks > c->peak_live_blocks ? l->live_blocks : c->peak_live_blocks;
    return true;
}

static bool is_live(const void *payload, void *ctx)
{
    return shadow_map_starts(ctx, payload);
}

static bool heap_sound(struct check *c)
{
    const struct heap *h = c->pass->heap;
    const char *broken = heap_check(h);
    if (broken) {
        return corrupt(c, broken);
    }
    if (!h->policy->walk) {
        return true;
    }
    struct census census = census_take(h, is_live, &c->shadow, NULL);
    if (census.broken) {
        return pass_fail(c->pass, CELL_VIOLATION, "after event %" PRIu64 ", at base+%zu: %s",
                         c->ledger.events, census.broken_at, census.broken);
    }
    if (census.used_blocks != c->ledger.live_blocks) {
        return pass_fail(c->pass, CELL_VIOLATION,
                         "after event %" PRIu64 ": the walk has %" PRIu64
                         " used blocks, but %" PRIu64 " are live",
                         c->ledger.events, census.used_blocks, c->ledger.live_blocks);
    }
    return true;
}

/* The event of the next check after `now` events, if checks are spread evenly. */
static uint64_t even_look(const struct check *c, uint64_t now)
{
    uint64_t events = c->pass->packed.facts.events, grid = c->pass->cell->samples;
    return grid ? ((now * grid / events + 1) * events + grid - 1) / grid : UINT64_MAX;
}

/* Whether to check the whole heap after this event: at even distances, but so seldom that it costs
 * only a small part of the events between. */
static bool look_is_due(struct check *c)
{
    enum { FEW = 256, EVENTS_PER_BLOCK = 16 };
    uint64_t now = c->ledger.events, live = c->ledger.live_blocks;
    if (now < c->next_look) {
        return false;
    }
    if (live > FEW && now < c->looked + EVENTS_PER_BLOCK * live) {
        c->next_look = c->looked + EVENTS_PER_BLOCK * live;
        return false;
    }
    c->looked = now;
    c->next_look = even_look(c, now);
    return true;
}

static inline __attribute__((always_inline)) void fetch(const struct check *c,
                                                        const struct packed_chunk *chunk, size_t i)
{
    const struct ledger_block *b = fetch_ahead(&c->ledger, chunk, i);
    if (b) {
        pattern_prefetch(b->p, b->size);
        shadow_map_prefetch(&c->shadow, b->p);
    }
}

static bool check_replay(struct check *c)
{
    struct pass *p = c->pass;
    for (const struct packed_chunk *chunk; (chunk = pass_next(p));) {
        for (size_t i = 0; i < chunk->n; i++) {
            struct event e = packed_event(chunk, i);
            fetch(c, chunk, i);
            if (!check_event(c, &e) || (look_is_due(c) && !heap_sound(c))) {
                return false;
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    if (c->guard.region) {
        bounds_settle(&c->guard);
        bounds_look_ahead(&c->guard);
    }
    return p->shared->status == CELL_OK && heap_sound(c);
}

static void put(struct check *c)
{
    struct metrics *m = pass_metrics(c->pass);
    pass_put_workload(c->pass, c->ledger.refused, c->ledger.skipped);
    metric_set_count(m, METRIC_allocated_bytes, c->ledger.allocated_bytes);
    metric_set_count(m, METRIC_peak_live_bytes, c->peak_live_bytes);
    metric_set_count(m, METRIC_peak_live_blocks, c->peak_live_blocks);
    metric_set_count(m, METRIC_failed_bytes, c->ledger.refused_bytes);
    if (c->align < FITLAB_ALIGN) {
        snprintf(c->pass->shared->detail, sizeof c->pass->shared->detail,
                 "payloads are aligned to %zu bytes only, as the policy says of itself", c->align);
    }
}

/* The policy, or the replay in a block that the policy returned, accessed memory outside the
 * bounds. The event cannot be completed. */
static void went_astray(void *ctx, const char *what)
{
    struct check *c = ctx;
    pass_fail(c->pass, CELL_CORRUPT, "event %" PRIu64 ": %s", c->ledger.events, what);
    shared_results_finish(c->pass->shared);
    _exit(0);
}

static bool guard_heap(struct check *c)
{
    struct region_map *m = &c->pass->map;
    if (!bounds_watch(&c->guard, &m->region, m->map, m->length, went_astray, c)) {
        return pass_fail(c->pass, CELL_ERROR, "the region cannot be guarded");
    }
    c->guard.closes_above = GUARD_CLOSES_ABOVE;
    c->guard.ahead = GUARD_AHEAD;
    c->brk = m->region.brk;
    return true;
}

static bool check_open(struct check *c)
{
    struct pass *p = c->pass;
    struct problem problem;
    c->foreign = foreign_of(p->cell->policy->policy) != NULL;
    c->next_look = p->packed.facts.events ? even_look(c, 0) : UINT64_MAX;
    if (!ledger_open(&c->ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    if (!pass_new_heap(p)) {
        return false;
    }
    c->align = heap_align(p->heap);
    if (p->heap->policy->traits & POLICY_ELSEWHERE) {
        return true;
    }
    if (!shadow_map_open(&c->shadow, p->map.region.base, p->region_bytes, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    return guard_heap(c);
}

static bool run(struct pass *p)
{
    struct check c = {.pass = p};
    bool sound = check_open(&c) && check_replay(&c);
    if (sound) {
        put(&c);
    }
    bounds_end(&c.guard);
    shadow_map_close(&c.shadow);
    ledger_close(&c.ledger);
    return sound;
}

static const struct pass_column columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"blocks", METRIC_peak_live_blocks, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

const struct pass_kind pass_check = {
    .name = "check",
    .letter = 'C',
    .measures = "payload, overlap, alignment and heap consistency; deterministic",
    .timed = false,
    .guess_ns = 1000,
    .columns = columns,
    .run = run,
};
