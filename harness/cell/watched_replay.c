#include "cell/watched_replay.h"

#include <stdlib.h>

/* A replay that plays one event at a time, and the sizes with which the live blocks were asked for.
 */
struct steps {
    struct replay replay;
    uint64_t *size; /* one a slot */
};

static bool steps_open(struct pass *p, struct steps *s)
{
    s->size = calloc((size_t)p->packed.facts.slots + 1, sizeof *s->size);
    if (!s->size || !replay_open(&s->replay, p->packed.facts.slots)) {
        free(s->size);
        return pass_fail(p, CELL_ERROR, "no memory for the slots");
    }
    return true;
}

static void steps_close(struct steps *s)
{
    replay_close(&s->replay);
    free(s->size);
}

static uint64_t probes_of(const struct heap *h)
{
    return h->count.probes + h->count.insert_probes;
}

static void play_one(struct pass *p, struct steps *s, const struct packed_chunk *c, size_t i,
                     struct watched_replay *w)
{
    struct event e = packed_event(c, i);
    struct packed_chunk one = *c;
    one.event += i;
    one.n = 1;
    heap_set_thread(p->heap, e.thread);
    uint64_t probes = probes_of(p->heap);
    lines_operation();
    replay_chunk(&s->replay, &one, REPLAY_PLAIN, TOUCH_NONE);
    s->size[e.slot] = e.kind == EVENT_FREE ? s->size[e.slot] : e.size;
    uint64_t event = w->accesses.spread.total + 1;
    enum event_kind kind = (enum event_kind)e.kind;
    tail_add(&w->accesses, lines_accesses(), event, kind, s->size[e.slot]);
    tail_add(&w->probes, probes_of(p->heap) - probes, event, kind, s->size[e.slot]);
}

static bool play_all(struct pass *p, struct steps *s, struct watched_replay *w)
{
    replay_begin(&s->replay, p->heap);
    packed_rewind(&p->packed);
    uint64_t done = 0, most = p->packed.facts.drain;
    for (const struct packed_chunk *c; done < most && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && done < most; i++, done++) {
            shared_results_progress(p->shared, done);
            play_one(p, s, c, i, w);
        }
    }
    w->refused = replay_refused(&s->replay);
    w->skipped = s->replay.skipped;
    return p->shared->status == CELL_OK;
}

bool watched_replay(struct pass *p, struct watched_replay *w)
{
    struct steps s;
    struct problem problem;
    const struct policy *watched = lines_policy(p->cell->policy->policy);
    if (!watched) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "only built-in policies are compiled so that they report their accesses");
    }
    p->policy = watched;
    if (!steps_open(p, &s)) {
        return false;
    }
    bool replayed = pass_new_heap(p);
    if (replayed && !lines_begin(p->map.region.base, p->region_bytes, &problem)) {
        replayed = pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    replayed = replayed && play_all(p, &s, w);
    if (replayed) {
        w->count = lines_end();
    }
    steps_close(&s);
    return replayed;
}
