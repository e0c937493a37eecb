#include "replay/streams.h"

#include <inttypes.h>
#include <stdlib.h>

#include "workloads/array.h"
#include "workloads/slots.h"

enum { WORKLOAD_THREADS = UINT16_MAX + 1 };

/* A block while streams are made. Its last event can still become one that hands it over. */
struct holder {
    size_t event;    /* in its thread's stream */
    uint32_t slot;   /* of the thread */
    uint16_t thread; /* that replays; the last one to act on the block */
    bool live;
};

struct making {
    struct streams *streams;
    struct holder *holder; /* by slot of the workload */
    struct slots taken[STREAMS_MOST];
    uint32_t group[STREAMS_MOST]; /* the next handed slot of each thread; a multiple of
                                     STREAM_GROUP: it has to take another group */
    uint16_t *thread_of;          /* thread of the workload -> that replays, + 1; 0: not seen yet */
    struct problem *problem;
};

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for the streams of a replay by several threads");
}

static struct stream_event pack(uint32_t slot, enum stream_kind kind, uint64_t size)
{
    return (struct stream_event){slot, (uint32_t)kind << PACKED_SIZE_BITS | (uint32_t)size};
}

static bool append(struct making *m, struct stream *s, struct stream_event e)
{
    struct stream_event *grown = array_reserve(s->event, &s->room, s->n + 1, sizeof *grown);
    if (!grown) {
        return no_memory(m->problem);
    }
    s->event = grown;
    s->event[s->n++] = e;
    return true;
}

static bool append_side(struct making *m, struct stream *s, const struct stream_side *side)
{
    struct stream_side *grown = array_reserve(s->side, &s->side_room, s->sides + 1, sizeof *grown);
    if (!grown) {
        return no_memory(m->problem);
    }
    if (s->sides > PACKED_MOST) {
        return problem_set(m->problem, "more than %u large requests in a thread", PACKED_MOST);
    }
    s->side = grown;
    s->side[s->sides] = *side;
    return append(m, s, pack(0, STREAM_SIDE, s->sides++));
}

static bool take_slot(struct making *m, uint16_t thread, uint32_t *slot)
{
    struct slots *taken = &m->taken[thread];
    *slot = slots_lowest(taken);
    if (!slots_take(taken, *slot)) {
        return no_memory(m->problem);
    }
    m->streams->stream[thread].slots = taken->bound;
    return true;
}

/* The last event of the block, which another thread goes on with, hands it over in a new slot. */
static uint32_t hand_over(struct making *m, const struct holder *h)
{
    struct stream *s = &m->streams->stream[h->thread];
    struct stream_event *e = &s->event[h->event];
    uint32_t *next = &m->group[h->thread];
    if (*next % STREAM_GROUP == 0) {
        *next = m->streams->handed_slots;
        m->streams->handed_slots += STREAM_GROUP;
    }
    uint32_t slot = (*next)++;
    m->streams->handed_blocks++;
    slots_give(&m->taken[h->thread], h->slot);
    if (stream_kind(*e) == STREAM_MALLOC) {
        *e = pack(slot, STREAM_HAND, stream_size(*e));
    } else {
        struct stream_side *side = &s->side[stream_size(*e)];
        side->hands = true;
        side->to = slot;
    }
    return slot;
}

static bool add_free(struct making *m, struct holder *h, uint16_t thread)
{
    struct stream *s = &m->streams->stream[thread];
    h->live = false;
    if (h->thread != thread) {
        return append(m, s, pack(hand_over(m, h), STREAM_TAKE, 0));
    }
    slots_give(&m->taken[thread], h->slot);
    return append(m, s, pack(h->slot, STREAM_FREE, 0));
}

static bool add_side(struct making *m, struct holder *h, uint16_t thread, const struct event *e)
{
    bool resizes = e->kind == EVENT_REALLOC;
    struct stream_side side = {
        .event = *e, .from = h->slot, .takes = resizes && h->thread != thread};
    if (side.takes) {
        side.from = hand_over(m, h);
    }
    if (resizes && !side.takes) {
        side.to = h->slot;
    } else if (!take_slot(m, thread, &side.to)) {
        return false;
    }
    *h = (struct holder){m->streams->stream[thread].n, side.to, thread, true};
    return append_side(m, &m->streams->stream[thread], &side);
}

static bool add_event(struct making *m, const struct event *e, uint16_t thread)
{
    struct holder *h = &m->holder[e->slot];
    bool plain = e->kind == EVENT_MALLOC || e->kind == EVENT_CALLOC;
    if (e->kind == EVENT_FREE) {
        return add_free(m, h, thread);
    }
    if (!plain || e->size > PACKED_MOST) {
        return add_side(m, h, thread, e);
    }
    uint32_t slot;
    if (!take_slot(m, thread, &slot)) {
        return false;
    }
    *h = (struct holder){m->streams->stream[thread].n, slot, thread, true};
    return append(m, &m->streams->stream[thread], pack(slot, STREAM_MALLOC, e->size));
}

static uint16_t replayer_of(struct making *m, uint16_t thread)
{
    if (!m->thread_of[thread]) {
        m->thread_of[thread] = (uint16_t)(m->streams->threads++ % m->streams->count + 1);
    }
    return (uint16_t)(m->thread_of[thread] - 1);
}

static bool read_all(struct making *m, struct packed *p)
{
    struct streams *s = m->streams;
    const uint64_t drain = p->facts.drain;
    packed_rewind(p);
    for (const struct packed_chunk *c; s->events < drain && (c = packed_next(p, m->problem));) {
        for (size_t i = 0; i < c->n && s->events < drain; i++, s->events++) {
            struct event e = packed_event(c, i);
            if (!add_event(m, &e, replayer_of(m, e.thread))) {
                return false;
            }
        }
    }
    return !m->problem->text[0];
}

static bool list_left(struct making *m, uint32_t slots)
{
    struct streams *s = m->streams;
    s->left = malloc(((size_t)slots + 1) * sizeof *s->left);
    for (uint32_t i = 0; s->left && i < slots; i++) {
        if (m->holder[i].live) {
            s->left[s->lefts++] = (struct stream_left){m->holder[i].slot, m->holder[i].thread};
        }
    }
    return s->left || no_memory(m->problem);
}

bool streams_open(struct streams *s, struct packed *p, unsigned count, struct problem *problem)
{
    *s = (struct streams){.count = count};
    problem->text[0] = '\0';
    if (p->facts.drain > STREAMS_MOST_EVENTS) {
        return problem_set(problem,
                           "%" PRIu64 " events are too many for a replay by several threads, which "
                           "keeps all in memory: cut it to %" PRIu64 " ('fitlab trace cut')",
                           p->facts.drain, STREAMS_MOST_EVENTS);
    }
    struct making *m = calloc(1, sizeof *m);
    bool made = m;
    if (m) {
        m->streams = s;
        m->problem = problem;
        m->holder = calloc(p->facts.slots + (size_t)1, sizeof *m->holder);
        m->thread_of = calloc(WORKLOAD_THREADS, sizeof *m->thread_of);
        made = m->holder && m->thread_of ? read_all(m, p) && list_left(m, p->facts.slots)
                                         : no_memory(problem);
        for (unsigned t = 0; t < count; t++) {
            slots_close(&m->taken[t]);
        }
        free(m->holder);
        free(m->thread_of);
    } else {
        no_memory(problem);
    }
    free(m);
    if (!made) {
        streams_close(s);
    }
    return made;
}

void streams_close(struct streams *s)
{
    for (unsigned t = 0; t < s->count; t++) {
        free(s->stream[t].event);
        free(s->stream[t].side);
    }
    free(s->left);
    *s = (struct streams){0};
}
