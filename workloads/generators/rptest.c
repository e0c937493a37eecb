/* rptest.c - threads that replace blocks of many sizes, and at times free a group that another
 * thread has allocated.
 *
 * After Jansson's rpmalloc-benchmark (github.com/mjansson/rpmalloc-benchmark), with the parameters
 * of mimalloc-bench. In each loop a thread frees the groups that were handed to it, then some of
 * its own blocks, and then replaces some: from 0.2 to 0.8 and from 0.3 to 1 times `ops`, at places
 * that are a prime number apart. In one loop of `cross` it also allocates a group, with an array
 * for it and a record, and hands it to another thread, to each in turn. Large sizes are
 * rarer than small ones: an even draw from the range is multiplied by |1 - a - b|, where a and b
 * are even draws from 0 to 1 (its size mode 1).
 */
#include <math.h>
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, CROSS, BLOCKS, OPS, MIN, MAX, GENERATOR };

static const struct param params[] = {
    WORKERS_PARAM(4, 1),
    {.name = "cross",
     .help = "a group goes to another thread in one loop of so many; 0: never",
     .init = 2,
     .min = 0,
     .max = 1 << 30},
    {.name = "live",
     .help = "how many places for blocks each thread has",
     .unit = "blocks",
     .init = 1000,
     .min = 1,
     .max = 1 << 20},
    {.name = "ops",
     .help = "how many blocks a loop replaces at most",
     .unit = "blocks",
     .init = 100,
     .min = 4,
     .max = 1 << 20},
    WORKERS_SIZES(8, 16000),
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

enum { RECORD_BYTES = 32, GROUPS_EACH = 4 };

/* Blocks on their way to another thread. */
struct group {
    struct group *next;
    uint32_t record, array, *block;
    uint64_t count;
};

struct worker {
    uint32_t *block; /* name + 1; 0: none */
    uint64_t loop, free_at, place_at, frees, places;
    uint32_t to;           /* who got the last group */
    struct group *inbox;   /* the youngest first */
    struct group *opened;  /* is freed, or filled */
    uint64_t done, wanted; /* of it */
    bool filling;
};

struct rptest {
    struct workers core;
    struct worker *worker;
    struct group *group, *spare;
    uint32_t *memory;
    uint64_t cross, live, ops, min, max, free_step, place_step;
};

static uint64_t draw_size(struct rptest *r)
{
    double a = gsl_rng_uniform(r->core.core.rng), b = gsl_rng_uniform(r->core.core.rng);
    double even = gsl_rng_uniform(r->core.core.rng) * (double)(r->max - r->min);
    return r->min + (uint64_t)(even * fabs(1 - a - b));
}

static uint32_t ask(struct rptest *r, uint32_t thread)
{
    return workers_ask(&r->core, thread, EVENT_MALLOC, draw_size(r));
}

/* One block of the group that was handed over, and at last what held it. */
static void empty_group(struct rptest *r, uint32_t thread, struct worker *me)
{
    struct group *g = me->opened;
    if (me->done < g->count) {
        workers_free(&r->core, thread, g->block[me->done++]);
        return;
    }
    workers_free(&r->core, thread, g->array);
    workers_free(&r->core, thread, g->record);
    g->next = r->spare;
    r->spare = g;
    me->opened = NULL;
}

static void begin_loop(struct rptest *r, struct worker *me)
{
    me->loop++;
    me->frees = workers_draw(&r->core, r->ops / 5, r->ops * 4 / 5);
    me->places = workers_draw(&r->core, r->ops * 3 / 10, r->ops);
    bool crosses = r->cross && r->core.threads > 1 && me->loop % r->cross == 0;
    me->wanted = crosses ? me->places : 0;
}

/* What this loop still has to do; false: nothing. */
static bool replace(struct rptest *r, uint32_t thread, struct worker *me)
{
    struct workers *w = &r->core;
    while (!w->count && me->frees) {
        me->frees--;
        me->free_at = (me->free_at + r->free_step) % r->live;
        if (me->block[me->free_at]) {
            workers_free(w, thread, me->block[me->free_at] - 1);
            me->block[me->free_at] = 0;
        }
    }
    if (!w->count && me->places) {
        me->places--;
        me->place_at = (me->place_at + r->place_step) % r->live;
        if (me->block[me->place_at]) {
            workers_free(w, thread, me->block[me->place_at] - 1);
        }
        me->block[me->place_at] = ask(r, thread) + 1;
    }
    return w->count > 0;
}

static void open_group(struct rptest *r, uint32_t thread, struct worker *me)
{
    struct group *g = r->spare;
    r->spare = g->next;
    g->record = workers_ask(&r->core, thread, EVENT_MALLOC, RECORD_BYTES);
    g->array = workers_ask(&r->core, thread, EVENT_MALLOC, me->wanted * sizeof(void *));
    g->count = me->wanted;
    me->opened = g;
    me->done = me->wanted = 0;
    me->filling = true;
}

static void hand_over(struct rptest *r, uint32_t thread, struct worker *me)
{
    uint32_t threads = r->core.threads;
    me->to = (me->to + 1) % threads;
    me->to = me->to == thread ? (me->to + 1) % threads : me->to;
    struct worker *other = &r->worker[me->to];
    me->opened->next = other->inbox;
    other->inbox = me->opened;
    me->opened = NULL;
    me->filling = false;
}

static bool act(struct workers *w, uint32_t thread)
{
    struct rptest *r = (struct rptest *)w;
    struct worker *me = &r->worker[thread];
    while (!w->count) {
        if (me->filling && me->done == me->opened->count) {
            hand_over(r, thread, me);
        } else if (me->filling) {
            me->opened->block[me->done++] = ask(r, thread);
        } else if (me->opened) {
            empty_group(r, thread, me);
        } else if (replace(r, thread, me)) {
            break;
        } else if (me->wanted && r->spare) {
            open_group(r, thread, me);
        } else if (me->inbox) {
            me->opened = me->inbox;
            me->inbox = me->opened->next;
            me->done = 0;
        } else {
            begin_loop(r, me);
        }
    }
    return true;
}

static void release(struct workers *w)
{
    struct rptest *r = (struct rptest *)w;
    free(r->worker);
    free(r->group);
    free(r->memory);
}

/* The smallest prime above `least` that does not divide n: it visits all places. */
static uint64_t step_through(uint64_t n, uint64_t least)
{
    for (uint64_t k = least + 1;; k++) {
        uint64_t d = 2;
        while (d * d <= k && k % d) {
            d++;
        }
        if (d * d > k && n % k) {
            return k;
        }
    }
}

static bool make_arrays(struct rptest *r, uint64_t groups)
{
    uint32_t threads = r->core.threads;
    r->worker = calloc(threads, sizeof *r->worker);
    r->group = calloc(groups, sizeof *r->group);
    r->memory = calloc(threads * r->live + groups * r->ops, sizeof *r->memory);
    if (!r->worker || !r->group || !r->memory) {
        return false;
    }
    for (uint32_t t = 0; t < threads; t++) {
        r->worker[t].block = r->memory + t * r->live;
        r->worker[t].to = t;
    }
    for (uint64_t g = 0; g < groups; g++) {
        r->group[g].block = r->memory + threads * r->live + g * r->ops;
        r->group[g].next = r->spare;
        r->spare = &r->group[g];
    }
    return true;
}

static struct workload *rptest_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    uint64_t threads = (uint64_t)v[THREADS], groups = threads * GROUPS_EACH;
    uint64_t live = (uint64_t)v[BLOCKS], ops = (uint64_t)v[OPS];
    const struct workers_plan plan = {.bytes = sizeof(struct rptest),
                                      .threads = (uint32_t)threads,
                                      .blocks = threads * live + groups * (ops + 2),
                                      .burst = 2,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    if (!workers_sizes_sound("rptest", v[MIN], v[MAX], problem)) {
        return NULL;
    }
    struct rptest *r = (struct rptest *)workers_open(&plan, "rptest", problem);
    if (!r) {
        return NULL;
    }
    r->cross = (uint64_t)v[CROSS];
    r->live = live;
    r->ops = ops;
    r->min = (uint64_t)v[MIN];
    r->max = (uint64_t)v[MAX];
    r->place_step = step_through(live, 100);
    r->free_step = step_through(live, r->place_step);
    return make_arrays(r, groups) ? &r->core.core.head
                                  : generator_no_memory(&r->core.core, problem);
}

const struct workload_kind rptest = {
    .name = "rptest",
    .summary = "threads that replace blocks of many sizes, and hand groups of them to each other",
    .params = params,
    .open = rptest_open,
    .next = generator_next,
    .close = generator_close,
};
