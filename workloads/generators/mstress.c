/* mstress.c - many threads, each with a crowd of objects, that exchange objects with each other.
 *
 * After the stress test of mimalloc (Leijen, Zorn & de Moura, "Mimalloc: Free List Sharding in
 * Action", APLAS 2019), as mimalloc-bench has it: half of a thread's steps allocate an object, the
 * others one that is kept until the thread ends; after each, two times in three, a random object is
 * freed, and one time in four one is exchanged for what lies in a random place of 1,000 that all
 * threads share. Sizes are powers of two up to 16 words (64 for kept ones); 1 % are 100 times as
 * large, a tenth of those 1,000 times, and one in 10,000 is 10,000 times as large. Threads with
 * higher numbers do more, up to eight times as much as the first. A thread that has done all it has
 * to do frees what it holds, and a new one takes its place under its number.
 */
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, SCALE, TRANSFERS, GENERATOR };

static const struct param params[] = {
    WORKERS_PARAM(8, 1),
    {.name = "scale",
     .help = "hundreds of objects that the thread with the least work allocates in its life",
     .init = 5,
     .min = 1,
     .max = 10000},
    {.name = "transfers",
     .help = "places through which threads exchange objects",
     .unit = "blocks",
     .init = 1000,
     .min = 1,
     .max = 1 << 24},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

enum { WORD = 8, NONE = 0 };

/* Blocks are kept as their name + 1; NONE: there is none. */
struct worker {
    uint64_t allocs, retain; /* still to do */
    uint32_t *data, *retained;
    size_t data_top, retained_top, freed; /* freed: at the end of its life, how many it has freed */
};

struct stress {
    struct workers core;
    struct worker *worker;
    uint32_t *transfer, *memory;
    uint64_t scale, transfers;
};

static uint64_t allocs_of(const struct stress *s, uint32_t thread)
{
    return 100 * s->scale * (thread % 8 + 1);
}

static void begin_life(struct stress *s, uint32_t thread)
{
    struct worker *me = &s->worker[thread];
    me->allocs = allocs_of(s, thread);
    me->retain = me->allocs / 2;
    me->data_top = me->retained_top = me->freed = 0;
}

static uint32_t ask(struct stress *s, uint32_t thread, uint64_t shift_most)
{
    struct workers *w = &s->core;
    uint64_t words = UINT64_C(1) << workers_draw(w, 0, shift_most);
    if (workers_chance(w, .01)) {
        words *= workers_chance(w, .01) ? 10000 : workers_chance(w, .1) ? 1000 : 100;
    }
    return workers_ask(w, thread, EVENT_CALLOC, words * WORD) + 1;
}

static void let_go(struct workers *w, uint32_t thread, uint32_t *block)
{
    if (*block != NONE) {
        workers_free(w, thread, *block - 1);
        *block = NONE;
    }
}

static void step(struct stress *s, uint32_t thread, struct worker *me)
{
    struct workers *w = &s->core;
    if (!me->retain || (me->allocs && workers_chance(w, .5))) {
        me->allocs--;
        me->data[me->data_top++] = ask(s, thread, 4);
    } else {
        me->retain--;
        me->retained[me->retained_top++] = ask(s, thread, 6);
    }
    if (workers_chance(w, .66) && me->data_top) {
        let_go(w, thread, &me->data[workers_draw(w, 0, me->data_top - 1)]);
    }
    if (workers_chance(w, .25) && me->data_top) {
        uint32_t *mine = &me->data[workers_draw(w, 0, me->data_top - 1)];
        uint32_t *shared = &s->transfer[workers_draw(w, 0, s->transfers - 1)], before = *shared;
        *shared = *mine;
        *mine = before;
    }
}

/* Frees the next block that the thread still holds; false: it holds none. */
static bool end_life(struct stress *s, uint32_t thread, struct worker *me)
{
    struct workers *w = &s->core;
    while (!w->count && me->freed < me->retained_top + me->data_top) {
        size_t i = me->freed++;
        let_go(w, thread,
               i < me->retained_top ? &me->retained[i] : &me->data[i - me->retained_top]);
    }
    return w->count > 0;
}

static bool act(struct workers *w, uint32_t thread)
{
    struct stress *s = (struct stress *)w;
    struct worker *me = &s->worker[thread];
    if (!me->allocs && !me->retain) {
        if (end_life(s, thread, me)) {
            return true;
        }
        begin_life(s, thread);
    }
    step(s, thread, me);
    return true;
}

static void release(struct workers *w)
{
    struct stress *s = (struct stress *)w;
    free(s->worker);
    free(s->transfer);
    free(s->memory);
}

static bool make_arrays(struct stress *s, uint64_t blocks)
{
    s->worker = calloc(s->core.threads, sizeof *s->worker);
    s->transfer = calloc(s->transfers, sizeof *s->transfer);
    s->memory = calloc(blocks, sizeof *s->memory);
    if (!s->worker || !s->transfer || !s->memory) {
        return false;
    }
    uint32_t *at = s->memory;
    for (uint32_t t = 0; t < s->core.threads; t++) {
        s->worker[t].data = at;
        s->worker[t].retained = at += allocs_of(s, t);
        at += allocs_of(s, t) / 2;
        begin_life(s, t);
    }
    return true;
}

static struct workload *mstress_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    uint64_t blocks = 0;
    for (long t = 0; t < v[THREADS]; t++) {
        blocks += 150 * (uint64_t)v[SCALE] * (uint64_t)(t % 8 + 1);
    }
    const struct workers_plan plan = {.bytes = sizeof(struct stress),
                                      .threads = (uint32_t)v[THREADS],
                                      .blocks = blocks + (uint64_t)v[TRANSFERS],
                                      .burst = 2,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    struct stress *s = (struct stress *)workers_open(&plan, "mstress", problem);
    if (!s) {
        return NULL;
    }
    s->scale = (uint64_t)v[SCALE];
    s->transfers = (uint64_t)v[TRANSFERS];
    return make_arrays(s, blocks) ? &s->core.core.head
                                  : generator_no_memory(&s->core.core, problem);
}

const struct workload_kind mstress = {
    .name = "mstress",
    .summary = "threads that exchange objects while they allocate, and that end and begin again",
    .params = params,
    .open = mstress_open,
    .next = generator_next,
    .close = generator_close,
};
