#include "workloads/generators/generator.h"

#include <stdlib.h>

struct generator *generator_open(size_t bytes, const long *rows, uint32_t slots,
                                 struct problem *problem)
{
    struct generator *g = calloc(1, bytes);
    if (!g) {
        problem_set(problem, "no memory for a workload");
        return NULL;
    }
    slots_open(&g->slots);
    g->rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(g->rng, (unsigned long)rows[GENERATOR_SEED]);
    g->budget = (uint64_t)rows[GENERATOR_EVENTS];
    g->drain = rows[GENERATOR_DRAIN] != 0;
    g->head.slots = slots;
    g->head.drain = g->budget;
    g->head.events = g->drain ? 0 : g->budget;
    return g;
}

void generator_close(struct workload *w)
{
    struct generator *g = (struct generator *)w;
    if (g->release) {
        g->release(g);
    }
    gsl_rng_free(g->rng);
    slots_close(&g->slots);
    free(g);
}

struct workload *generator_no_memory(struct generator *g, struct problem *problem)
{
    generator_close(&g->head);
    problem_set(problem, "no memory for a workload with that many live blocks");
    return NULL;
}

static bool drain_next(struct generator *g, struct event *e)
{
    for (; g->drained < g->slots.bound; g->drained++) {
        if (slots_in_use(&g->slots, g->drained)) {
            generator_free(g, e, g->drained++);
            return true;
        }
    }
    return false;
}

size_t generator_next(struct workload *w, struct event *events, size_t most,
                      struct problem *problem)
{
    (void)problem;
    struct generator *g = (struct generator *)w;
    size_t n = 0;
    for (; n < most && g->made < g->budget; n++, g->made++) {
        g->make(g, &events[n]);
    }
    while (n < most && g->drain && drain_next(g, &events[n])) {
        n++;
    }
    return n;
}

uint32_t generator_malloc(struct generator *g, struct event *e, uint64_t size)
{
    uint32_t slot = slots_lowest(&g->slots);
    if (!slots_take(&g->slots, slot)) {
        abort(); /* the kind promised to stay below head.slots */
    }
    *e = (struct event){.kind = EVENT_MALLOC, .slot = slot, .size = size};
    return slot;
}

void generator_realloc(struct generator *g, struct event *e, uint32_t slot, uint64_t size)
{
    (void)g;
    *e = (struct event){.kind = EVENT_REALLOC, .slot = slot, .size = size};
}

void generator_free(struct generator *g, struct event *e, uint32_t slot)
{
    slots_give(&g->slots, slot);
    *e = (struct event){.kind = EVENT_FREE, .slot = slot};
}
