#include "cell/threaded_latency.h"

#include <stdlib.h>

#include "cell/threaded.h"

enum { MOST_ROUNDS = 50 };
static const double ENOUGH_NS = 7.5e7; /* as in passes/pass_latency.c */

/* The bands of the blocks in slots, while streams are read in their order. */
struct bands {
    uint8_t *handed, *own; /* by slot */
};

static bool is_handed_malloc(const struct stream *s, size_t i, uint32_t *slot, uint64_t *size)
{
    struct stream_event e = s->event[i];
    enum stream_kind kind = stream_kind(e);
    const struct stream_side *side = kind == STREAM_SIDE ? &s->side[stream_size(e)] : NULL;
    *slot = side ? side->to : e.slot;
    *size = side ? side->event.size : stream_size(e);
    return side ? side->hands : kind == STREAM_HAND;
}

/* The kind of the event, and the band of its block; a request sets the band of its slot. */
static enum event_kind look(const struct stream *s, size_t i, struct bands *b, uint8_t *band)
{
    struct stream_event e = s->event[i];
    uint32_t slot;
    uint64_t size;
    bool handed = is_handed_malloc(s, i, &slot, &size);
    switch (stream_kind(e)) {
    case STREAM_FREE:
        *band = b->own[e.slot];
        return EVENT_FREE;
    case STREAM_TAKE:
        *band = b->handed[e.slot];
        return EVENT_FREE;
    default:
        *band = latency_band_of(size);
        if (!handed) {
            b->own[slot] = *band;
        }
        return stream_kind(e) == STREAM_SIDE ? (enum event_kind)s->side[stream_size(e)].event.kind
                                             : EVENT_MALLOC;
    }
}

/* Each handed slot is written once, whichever stream has it. */
static void find_handed(const struct streams *all, struct bands *b)
{
    for (unsigned t = 0; t < all->count; t++) {
        const struct stream *s = &all->stream[t];
        for (size_t i = 0; i < s->n; i++) {
            uint32_t slot;
            uint64_t size;
            if (is_handed_malloc(s, i, &slot, &size)) {
                b->handed[slot] = latency_band_of(size);
            }
        }
    }
}

/* Adds the last replay of the crew. */
static void add_replay(const struct threaded *r, struct bands *b, struct latency *into, bool null)
{
    for (unsigned t = 0; t < r->many.count; t++) {
        const struct stream *s = &r->many.stream[t];
        for (size_t i = 0; i < s->n; i++) {
            uint8_t band;
            enum event_kind kind = look(s, i, b, &band);
            uint32_t ticks = r->crew.member[t].window[i];
            histogram_add(null ? &into->null[kind] : &into->chained[kind][band], ticks);
        }
    }
}

static bool measure(struct threaded *r, struct bands *b, struct latency *latency,
                    double *elapsed_ns)
{
    for (unsigned round = 0; round < MOST_ROUNDS && *elapsed_ns < ENOUGH_NS; round++) {
        if (!threaded_replay_bump(r, &r->many, CREW_CHAINED)) {
            return false;
        }
        add_replay(r, b, latency, true);
        if (!threaded_replay(r, &r->many, CREW_CHAINED)) {
            return false;
        }
        add_replay(r, b, latency, false);
        *elapsed_ns += clock_ns(clock_get(), (double)crew_ticks(&r->crew));
    }
    metric_set_real(pass_metrics(r->pass), METRIC_waiting_pct, threaded_waiting_pct(r));
    metric_set_count(pass_metrics(r->pass), METRIC_processors, r->crew.processors);
    metric_set_count(pass_metrics(r->pass), METRIC_handed_blocks, r->many.handed_blocks);
    return true;
}

bool threaded_latency(struct pass *p, struct latency *latency, double *elapsed_ns)
{
    struct threaded *r = calloc(1, sizeof *r);
    struct bands b = {NULL, NULL};
    bool timed = r && threaded_open(r, p);
    if (timed) {
        b.handed = calloc(r->many.handed_slots + (size_t)1, 1);
        b.own = calloc(p->packed.facts.slots + (size_t)1, 1);
    }
    if (!r || (timed && (!b.handed || !b.own))) {
        timed = pass_fail(p, CELL_ERROR, "no memory for a replay by several threads");
    }
    if (timed) {
        find_handed(&r->many, &b);
        timed = measure(r, &b, latency, elapsed_ns);
    }
    if (r) {
        threaded_close(r);
    }
    free(b.handed);
    free(b.own);
    free(r);
    return timed;
}
