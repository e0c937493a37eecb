#include "workloads/generators/workers.h"

#include <stdlib.h>

static void fill_queue(struct workers *w)
{
    uint32_t first = (uint32_t)gsl_rng_uniform_int(w->core.rng, w->threads);
    w->count = w->next = 0;
    for (uint32_t i = 0; i < w->threads; i++) {
        if (w->act(w, (first + i) % w->threads)) {
            return;
        }
    }
    abort(); /* the kind promised that some thread can act */
}

/* Names and slots differ: a name is given when an action is planned, a slot when its event is
 * handed out, so that a workload that ends in the middle of an action is sound. */
static void make(struct generator *g, struct event *e)
{
    struct workers *w = (struct workers *)g;
    if (w->next == w->count) {
        fill_queue(w);
    }
    const struct pending *p = &w->queue[w->next++];
    if (p->event.kind == EVENT_FREE) {
        generator_free(g, e, w->slot_of[p->block]);
    } else {
        w->slot_of[p->block] = generator_malloc(g, e, p->event.size);
        e->kind = p->event.kind;
    }
    e->thread = p->event.thread;
}

static void release(struct generator *g)
{
    struct workers *w = (struct workers *)g;
    if (w->release) {
        w->release(w);
    }
    slots_close(&w->names);
    free(w->queue);
    free(w->slot_of);
}

struct workers *workers_open(const struct workers_plan *plan, const char *name,
                             struct problem *problem)
{
    if (plan->blocks >= UINT64_C(1) << 29) {
        problem_set(problem, "workload %s: more than 2^29 blocks can be live: ask for fewer", name);
        return NULL;
    }
    struct workers *w =
        (struct workers *)generator_open(plan->bytes, plan->rows, (uint32_t)plan->blocks, problem);
    if (!w) {
        return NULL;
    }
    w->core.make = make;
    w->core.release = release;
    w->threads = plan->threads;
    w->act = plan->act;
    slots_open(&w->names);
    w->room = plan->burst;
    w->queue = malloc(plan->burst * sizeof *w->queue);
    w->slot_of = malloc(plan->blocks * sizeof *w->slot_of);
    if (!w->queue || !w->slot_of) {
        generator_no_memory(&w->core, problem);
        return NULL;
    }
    w->release = plan->release;
    return w;
}

static void append(struct workers *w, uint32_t block, struct event event)
{
    if (w->count == w->room) {
        abort(); /* the kind promised no more events in an action */
    }
    w->queue[w->count++] = (struct pending){event, block};
}

uint32_t workers_ask(struct workers *w, uint32_t thread, enum event_kind kind, uint64_t size)
{
    uint32_t block = slots_lowest(&w->names);
    if (block >= w->core.head.slots || !slots_take(&w->names, block)) {
        abort(); /* the kind promised no more live blocks */
    }
    append(w, block,
           (struct event){.kind = (uint8_t)kind, .size = size, .thread = (uint16_t)thread});
    return block;
}

void workers_free(struct workers *w, uint32_t thread, uint32_t block)
{
    slots_give(&w->names, block);
    append(w, block, (struct event){.kind = EVENT_FREE, .thread = (uint16_t)thread});
}

uint64_t workers_draw(struct workers *w, uint64_t min, uint64_t max)
{
    return min + gsl_rng_uniform_int(w->core.rng, max - min + 1);
}

bool workers_chance(struct workers *w, double part)
{
    return gsl_rng_uniform(w->core.rng) < part;
}

bool workers_sizes_sound(const char *name, long min, long max, struct problem *problem)
{
    return min <= max || problem_set(problem,
                                     "workload %s: min=%ld is above max=%ld: give a "
                                     "smaller min or a larger max",
                                     name, min, max);
}
