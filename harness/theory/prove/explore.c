#include "theory/prove/explore.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "allocators/heap.h"
#include "base/seconds.h"
#include "theory/prove/state_set.h"

/* An operation in 16 bits: a size in units to ask for, or an address in units to free. */
enum { OP_FREE = 1 << 15, OP_VALUE = OP_FREE - 1, PROGRESS_EVERY = 1 << 14 };

/* The heap in one state, in a copy. */
struct copy {
    struct region region;
    char *bytes;
    size_t room;
};

struct live_block {
    unsigned address, units;
};

struct search {
    struct unit_heap units;
    const struct question *question;
    struct state_set known;
    struct copy start, current;
    struct live_block *live; /* of the state that is being expanded, in address order */
    size_t live_count, live_units;
    char *canon; /* the bytes that tell states apart */
    size_t canon_bytes, canon_room;
    uint16_t *path;
    size_t path_room;
    uint32_t worst; /* the first state with the highest water */
    unsigned high_water;
    bool failed; /* no memory */
};

/* ---- copying ---- */

static bool copy_take(struct copy *c, const struct region *r)
{
    size_t bytes = region_bytes(r);
    if (bytes > c->room) {
        char *more = realloc(c->bytes, 2 * bytes);
        if (!more) {
            return false;
        }
        c->bytes = more;
        c->room = 2 * bytes;
    }
    memcpy(c->bytes, r->base, bytes);
    c->region = *r;
    return true;
}

static void copy_restore(const struct copy *c, struct region *r)
{
    *r = c->region;
    memcpy(r->base, c->bytes, region_bytes(r));
}

/* ---- the canonical form ---- */

static void keep(struct search *s, const void *from, size_t bytes)
{
    if (s->canon_bytes + bytes > s->canon_room) {
        size_t room = 2 * (s->canon_bytes + bytes);
        char *more = realloc(s->canon, room);
        if (!more) {
            s->failed = true;
            return;
        }
        s->canon = more;
        s->canon_room = room;
    }
    memcpy(s->canon + s->canon_bytes, from, bytes);
    s->canon_bytes += bytes;
}

static void keep_between(struct search *s, const char *from, const char *to)
{
    if (from < to) {
        keep(s, from, (size_t)(to - from));
    }
}

/* All but the counters, which only count. */
static void keep_meta(struct search *s, const char *from, const char *to)
{
    const char *count = (const char *)&s->units.heap->count;
    const char *after = count + sizeof s->units.heap->count;
    if (count >= from && after <= to) {
        keep_between(s, from, count);
        keep_between(s, after, to);
    } else {
        keep_between(s, from, to);
    }
}

static void keep_hole(struct search *s, const char *from, const char *to)
{
    if (to - from <= EXPLORE_HEAD + EXPLORE_TAIL) {
        keep_between(s, from, to);
    } else {
        keep_between(s, from, from + EXPLORE_HEAD);
        keep_between(s, to - EXPLORE_TAIL, to);
    }
}

static bool keep_span(const struct span *span, void *ctx)
{
    struct search *s = ctx;
    const char *end = span->addr + span->bytes;
    size_t shape[] = {span->bytes, span->kind};
    keep(s, shape, sizeof shape);
    if (span->kind == SPAN_USED) {
        const char *payload = span->payload;
        keep_between(s, span->addr, payload);
        keep_between(s, payload + heap_usable(s->units.heap, payload), end);
    } else if (span->kind == SPAN_META) {
        keep_meta(s, span->addr, end);
    } else if (span->kind != SPAN_ABSENT) {
        keep_hole(s, span->addr, end);
    }
    return true;
}

static struct state_hash hash_state(struct search *s)
{
    s->canon_bytes = 0;
    s->units.heap->policy->walk(s->units.heap, keep_span, s);
    XXH128_hash_t h = XXH3_128bits(s->canon, s->canon_bytes);
    return (struct state_hash){h.low64, h.high64};
}

/* ---- moving ---- */

static bool list_block(const struct span *span, void *ctx)
{
    struct search *s = ctx;
    if (span->kind == SPAN_USED) {
        size_t usable = heap_usable(s->units.heap, span->payload);
        struct live_block b = {(unsigned)unit_address(&s->units, span->payload),
                               (unsigned)((usable + s->units.header) / UNIT_GRANULE)};
        s->live[s->live_count++] = b;
        s->live_units += b.units;
    }
    return true;
}

static void list_live(struct search *s)
{
    s->live_count = s->live_units = 0;
    s->units.heap->policy->walk(s->units.heap, list_block, s);
}

static void *payload_at(const struct search *s, unsigned address)
{
    return (char *)s->units.origin + (size_t)address * UNIT_GRANULE + s->units.header;
}

/* The height after an allocation: that of the break, or of the block where the break is fixed. */
static unsigned height_after(const struct search *s)
{
    return (unsigned)(s->units.fixed ? unit_high_water(&s->units) : unit_height(&s->units));
}

/* False: the policy has no such block. */
static bool play(struct search *s, uint16_t op)
{
    if (op & OP_FREE) {
        unit_free(&s->units, payload_at(s, op & OP_VALUE));
        return true;
    }
    s->units.top = NULL;
    return unit_alloc(&s->units, op) != NULL;
}

/* Brings the heap into a known state, by all operations that led to it. */
static bool go_to(struct search *s, uint32_t state)
{
    size_t n = 0;
    for (uint32_t at = state; s->known.state[at].parent != at; at = s->known.state[at].parent) {
        if (n == s->path_room) {
            size_t room = s->path_room ? 2 * s->path_room : 256;
            uint16_t *more = realloc(s->path, room * sizeof *more);
            if (!more) {
                return false;
            }
            s->path = more;
            s->path_room = room;
        }
        s->path[n++] = s->known.state[at].op;
    }
    copy_restore(&s->start, &s->units.map.region);
    while (n > 0) {
        play(s, s->path[--n]);
    }
    return true;
}

static bool try_op(struct search *s, uint32_t from, uint16_t op)
{
    copy_restore(&s->current, &s->units.map.region);
    if (!play(s, op)) {
        return true;
    }
    bool added;
    if (!state_set_add(&s->known, hash_state(s), (struct state){from, op}, &added) || s->failed) {
        return false;
    }
    if (added && !(op & OP_FREE) && height_after(s) > s->high_water) {
        s->high_water = height_after(s);
        s->worst = s->known.count - 1;
    }
    return true;
}

static bool expand(struct search *s, uint32_t state)
{
    const struct question *q = s->question;
    if (!go_to(s, state) || !copy_take(&s->current, &s->units.map.region)) {
        return false;
    }
    list_live(s);
    for (unsigned units = 1; units <= q->largest; units = q->powers ? 2 * units : units + 1) {
        if (s->live_units + units <= q->live && !try_op(s, state, (uint16_t)units)) {
            return false;
        }
    }
    for (size_t i = 0; i < s->live_count; i++) {
        if (!try_op(s, state, (uint16_t)(OP_FREE | s->live[i].address))) {
            return false;
        }
    }
    return true;
}

/* ---- the whole ---- */

/* Adds the very first state. */
static bool begin(struct search *s)
{
    bool added;
    s->live = malloc((s->question->live + (size_t)1) * sizeof *s->live);
    return s->live && state_set_open(&s->known) && copy_take(&s->start, &s->units.map.region) &&
           state_set_add(&s->known, hash_state(s), (struct state){0, 0}, &added) && !s->failed;
}

static bool run(struct search *s, struct answer *a, explore_progress *progress, void *ctx)
{
    const uint32_t most_children = s->question->largest + s->question->live;
    for (uint32_t at = 0; at < s->known.count; at++) {
        if (state_set_bytes_with(&s->known, most_children) > s->question->memory) {
            return true;
        }
        if (progress && at % PROGRESS_EVERY == 0) {
            progress(s->known.count, s->known.count - at, s->high_water, ctx);
        }
        if (!expand(s, at)) {
            return false;
        }
    }
    a->complete = true;
    return true;
}

/* Plays the way to the worst state once more and writes it down. */
static bool write_witness(struct search *s, struct answer *a)
{
    for (uint32_t at = s->worst; s->known.state[at].parent != at; at = s->known.state[at].parent) {
        a->moves++;
    }
    a->witness = calloc(a->moves + 1, sizeof *a->witness);
    if (!a->witness || !go_to(s, s->worst)) {
        return false;
    }
    a->footprint = region_footprint(&s->units.map.region);
    copy_restore(&s->start, &s->units.map.region);
    uint32_t at = s->worst;
    for (size_t i = a->moves; i > 0; i--, at = s->known.state[at].parent) {
        s->path[i - 1] = s->known.state[at].op;
    }
    for (size_t i = 0; i < a->moves; i++) {
        struct move *m = &a->witness[i];
        uint16_t op = s->path[i];
        m->is_free = (op & OP_FREE) != 0;
        void *p = m->is_free ? payload_at(s, op & OP_VALUE) : unit_alloc(&s->units, op);
        m->address = (unsigned)unit_address(&s->units, p);
        m->units = (unsigned)((heap_usable(s->units.heap, p) + s->units.header) / UNIT_GRANULE);
        if (m->is_free) {
            unit_free(&s->units, p);
        }
    }
    return true;
}

static void release(struct search *s)
{
    state_set_release(&s->known);
    free(s->start.bytes);
    free(s->current.bytes);
    free(s->live);
    free(s->canon);
    free(s->path);
    unit_heap_close(&s->units);
}

/* Nothing that grows only when nothing fits goes beyond live * largest units; twice that is room
 * for the others as well. */
bool explore(const struct policy_spec *spec, const struct question *q, struct answer *a,
             explore_progress *progress, void *ctx, struct problem *problem)
{
    struct search s = {.question = q};
    double began = seconds_now();
    *a = (struct answer){0};
    if (!spec->policy->walk) {
        return problem_set(problem, "%s cannot be walked: its states cannot be told apart",
                           spec->label);
    }
    if (spec->policy->traits & POLICY_NO_REUSE) {
        return problem_set(problem, "%s never reuses memory: its worst case has no bound",
                           spec->label);
    }
    if (!unit_heap_open(&s.units, spec, 2 * (size_t)q->live * (q->largest + 1), false, problem)) {
        return false;
    }
    s.units.fixed = region_room(&s.units.map.region) < UNIT_GRANULE;
    bool ok = begin(&s) && run(&s, a, progress, ctx) && write_witness(&s, a);
    a->high_water = s.high_water;
    a->states = s.known.count;
    a->memory = state_set_bytes(&s.known);
    a->seconds = seconds_now() - began;
    release(&s);
    if (!ok) {
        answer_release(a);
        return problem_set(problem, "not enough memory for the states of %s", spec->label);
    }
    return true;
}

void answer_release(struct answer *a)
{
    free(a->witness);
    a->witness = NULL;
}
