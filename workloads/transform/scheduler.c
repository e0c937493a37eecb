#include "workloads/transform/scheduler.h"

#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "workloads/array.h"
#include "workloads/slots.h"

#define NONE UINT64_MAX

enum { THREADS = UINT16_MAX + 1 };

const char *const schedule_order_names[] = {"recorded", "round-robin", "random", "adversarial",
                                            NULL};

/* An event that was read and not played. Events are numbered in the recorded order, from 0. */
struct waiting {
    struct event event;
    uint32_t block;
    uint64_t before; /* the number of the block's event before; NONE: it was played already */
    uint64_t next;   /* the number of the thread's event after it; NONE: it was not read yet */
    bool played;
};

/* Named by its place in an array, as its slot may be in use by another block by the time that its
 * events are played. */
struct block {
    uint32_t slot;      /* in the output, once its allocation was played */
    uint16_t owner;     /* the thread that allocated it */
    uint64_t bytes;     /* as last asked for */
    uint64_t last_read; /* the number of its last event that was read */
};

struct thread {
    uint64_t first, last; /* of its events that wait; NONE: there are none */
    uint64_t owned,
        most_owned; /* bytes of its blocks that are live, whoever frees them; the peak */
    uint32_t place; /* in the list of threads with events, + 1; 0: it is not there */
};

struct scheduler {
    struct workload *in;
    struct schedule_rule rule;
    gsl_rng *rng;
    struct event *chunk; /* EVENT_CHUNK of them */
    size_t given, count;
    bool ended;

    struct waiting *ring;
    uint64_t window, oldest, read; /* events [oldest, read) are in the ring */

    struct thread *thread; /* THREADS of them */
    uint16_t *active;      /* the threads with events that wait */
    uint32_t actives;
    uint16_t turn_of;
    uint64_t turn_left;

    struct slots blocks, taken; /* names of blocks, slots of the output */
    struct block *block;
    size_t block_room;
    uint32_t *block_in; /* by slot of the input */
};

static struct waiting *at(const struct scheduler *s, uint64_t number)
{
    return &s->ring[number % s->window];
}

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for the events of a schedule: give a smaller window");
}

struct scheduler *scheduler_open(struct workload *in, const struct schedule_rule *rule,
                                 uint64_t window, struct problem *problem)
{
    struct scheduler *s = calloc(1, sizeof *s);
    if (!s) {
        workload_close(in);
        no_memory(problem);
        return NULL;
    }
    s->in = in;
    s->window = in->events && in->events < window ? in->events : window;
    slots_open(&s->blocks);
    slots_open(&s->taken);
    s->rng = gsl_rng_alloc(gsl_rng_mt19937);
    s->chunk = malloc(EVENT_CHUNK * sizeof *s->chunk);
    s->ring = malloc(s->window * sizeof *s->ring);
    s->thread = malloc(THREADS * sizeof *s->thread);
    s->active = malloc(THREADS * sizeof *s->active);
    s->block_in = malloc(((size_t)in->slots + 1) * sizeof *s->block_in);
    if (!s->rng || !s->chunk || !s->ring || !s->thread || !s->active || !s->block_in) {
        scheduler_close(s);
        no_memory(problem);
        return NULL;
    }
    for (size_t t = 0; t < THREADS; t++) {
        s->thread[t] = (struct thread){.first = NONE, .last = NONE};
    }
    scheduler_set_rule(s, rule);
    return s;
}

void scheduler_close(struct scheduler *s)
{
    if (s) {
        workload_close(s->in);
        slots_close(&s->blocks);
        slots_close(&s->taken);
        if (s->rng) {
            gsl_rng_free(s->rng);
        }
        free(s->chunk);
        free(s->ring);
        free(s->thread);
        free(s->active);
        free(s->block_in);
        free(s->block);
        free(s);
    }
}

void scheduler_set_rule(struct scheduler *s, const struct schedule_rule *rule)
{
    s->rule = *rule;
    s->turn_left = 0;
    gsl_rng_set(s->rng, (unsigned long)rule->seed);
}

const struct workload *scheduler_source(const struct scheduler *s)
{
    return s->in;
}

/* ---- reading ahead ---- */

/* The block of the event; its `before` is the number of the block's last event if that waits. */
static bool find_block(struct scheduler *s, struct waiting *w, struct problem *problem)
{
    const struct event *e = &w->event;
    w->before = NONE;
    if (e->kind == EVENT_FREE || e->kind == EVENT_REALLOC) {
        w->block = s->block_in[e->slot];
        uint64_t last = s->block[w->block].last_read;
        w->before = last >= s->oldest && !at(s, last)->played ? last : NONE;
    } else {
        w->block = slots_lowest(&s->blocks);
        struct block *grown =
            array_reserve(s->block, &s->block_room, (size_t)w->block + 1, sizeof *grown);
        if (!grown || !slots_take(&s->blocks, w->block)) {
            return no_memory(problem);
        }
        s->block = grown;
        s->block_in[e->slot] = w->block;
    }
    s->block[w->block].last_read = s->read;
    return true;
}

static void append_to_thread(struct scheduler *s, uint16_t number)
{
    struct thread *t = &s->thread[number];
    if (t->first == NONE) {
        t->first = s->read;
        s->active[s->actives++] = number;
        t->place = s->actives;
    } else {
        at(s, t->last)->next = s->read;
    }
    t->last = s->read;
}

static bool read_chunk(struct scheduler *s, struct problem *problem)
{
    s->count = workload_next(s->in, s->chunk, EVENT_CHUNK, problem);
    s->given = 0;
    s->ended = s->count == 0;
    return !problem->text[0];
}

/* Fills the window, up to the drain. */
static bool read_ahead(struct scheduler *s, uint64_t drain, struct problem *problem)
{
    while (s->read - s->oldest < s->window && s->read < drain) {
        if (s->given == s->count && (!read_chunk(s, problem) || s->ended)) {
            return s->ended && !problem->text[0];
        }
        struct waiting *w = at(s, s->read);
        *w = (struct waiting){.event = s->chunk[s->given++], .next = NONE};
        if (!find_block(s, w, problem)) {
            return false;
        }
        append_to_thread(s, w->event.thread);
        s->read++;
    }
    return true;
}

/* ---- choosing ---- */

static bool is_ready(const struct scheduler *s, uint16_t thread)
{
    uint64_t first = s->thread[thread].first;
    if (first == NONE) {
        return false;
    }
    uint64_t before = at(s, first)->before;
    return before == NONE || before < s->oldest || at(s, before)->played;
}

/* The first thread that can act, of those with events from this place of the list on. */
static uint16_t ready_from(const struct scheduler *s, uint32_t place)
{
    for (uint32_t i = 0; i < s->actives; i++) {
        uint16_t thread = s->active[(place + i) % s->actives];
        if (is_ready(s, thread)) {
            return thread;
        }
    }
    return at(s, s->oldest)->event.thread; /* the oldest event waits for nothing */
}

static uint16_t choose_in_turn(struct scheduler *s)
{
    if (s->turn_left == 0 || !is_ready(s, s->turn_of)) {
        uint32_t place = s->thread[s->turn_of].place; /* the one after it; 0: from the start */
        if (s->rule.order == ORDER_RANDOM) {
            place = (uint32_t)gsl_rng_uniform_int(s->rng, s->actives);
        }
        s->turn_of = ready_from(s, place);
        s->turn_left = s->rule.turn;
    }
    s->turn_left--;
    return s->turn_of;
}

/* Whether the first thread is to climb before the second. One that is above half of its own peak
 * goes on until it has come down; of the others, the one that is furthest behind climbs next. */
static bool climbs_before(const struct thread *a, const struct thread *b)
{
    bool a_up = a->owned > a->most_owned / 2, b_up = b->owned > b->most_owned / 2;
    return a_up != b_up ? a_up : a_up ? a->owned > b->owned : a->first < b->first;
}

static uint16_t choose_adversarially(const struct scheduler *s)
{
    uint16_t best = at(s, s->oldest)->event.thread;
    for (uint32_t i = 0; i < s->actives; i++) {
        uint16_t number = s->active[i];
        const struct thread *t = &s->thread[number];
        if (!is_ready(s, number)) {
            continue;
        }
        if (at(s, t->first)->event.kind == EVENT_FREE) {
            return number;
        }
        best = climbs_before(t, &s->thread[best]) ? number : best;
    }
    return best;
}

static uint16_t choose(struct scheduler *s)
{
    switch (s->rule.order) {
    case ORDER_RECORDED:
        return at(s, s->oldest)->event.thread;
    case ORDER_ADVERSARIAL:
        return choose_adversarially(s);
    default:
        return choose_in_turn(s);
    }
}

/* ---- playing ---- */

static bool place_block(struct scheduler *s, struct event *e, uint32_t block,
                        struct problem *problem)
{
    struct block *b = &s->block[block];
    bool is_birth = e->kind != EVENT_FREE && e->kind != EVENT_REALLOC;
    if (is_birth) {
        b->slot = slots_lowest(&s->taken);
        b->owner = e->thread;
        b->bytes = 0;
        if (!slots_take(&s->taken, b->slot)) {
            return no_memory(problem);
        }
    }
    struct thread *owner = &s->thread[b->owner];
    owner->owned += e->size - b->bytes; /* of a free, the size is 0 */
    owner->most_owned = owner->owned > owner->most_owned ? owner->owned : owner->most_owned;
    b->bytes = e->size;
    if (e->kind == EVENT_FREE) {
        slots_give(&s->taken, b->slot);
        slots_give(&s->blocks, block);
    }
    e->slot = b->slot;
    return true;
}

static void leave_list(struct scheduler *s, struct thread *t)
{
    uint16_t last = s->active[--s->actives];
    s->active[t->place - 1] = last;
    s->thread[last].place = t->place;
    t->place = 0;
}

static bool play(struct scheduler *s, uint16_t number, struct event *e, struct problem *problem)
{
    struct thread *t = &s->thread[number];
    struct waiting *w = at(s, t->first);
    *e = w->event;
    w->played = true;
    t->first = w->next;
    if (t->first == NONE) {
        leave_list(s, t);
    }
    while (s->oldest < s->read && at(s, s->oldest)->played) {
        s->oldest++;
    }
    return place_block(s, e, w->block, problem);
}

/* The drain, in its own order. */
static bool pass_on(struct scheduler *s, struct event *e, struct problem *problem)
{
    if (s->given == s->count && (!read_chunk(s, problem) || s->ended)) {
        return false;
    }
    *e = s->chunk[s->given++];
    return place_block(s, e, s->block_in[e->slot], problem);
}

size_t scheduler_next(struct scheduler *s, struct event *events, size_t most,
                      struct problem *problem)
{
    uint64_t drain = s->in->events ? s->in->drain : NONE;
    size_t n = 0;
    for (bool more = true; more && n < most; n += more) {
        more = read_ahead(s, drain, problem);
        if (more && s->oldest < s->read) {
            more = play(s, choose(s), &events[n], problem);
        } else if (more) {
            more = pass_on(s, &events[n], problem);
        }
    }
    return problem->text[0] ? 0 : n;
}
