#include "theory/attack/climb.h"

#include "base/seconds.h"

void climb_begin(struct climb *c, struct script_heap *heap, struct script *start)
{
    *c = (struct climb){.best = *start};
    c->start = c->cost = script_heap_play(heap, &c->best, NULL, NULL);
    *start = (struct script){0};
}

static bool no_better(struct script_cost a, struct script_cost b)
{
    return a.high_water != b.high_water ? a.high_water < b.high_water : a.waste <= b.waste;
}

bool climb_on(struct climb *c, struct script_heap *heap, const struct rules *rules, double seconds,
              uint64_t rounds, gsl_rng *random)
{
    struct script tried = {0};
    double end = seconds_now() + seconds;
    bool ok = true;
    for (uint64_t i = 0; ok && (!rounds || i < rounds) && seconds_now() < end; i++) {
        ok = script_copy(&tried, &c->best) && script_mutate(&tried, rules, random);
        if (!ok) {
            break;
        }
        c->rounds++;
        struct script_cost cost = script_heap_play(heap, &tried, NULL, NULL);
        if (no_better(c->cost, cost)) {
            c->cost = cost;
            struct script old = c->best;
            c->best = tried;
            tried = old;
            ok = c->best.blocks < 2 * c->best.count + 1024 || script_rename(&c->best);
        }
    }
    script_release(&tried);
    return ok;
}

void climb_release(struct climb *c)
{
    script_release(&c->best);
}
