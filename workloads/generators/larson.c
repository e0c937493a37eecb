/* larson.c - a server whose worker threads inherit each other's blocks.
 *
 * After Larson & Krishnan, "Memory Allocation for Long-Running Server Applications" (ISMM
 * 1998): each worker has an array of blocks and replaces random ones; when its turn is over,
 * the array, with blocks still live, goes to the next worker, which frees what another thread
 * allocated.
 */
#include <stdlib.h>

#include "workloads/generators/generator.h"

enum { THREADS, LIVE, MIN, MAX, TURN, GENERATOR };

static const struct param params[] = {
    {.name = "threads", .help = "how many workers", .init = 4, .min = 1, .max = 65535},
    {.name = "live",
     .help = "how many blocks each worker's array holds",
     .unit = "blocks",
     .init = 1000,
     .min = 1,
     .max = 1 << 20},
    {.name = "min", .help = "smallest size", .unit = "bytes", .init = 10, .min = 0, .max = 1 << 30},
    {.name = "max", .help = "largest size", .unit = "bytes", .init = 500, .min = 1, .max = 1 << 30},
    {.name = "turn",
     .help = "how many blocks a worker replaces before it hands over",
     .unit = "blocks",
     .init = 1000,
     .min = 1,
     .max = 1 << 30},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

struct worker {
    uint64_t replaced;
    uint16_t thread; /* who has the array now */
};

struct larson {
    struct generator core;
    struct worker *workers;
    uint32_t *blocks; /* workers * live slots; UINT32_MAX: none yet */
    uint32_t *hole;   /* the block freed to be replaced, or NULL */
    struct worker *busy;
    uint32_t threads, live;
    uint64_t turn;
    long min, max;
};

static void hand_over(struct larson *s, struct worker *w)
{
    if (++w->replaced % s->turn == 0) {
        w->thread = (uint16_t)((w->thread + 1u) % s->threads);
    }
}

static void larson_make(struct generator *g, struct event *e)
{
    struct larson *s = (struct larson *)g;
    if (!s->hole) {
        uint64_t at = gsl_rng_uniform_int(g->rng, (unsigned long)s->threads * s->live);
        at = g->made < (uint64_t)s->threads * s->live ? g->made : at;
        s->hole = &s->blocks[at];
        s->busy = &s->workers[at / s->live];
        if (*s->hole != UINT32_MAX) {
            generator_free(g, e, *s->hole);
            e->thread = s->busy->thread;
            return;
        }
    }
    long size = s->min + (long)(gsl_rng_uniform(g->rng) * (double)(s->max - s->min + 1));
    *s->hole = generator_malloc(g, e, (uint64_t)size);
    e->thread = s->busy->thread;
    s->hole = NULL;
    hand_over(s, s->busy);
}

static void larson_release(struct generator *g)
{
    struct larson *s = (struct larson *)g;
    free(s->workers);
    free(s->blocks);
}

static struct workload *larson_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    if (v[MIN] > v[MAX] || v[THREADS] * v[LIVE] >= 1L << 31) {
        problem_set(problem, v[MIN] > v[MAX]
                                 ? "workload larson: min is above max"
                                 : "workload larson: threads * live must be below 2^31");
        return NULL;
    }
    size_t all = (size_t)(v[THREADS] * v[LIVE]);
    struct larson *s =
        (struct larson *)generator_open(sizeof *s, v + GENERATOR, (uint32_t)all, problem);
    if (!s) {
        return NULL;
    }
    s->core.make = larson_make;
    s->core.release = larson_release;
    s->threads = (uint32_t)v[THREADS];
    s->live = (uint32_t)v[LIVE];
    s->turn = (uint64_t)v[TURN];
    s->min = v[MIN];
    s->max = v[MAX];
    s->workers = calloc(s->threads, sizeof *s->workers);
    s->blocks = malloc(all * sizeof *s->blocks);
    if (!s->workers || !s->blocks) {
        return generator_no_memory(&s->core, problem);
    }
    for (uint32_t t = 0; t < s->threads; t++) {
        s->workers[t].thread = (uint16_t)t;
    }
    for (size_t i = 0; i < all; i++) {
        s->blocks[i] = UINT32_MAX;
    }
    return &s->core.head;
}

const struct workload_kind larson = {
    .name = "larson",
    .summary = "server threads that free each other's blocks",
    .params = params,
    .open = larson_open,
    .next = generator_next,
    .close = generator_close,
};
