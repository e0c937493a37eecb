#include "theory/attack/climb.h"

#include <math.h>

#include "base/seconds.h"

/* Values by which a script may be less bad than the one before and still be kept, on average, at
 * the start of a turn and at its end. */
static const double HOT = 1, COLD = .02;

/* A unit of waste is worth a part of a unit of value, so that a search at a fixed value goes
 * towards more waste, which may come to be value. */
static const double WASTE_WORTH = .25;

void climb_begin(struct climb *c, struct script_heap *heap, struct script *start)
{
    *c = (struct climb){.best = *start};
    c->start = c->cost = script_heap_play(heap, &c->best, NULL, NULL);
    *start = (struct script){0};
}

static bool no_better(struct script_cost a, struct script_cost b)
{
    return a.value != b.value ? a.value < b.value : a.waste <= b.waste;
}

static double worth(struct script_cost c)
{
    return (double)c.value + WASTE_WORTH * (double)c.waste;
}

static bool keeps(struct script_cost now, struct script_cost tried, double heat, gsl_rng *random)
{
    double more = worth(tried) - worth(now);
    return more >= 0 || gsl_rng_uniform(random) < exp(more / heat);
}

static void swap(struct script *a, struct script *b)
{
    struct script old = *a;
    *a = *b;
    *b = old;
}

/* Takes over what was tried, if it is kept. False: no memory. */
static bool judge(struct climb *c, struct script *tried, struct script_cost cost, double heat,
                  gsl_rng *random)
{
    if (!keeps(c->now_cost, cost, heat, random)) {
        return true;
    }
    c->now_cost = cost;
    swap(&c->now, tried);
    if (c->now.blocks >= 2 * c->now.count + 1024 && !script_rename(&c->now)) {
        return false;
    }
    if (!no_better(c->cost, cost)) {
        return true;
    }
    c->cost = cost;
    return script_copy(&c->best, &c->now);
}

bool climb_on(struct climb *c, struct script_heap *heap, const struct rules *rules, double seconds,
              uint64_t rounds, gsl_rng *random)
{
    struct script tried = {0};
    double begin = seconds_now(), spent = 0;
    bool ok = script_copy(&c->now, &c->best);
    c->now_cost = c->cost;
    for (uint64_t i = 0; ok && (!rounds || i < rounds) && spent < seconds; i++) {
        ok = script_copy(&tried, &c->now) && script_mutate(&tried, rules, random);
        if (!ok) {
            break;
        }
        c->rounds++;
        double done = rounds ? (double)i / (double)rounds : spent / seconds;
        struct script_cost cost = script_heap_play(heap, &tried, NULL, NULL);
        ok = judge(c, &tried, cost, HOT * pow(COLD / HOT, done), random);
        spent = seconds_now() - begin;
    }
    script_release(&tried);
    return ok;
}

void climb_release(struct climb *c)
{
    script_release(&c->best);
    script_release(&c->now);
}
