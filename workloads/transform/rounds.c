#define _GNU_SOURCE
#include "workloads/transform/rounds.h"

#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/array.h"
#include "workloads/slots.h"
#include "workloads/trace/trace_reader.h"

#define EMPTY UINT32_MAX

/* The block in a slot of the trace. */
struct block {
    uint32_t slot; /* of the output, or EMPTY */
    bool survives;
};

/* A block that outlived its round, and the event of the next round before which it is freed. */
struct survivor {
    uint64_t index;
    uint32_t slot;
};

struct survivors {
    struct survivor *item; /* in the order of their ends */
    size_t count, room, next;
};

struct rounds {
    struct rounds_part part[ROUNDS_PARTS];
    size_t parts, at; /* how many, and the one that is played */
    uint64_t round;   /* of the part */
    gsl_rng *rng;
    struct trace_reader *in;
    struct event *chunk; /* EVENT_CHUNK of them */
    size_t given, count;
    uint64_t index;      /* in the round */
    struct block *block; /* one a slot of the trace */
    uint64_t blocks, swept;
    bool ending; /* the trace's events are over: the round's blocks are being freed */
    struct slots taken;
    struct survivors before, now; /* of the round before, and of this one */
};

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for the live blocks of repeated traces");
}

static const struct rounds_part *part(const struct rounds *r)
{
    return &r->part[r->at];
}

static bool is_last_round(const struct rounds *r)
{
    return r->at + 1 == r->parts && r->round + 1 == part(r)->times;
}

static bool make_room(struct rounds *r, uint64_t blocks, struct problem *problem)
{
    if (blocks > r->blocks) {
        struct block *grown = reallocarray(r->block, blocks, sizeof *grown);
        if (!grown) {
            return no_memory(problem);
        }
        r->block = grown;
        r->blocks = blocks;
    }
    for (uint64_t i = 0; i < r->blocks; i++) {
        r->block[i].slot = EMPTY;
    }
    return true;
}

static bool begin_round(struct rounds *r, struct problem *problem)
{
    trace_close(r->in);
    r->in = trace_open(part(r)->path, TORN_REFUSE, problem);
    r->given = r->count = 0;
    r->index = r->swept = 0;
    r->ending = false;
    return r->in && make_room(r, trace_totals(r->in)->slots, problem);
}

struct rounds *rounds_open(const struct rounds_part *parts, size_t count, uint64_t seed,
                           struct problem *problem)
{
    struct rounds *r = calloc(1, sizeof *r);
    problem->text[0] = '\0';
    if (!r) {
        no_memory(problem);
        return NULL;
    }
    slots_open(&r->taken);
    for (size_t i = 0; i < count && i < ROUNDS_PARTS; i++) {
        r->part[i] = parts[i];
        r->part[i].path = strdup(parts[i].path);
        r->parts++;
    }
    r->rng = gsl_rng_alloc(gsl_rng_mt19937);
    r->chunk = malloc(EVENT_CHUNK * sizeof *r->chunk);
    bool ok = r->rng && r->chunk;
    for (size_t i = 0; i < r->parts; i++) {
        ok = ok && r->part[i].path;
    }
    if (!ok || !begin_round(r, problem)) {
        if (!problem->text[0]) {
            no_memory(problem);
        }
        rounds_close(r);
        return NULL;
    }
    gsl_rng_set(r->rng, (unsigned long)seed);
    return r;
}

void rounds_close(struct rounds *r)
{
    if (r) {
        trace_close(r->in);
        slots_close(&r->taken);
        if (r->rng) {
            gsl_rng_free(r->rng);
        }
        for (size_t i = 0; i < r->parts; i++) {
            free((char *)r->part[i].path);
        }
        free(r->chunk);
        free(r->block);
        free(r->before.item);
        free(r->now.item);
        free(r);
    }
}

const struct provenance *rounds_provenance(const struct rounds *r)
{
    return trace_provenance(r->in);
}

static void put_free(struct rounds *r, uint32_t slot, uint16_t thread, struct event *e)
{
    slots_give(&r->taken, slot);
    *e = (struct event){.kind = EVENT_FREE, .slot = slot, .thread = thread};
}

/* Frees the next survivor of the round before whose end has come. */
static bool end_survivor(struct rounds *r, uint64_t index, struct event *e)
{
    struct survivors *s = &r->before;
    if (s->next == s->count || s->item[s->next].index > index) {
        return false;
    }
    put_free(r, s->item[s->next++].slot, 0, e);
    return true;
}

static bool let_survive(struct rounds *r, struct block *b, uint64_t index, struct problem *problem)
{
    struct survivor *grown =
        array_reserve(r->now.item, &r->now.room, r->now.count + 1, sizeof *grown);
    if (!grown) {
        return no_memory(problem);
    }
    r->now.item = grown;
    grown[r->now.count++] = (struct survivor){index, b->slot};
    b->slot = EMPTY;
    return true;
}

/* Makes the event of the output from one of the trace; *made says whether there is one. */
static bool apply(struct rounds *r, const struct event *from, struct event *e, bool *made,
                  struct problem *problem)
{
    struct block *b = &r->block[from->slot];
    *made = true;
    *e = *from;
    if (from->kind == EVENT_FREE) {
        if (b->survives) {
            *made = false;
            return let_survive(r, b, r->index, problem);
        }
        put_free(r, b->slot, from->thread, e);
        b->slot = EMPTY;
        return true;
    }
    if (from->kind != EVENT_REALLOC) {
        b->slot = slots_lowest(&r->taken);
        b->survives = gsl_rng_uniform(r->rng) < part(r)->keep;
        if (!slots_take(&r->taken, b->slot)) {
            return no_memory(problem);
        }
    }
    e->slot = b->slot;
    return true;
}

/* The next event of the trace is at chunk[given]; if there is none the round is ending. */
static bool look_at_trace(struct rounds *r, struct problem *problem)
{
    if (r->given == r->count) {
        struct trace_run run = {.events = r->chunk, .count = EVENT_CHUNK};
        if (!trace_read(r->in, &run, problem)) {
            return false;
        }
        r->count = run.count;
        r->given = 0;
    }
    r->ending = r->given == r->count || r->index >= trace_totals(r->in)->drain;
    return true;
}

static bool next_round(struct rounds *r, struct problem *problem)
{
    struct survivors old = r->before;
    r->before = r->now;
    r->before.next = 0;
    r->now = old;
    r->now.count = 0;
    if (++r->round == part(r)->times) {
        r->at++;
        r->round = 0;
        r->before.count = 0; /* survivors of the last round are never freed */
    }
    return begin_round(r, problem);
}

/* One event of the end of a round; *made is false when the next round has begun. */
static bool end_round(struct rounds *r, struct event *e, bool *made, struct problem *problem)
{
    *made = end_survivor(r, UINT64_MAX, e);
    while (!*made && r->swept < r->blocks) {
        struct block *b = &r->block[r->swept++];
        if (b->slot == EMPTY) {
            continue;
        }
        if (!b->survives) {
            put_free(r, b->slot, 0, e);
            b->slot = EMPTY;
            *made = true;
        } else if (!let_survive(r, b, UINT64_MAX, problem)) {
            return false;
        }
    }
    return *made || next_round(r, problem);
}

/* False at the end, and at a problem. */
static bool make_event(struct rounds *r, struct event *e, struct problem *problem)
{
    for (bool made = false; !made;) {
        if (!r->ending) {
            if (end_survivor(r, r->index, e)) {
                return true;
            }
            if (!look_at_trace(r, problem)) {
                return false;
            }
        }
        if (r->ending) {
            if (is_last_round(r) || !end_round(r, e, &made, problem)) {
                return false;
            }
        } else {
            if (!apply(r, &r->chunk[r->given++], e, &made, problem)) {
                return false;
            }
            r->index++;
        }
    }
    return true;
}

size_t rounds_next(struct rounds *r, struct event *events, size_t most, struct problem *problem)
{
    size_t n = 0;
    while (n < most && make_event(r, &events[n], problem)) {
        n++;
    }
    return problem->text[0] ? 0 : n;
}
