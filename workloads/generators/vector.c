/* vector.c - arrays that grow by realloc, many at a time.
 *
 * Each vector starts small and grows by a factor until it has what it needs, an exponential
 * number of bytes; then it is freed and another starts in its place. The blocks that a growing
 * vector leaves behind are never large enough for its next step if the factor is 200 %.
 */
#include <gsl/gsl_randist.h>
#include <stdlib.h>

#include "workloads/generators/generator.h"

enum { LIVE, START, GROWTH, MEAN, MAX, GENERATOR };

static const struct param params[] = {
    {.name = "live",
     .help = "how many vectors grow at a time",
     .unit = "blocks",
     .init = 200,
     .min = 1,
     .max = 1 << 28},
    {.name = "start", .help = "first size", .unit = "bytes", .init = 16, .min = 1, .max = 1 << 30},
    {.name = "growth",
     .help = "next size, of the one before",
     .unit = "pct",
     .init = 200,
     .min = 101,
     .max = 1000},
    {.name = "mean",
     .help = "mean size that a vector needs in the end",
     .unit = "bytes",
     .init = 4096,
     .min = 1,
     .max = 1 << 30},
    {.name = "max",
     .help = "no vector grows beyond this",
     .unit = "bytes",
     .init = 1 << 20,
     .min = 1,
     .max = 1L << 40},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

struct growing {
    uint64_t size; /* 0: there is none */
    double need;
    uint32_t slot;
};

struct vector {
    struct generator core;
    struct growing *all;
    size_t live;
    uint64_t start, growth, max;
    double mean;
};

static void vector_make(struct generator *g, struct event *e)
{
    struct vector *s = (struct vector *)g;
    struct growing *v = &s->all[gsl_rng_uniform_int(g->rng, s->live)];
    if (v->size == 0) {
        v->size = s->start;
        v->need = gsl_ran_exponential(g->rng, s->mean);
        v->slot = generator_malloc(g, e, v->size);
    } else if ((double)v->size >= v->need || v->size >= s->max) {
        v->size = 0;
        generator_free(g, e, v->slot);
    } else {
        uint64_t next = v->size * s->growth / 100;
        next = next > v->size ? next : v->size + 1;
        v->size = next < s->max ? next : s->max;
        generator_realloc(g, e, v->slot, v->size);
    }
}

static void vector_release(struct generator *g)
{
    free(((struct vector *)g)->all);
}

static struct workload *vector_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    struct vector *s =
        (struct vector *)generator_open(sizeof *s, v + GENERATOR, (uint32_t)v[LIVE], problem);
    if (!s) {
        return NULL;
    }
    s->core.make = vector_make;
    s->core.release = vector_release;
    s->live = (size_t)v[LIVE];
    s->start = (uint64_t)v[START];
    s->growth = (uint64_t)v[GROWTH];
    s->mean = (double)v[MEAN];
    s->max = (uint64_t)(v[MAX] > v[START] ? v[MAX] : v[START]);
    s->all = calloc(s->live, sizeof *s->all);
    return s->all ? &s->core.head : generator_no_memory(&s->core, problem);
}

const struct workload_kind vector = {
    .name = "vector",
    .summary = "arrays that grow by realloc",
    .params = params,
    .open = vector_open,
    .next = generator_next,
    .close = generator_close,
};
