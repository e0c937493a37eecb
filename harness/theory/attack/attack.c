#include "theory/attack/attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"
#include "theory/adversary.h"

enum { RANDOM_STEPS_PER_UNIT = 4, TURNS = 8 };

struct run {
    struct attack *attack;
    const struct policy_spec *spec;
    const struct attack_plan *plan;
    struct script_heap *heap;
    struct climb climb[STARTS_MOST];
    bool begun[STARTS_MOST];
    gsl_rng *random;
    attack_progress *progress;
    void *ctx;
};

/* Lets an adversary play against the policy, and makes a script of what it did. */
static bool script_of(const struct adversary *adversary, const struct policy_spec *spec,
                      const struct rules *rules, struct script *script)
{
    struct problem ignored = {""};
    struct player player;
    const struct player_setup setup = {
        .granule = UNIT_GRANULE,
        .limit = adversary_region(rules->live, rules->largest, UNIT_GRANULE),
        .record = true};
    if (!adversary->can_play(rules->live, rules->largest) ||
        !player_open(&player, spec, &setup, &ignored)) {
        return false;
    }
    bool ok = adversary->play(&player, rules->live, rules->largest) && player.events > 0 &&
              player.peak_live <= rules->live &&
              script_from_events(script, player.event, player.events, UNIT_GRANULE, player.header);
    player_close(&player);
    return ok;
}

static void add_start(struct run *r, const char *name, struct script *script)
{
    struct attack *a = r->attack;
    struct attempt_from *from = &a->from[a->starts];
    snprintf(from->name, sizeof from->name, "%s", name);
    from->possible = script != NULL;
    if (script) {
        climb_begin(&r->climb[a->starts], r->heap, script);
        from->start = from->end = r->climb[a->starts].cost;
        r->begun[a->starts] = true;
    }
    a->starts++;
}

static bool gather(struct run *r)
{
    const struct rules *rules = &r->plan->rules;
    struct script script;
    if (!script_random(&script, rules, (size_t)rules->live * RANDOM_STEPS_PER_UNIT, r->random)) {
        return false;
    }
    add_start(r, "nothing", &script);
    for (size_t i = 0; adversaries[i] && r->attack->starts < STARTS_MOST; i++) {
        bool played = script_of(adversaries[i], r->spec, rules, &script);
        add_start(r, adversaries[i]->name, played ? &script : NULL);
    }
    return true;
}

/* Gives all starts their turns in short pieces, so that each has had its share whenever the time
 * ends. */
static bool search(struct run *r)
{
    struct attack *a = r->attack;
    double end = seconds_now() + r->plan->seconds;
    size_t searched = 0;
    for (size_t i = 0; i < a->starts; i++) {
        searched += a->from[i].possible;
    }
    for (int turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < a->starts; i++) {
            if (!a->from[i].possible) {
                continue;
            }
            double share = r->plan->seconds / TURNS / (double)searched;
            uint64_t rounds = r->plan->rounds / TURNS + (r->plan->rounds > 0);
            if (!climb_on(&r->climb[i], r->heap, &r->plan->rules,
                          r->plan->rounds ? end - seconds_now() : share,
                          r->plan->rounds ? rounds : 0, r->random)) {
                return false;
            }
            a->from[i].end = r->climb[i].cost;
            a->from[i].rounds = r->climb[i].rounds;
            if (r->progress) {
                r->progress(a, end - seconds_now(), r->ctx);
            }
        }
    }
    return true;
}

static bool write_worst(struct run *r)
{
    struct attack *a = r->attack;
    for (size_t i = 0; i < a->starts; i++) {
        if (a->from[i].possible && a->from[i].end.value > a->from[a->worst].end.value) {
            a->worst = i;
        }
    }
    const struct script *script = &r->climb[a->worst].best;
    a->event = calloc(script->count + 1, sizeof *a->event);
    if (!a->event) {
        return false;
    }
    script_heap_play(r->heap, script, a->event, &a->events);
    return true;
}

bool attack_run(struct attack *a, const struct policy_spec *spec, const struct attack_plan *plan,
                attack_progress *progress, void *ctx, struct problem *problem)
{
    *a = (struct attack){0};
    struct run r = {.attack = a,
                    .spec = spec,
                    .plan = plan,
                    .heap = script_heap_open(spec, &plan->rules, problem),
                    .random = gsl_rng_alloc(gsl_rng_mt19937),
                    .progress = progress,
                    .ctx = ctx};
    gsl_rng_set(r.random, (unsigned long)plan->seed);
    bool ok = r.heap != NULL;
    if (ok) {
        ok = gather(&r) && search(&r) && write_worst(&r);
        if (!ok) {
            problem_set(problem, "not enough memory for the search");
        }
    }
    for (size_t i = 0; i < STARTS_MOST; i++) {
        if (r.begun[i]) {
            climb_release(&r.climb[i]);
        }
    }
    gsl_rng_free(r.random);
    script_heap_close(r.heap);
    return ok;
}

void attack_release(struct attack *a)
{
    free(a->event);
    a->event = NULL;
}
