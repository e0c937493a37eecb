#include "tracetools/profile.h"

#include <inttypes.h>
#include <stdlib.h>

/* What is known of the block in a slot. */
struct block {
    uint64_t size;
    uint64_t born_event, born_bytes; /* the two clocks */
    uint32_t resizes;
    uint16_t thread;
    bool live;
};

struct taking {
    struct profile *p;
    struct block *block;
    uint32_t slots;
    uint64_t live_bytes, live_blocks;
    bool *seen_thread;
};

static void note_thread(struct taking *t, uint16_t thread)
{
    if (!t->seen_thread[thread]) {
        t->seen_thread[thread] = true;
        t->p->threads++;
    }
    t->p->thread_events[thread < PROFILE_THREADS ? thread : PROFILE_THREADS - 1]++;
}

static void end_block(struct taking *t, struct block *b, uint64_t event)
{
    struct profile *p = t->p;
    histogram_add(&p->life_events, event - b->born_event);
    histogram_add(&p->life_bytes, p->requested_bytes - b->born_bytes);
    if (b->resizes) {
        histogram_add(&p->resizing.chain, b->resizes);
    }
    b->live = false;
}

static void note_resize(struct resizing *r, uint64_t old, uint64_t new)
{
    r->grows += new > old;
    r->shrinks += new < old;
    r->same += new == old;
    if (new > old) {
        histogram_add(&r->ratio_pct, old ? new / old * 100 + new % old * 100 / old : 0);
    }
}

/* What an event that asks for memory does to its slot. */
static bool note_ask(struct taking *t, const struct event *e, uint64_t event)
{
    struct profile *p = t->p;
    struct block *b = &t->block[e->slot];
    if (e->kind == EVENT_REALLOC) {
        note_resize(&p->resizing, b->size, e->size);
        b->resizes++;
        t->live_bytes -= b->size;
    } else {
        *b = (struct block){.born_event = event,
                            .born_bytes = p->requested_bytes,
                            .thread = e->thread,
                            .live = true};
        t->live_blocks++;
        histogram_add(&p->size, e->size);
    }
    b->size = e->size;
    t->live_bytes += e->size;
    p->requested_bytes += e->size;
    if (t->live_bytes > p->peak_live_bytes) {
        p->peak_live_bytes = t->live_bytes;
        p->peak_at = event;
    }
    p->peak_live_blocks =
        t->live_blocks > p->peak_live_blocks ? t->live_blocks : p->peak_live_blocks;
    return e->kind == EVENT_REALLOC || size_table_add(&p->sizes, e->size);
}

/* An event before the drain. */
static bool note_event(struct taking *t, const struct event *e, struct problem *problem)
{
    struct profile *p = t->p;
    uint64_t event = p->drain++;
    if (e->slot >= t->slots || e->kind >= EVENT_KINDS ||
        t->block[e->slot].live != (e->kind == EVENT_FREE || e->kind == EVENT_REALLOC)) {
        return problem_set(problem, "event %" PRIu64 " makes no sense for slot %" PRIu32, event,
                           e->slot);
    }
    p->kinds[e->kind]++;
    note_thread(t, e->thread);
    if (e->kind == EVENT_FREE) {
        struct block *b = &t->block[e->slot];
        p->foreign_frees += b->thread != e->thread;
        t->live_bytes -= b->size;
        t->live_blocks--;
        end_block(t, b, event);
    } else if (!note_ask(t, e, event)) {
        return problem_set(problem, "no memory to count sizes");
    }
    shape_add(&p->shape, event + 1, t->live_bytes, t->live_blocks);
    return true;
}

static bool note_end(struct taking *t)
{
    struct profile *p = t->p;
    p->end_live_bytes = t->live_bytes;
    p->end_live_blocks = t->live_blocks;
    for (size_t i = 0; i < t->slots; i++) {
        if (t->block[i].live && !size_table_add(&p->survivors, t->block[i].size)) {
            return false;
        }
    }
    size_table_sort(&p->sizes);
    size_table_sort(&p->survivors);
    shape_find_phases(&p->shape);
    return true;
}

static bool take(struct taking *t, struct workload *w, struct event *events,
                 struct problem *problem)
{
    problem->text[0] = '\0';
    for (size_t n; (n = workload_next(w, events, EVENT_CHUNK, problem)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            if (t->p->events + i < w->drain && !note_event(t, &events[i], problem)) {
                return false;
            }
        }
        t->p->events += n;
    }
    return !problem->text[0] && (note_end(t) || problem_set(problem, "no memory to count sizes"));
}

struct profile *profile_take(struct workload *w, struct problem *problem)
{
    struct taking t = {.p = calloc(1, sizeof *t.p),
                       .slots = w->slots,
                       .block = calloc((size_t)w->slots + 1, sizeof *t.block),
                       .seen_thread = calloc(UINT16_MAX + 1, sizeof *t.seen_thread)};
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = t.p && t.block && t.seen_thread && events;
    if (!ok) {
        problem_set(problem, "no memory to profile a workload");
    }
    ok = ok && take(&t, w, events, problem);
    free(t.seen_thread);
    free(t.block);
    free(events);
    if (!ok) {
        profile_free(t.p);
        return NULL;
    }
    return t.p;
}

void profile_free(struct profile *p)
{
    if (p) {
        size_table_free(&p->sizes);
        size_table_free(&p->survivors);
        free(p);
    }
}

uint64_t profile_quantile(const struct histogram *h, double q)
{
    if (h->total == 0) {
        return 0;
    }
    return q >= 1 ? h->max : histogram_lower(histogram_quantile(h, q));
}
