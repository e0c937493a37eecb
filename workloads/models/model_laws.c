#include "workloads/models/model_laws.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const model_kind_names[] = {"actual",   "mean",   "cdf", "markov",
                                        "shuffled", "phases", NULL};

/* A lifetime that is longer than the program for every object. */
static double bounded(const struct objects *o, size_t i)
{
    uint64_t left = o->count - i, life = o->object[i].life;
    return (double)(life < left ? life : left);
}

static void draw_mean(struct objects *o, gsl_rng *rng)
{
    double size = 0, life = 0, n = (double)o->count;
    for (size_t i = 0; i < o->count; i++) {
        size += (double)o->object[i].size;
        life += bounded(o, i);
    }
    for (size_t i = 0; i < o->count; i++) {
        o->object[i] = (struct object){
            .size = (uint64_t)llround(2 * gsl_rng_uniform(rng) * size / n),
            .life = 1 + (uint64_t)llround(2 * gsl_rng_uniform(rng) * (life / n - 1)),
        };
    }
}

static struct object *copy_of(const struct objects *o)
{
    struct object *copy = malloc(o->count * sizeof *copy + 1);
    if (copy) {
        memcpy(copy, o->object, o->count * sizeof *copy);
    }
    return copy;
}

static bool draw_cdf(struct objects *o, gsl_rng *rng)
{
    struct object *was = copy_of(o);
    for (size_t i = 0; was && i < o->count; i++) {
        o->object[i].size = was[gsl_rng_uniform_int(rng, o->count)].size;
        o->object[i].life = was[gsl_rng_uniform_int(rng, o->count)].life;
    }
    free(was);
    return was;
}

/* An object and its place, sorted by size: those of one size are a stretch. */
struct placed {
    struct object object;
    size_t place;
    size_t first, after; /* of its stretch */
};

static int by_size(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->object.size != y->object.size) {
        return x->object.size < y->object.size ? -1 : 1;
    }
    return (x->place > y->place) - (x->place < y->place);
}

static void find_stretches(struct placed *sorted, size_t n)
{
    for (size_t first = 0, after; first < n; first = after) {
        for (after = first; after < n && sorted[after].object.size == sorted[first].object.size;) {
            after++;
        }
        for (size_t i = first; i < after; i++) {
            sorted[i].first = first;
            sorted[i].after = after;
        }
    }
}

static size_t pick(const struct placed *p, gsl_rng *rng)
{
    return p->first + gsl_rng_uniform_int(rng, p->after - p->first);
}

/* From a random object of the size at hand, the one that came after it gives the next size;
 * a random one of that size gives the lifetime. The last has the first after it. */
static bool draw_markov(struct objects *o, gsl_rng *rng)
{
    size_t n = o->count;
    struct placed *sorted = malloc(n * sizeof *sorted + 1);
    size_t *where = malloc(n * sizeof *where + 1); /* a place's index in sorted */
    bool ok = sorted && where;
    for (size_t i = 0; ok && i < n; i++) {
        sorted[i] = (struct placed){.object = o->object[i], .place = i};
    }
    if (ok) {
        qsort(sorted, n, sizeof *sorted, by_size);
        find_stretches(sorted, n);
    }
    for (size_t i = 0; ok && i < n; i++) {
        where[sorted[i].place] = i;
    }
    for (size_t i = 0, at = 0; ok && i < n; i++) { /* `at` is a place */
        const struct placed *now = &sorted[where[at]];
        o->object[i] = sorted[pick(now, rng)].object;
        at = (sorted[pick(now, rng)].place + 1) % n;
    }
    free(sorted);
    free(where);
    return ok;
}

static void shuffle(struct objects *o, size_t stretches, gsl_rng *rng)
{
    for (size_t k = 0; k < stretches; k++) {
        size_t from = o->count * k / stretches, to = o->count * (k + 1) / stretches;
        gsl_ran_shuffle(rng, o->object + from, to - from, sizeof *o->object);
    }
}

bool model_apply(enum model_kind kind, struct objects *o, size_t phases, gsl_rng *rng)
{
    if (o->count == 0) {
        return true;
    }
    switch (kind) {
    case MODEL_MEAN:
        draw_mean(o, rng);
        return true;
    case MODEL_CDF:
        return draw_cdf(o, rng);
    case MODEL_MARKOV:
        return draw_markov(o, rng);
    case MODEL_SHUFFLED:
        shuffle(o, 1, rng);
        return true;
    case MODEL_PHASES:
        shuffle(o, phases < o->count ? phases : o->count, rng);
        return true;
    case MODEL_ACTUAL:
        break;
    }
    return true;
}
