#include "workloads/transform/interleave.h"

#include <stdlib.h>

#include "workloads/slots.h"

enum { THREADS = UINT16_MAX + 1 };

struct strand {
    struct trace_reader *in;
    uint64_t done, length; /* events, the drain left out */
    struct event *events;  /* EVENT_CHUNK of them */
    size_t given, count;
    uint32_t *slot;   /* in the output */
    uint16_t *thread; /* the same, + 1; 0: not seen yet */
};

struct braid {
    struct strand strand[INTERLEAVE_MOST];
    size_t count;
    struct slots taken;
    uint32_t threads;
    struct trace_writer *out;
    struct problem *problem;
};

static bool open_strand(struct strand *s, struct trace_reader *in)
{
    *s = (struct strand){
        .in = in,
        .length = trace_totals(in)->drain,
        .events = malloc(EVENT_CHUNK * sizeof *s->events),
        .slot = malloc((trace_totals(in)->slots + 1) * sizeof *s->slot),
        .thread = calloc(THREADS, sizeof *s->thread),
    };
    return s->events && s->slot && s->thread;
}

static void close_strand(struct strand *s)
{
    free(s->events);
    free(s->slot);
    free(s->thread);
}

/* The trace of which the smallest part has been played; NULL: all are at their ends. */
static struct strand *next_strand(struct braid *b)
{
    struct strand *least = NULL;
    double part = 1;
    for (size_t i = 0; i < b->count; i++) {
        struct strand *s = &b->strand[i];
        double mine = s->done < s->length ? (double)s->done / (double)s->length : 1;
        if (mine < part) {
            part = mine;
            least = s;
        }
    }
    return least;
}

static bool number_thread(struct braid *b, struct strand *s, struct event *e)
{
    if (s->thread[e->thread] == 0) {
        if (b->threads == UINT16_MAX) {
            return problem_set(b->problem, "there are more than %d threads in all", UINT16_MAX);
        }
        s->thread[e->thread] = (uint16_t)++b->threads;
    }
    e->thread = (uint16_t)(s->thread[e->thread] - 1);
    return true;
}

static bool put(struct braid *b, struct strand *s, struct event e)
{
    uint32_t *slot = &s->slot[e.slot];
    bool is_birth = e.kind != EVENT_FREE && e.kind != EVENT_REALLOC;
    if (is_birth) {
        *slot = slots_lowest(&b->taken);
        if (!slots_take(&b->taken, *slot)) {
            return problem_set(b->problem, "no memory for slots");
        }
    } else if (e.kind == EVENT_FREE) {
        slots_give(&b->taken, *slot);
    }
    e.slot = *slot;
    struct trace_run run = {.events = &e, .count = 1};
    return number_thread(b, s, &e) && trace_append(b->out, &run, b->problem);
}

static bool take_turn(struct braid *b, struct strand *s, uint64_t turn)
{
    for (uint64_t i = 0; i < turn && s->done < s->length; i++, s->done++) {
        if (s->given == s->count) {
            struct trace_run run = {.events = s->events, .count = EVENT_CHUNK};
            if (!trace_read(s->in, &run, b->problem)) {
                return false;
            }
            s->count = run.count;
            s->given = 0;
        }
        if (!put(b, s, s->events[s->given++])) {
            return false;
        }
    }
    return true;
}

bool trace_interleave(struct trace_reader *const *in, size_t count, uint64_t turn,
                      struct trace_writer *out, struct problem *problem)
{
    struct braid *b = calloc(1, sizeof *b);
    bool ok = b && count <= INTERLEAVE_MOST;
    for (size_t i = 0; ok && i < count; i++, b->count++) {
        ok = open_strand(&b->strand[i], in[i]);
    }
    if (!ok) {
        problem_set(problem, "no memory to interleave traces");
    } else {
        b->out = out;
        b->problem = problem;
        slots_open(&b->taken);
        for (struct strand *s; ok && (s = next_strand(b));) {
            ok = take_turn(b, s, turn);
        }
        slots_close(&b->taken);
    }
    for (size_t i = 0; b && i < INTERLEAVE_MOST; i++) {
        close_strand(&b->strand[i]);
    }
    free(b);
    return ok;
}
