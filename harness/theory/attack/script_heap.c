/* script_heap.c - scripts played on a policy's real heap. */
#include <stdlib.h>
#include <string.h>

#include "mallocs/foreign.h"
#include "theory/attack/script.h"
#include "workloads/slots.h"

/* A block by its name. */
struct named {
    void *payload; /* NULL: not live */
    uint32_t units, slot;
};

struct script_heap {
    struct policy_spec spec;
    struct op_meter meter;
    struct unit_heap units;
    struct rules rules;
    struct named *named;
    uint32_t room;
    struct slots slots;
    unsigned live;
};

struct script_heap *script_heap_open(const struct policy_spec *spec, const struct rules *rules,
                                     struct problem *problem)
{
    if (foreign_of(spec->policy)) {
        problem_set(problem,
                    "%s keeps its memory elsewhere, where no heap can be measured: name a policy",
                    spec->label);
        return NULL;
    }
    struct script_heap *s = calloc(1, sizeof *s);
    if (!s) {
        problem_set(problem, "not enough memory");
        return NULL;
    }
    s->rules = *rules;
    s->spec = *spec;
    slots_open(&s->slots);
    size_t most = 2 * (size_t)rules->live * (rules->largest + 1);
    if (!op_meter_open(&s->meter, rules->measure, &s->spec, problem) ||
        !unit_heap_open(&s->units, &s->spec, most, false, problem)) {
        op_meter_close(&s->meter);
        slots_close(&s->slots);
        free(s);
        return NULL;
    }
    s->units.meter = rules->measure == MEASURE_HEIGHT ? NULL : &s->meter;
    return s;
}

void script_heap_close(struct script_heap *s)
{
    if (s) {
        unit_heap_close(&s->units);
        op_meter_close(&s->meter);
        slots_close(&s->slots);
        free(s->named);
        free(s);
    }
}

static bool forget_all(struct script_heap *s, uint32_t names)
{
    if (names > s->room) {
        struct named *more = realloc(s->named, 2 * (size_t)names * sizeof *more);
        if (!more) {
            return false;
        }
        s->named = more;
        s->room = 2 * names;
    }
    memset(s->named, 0, names * sizeof *s->named);
    slots_close(&s->slots);
    slots_open(&s->slots);
    s->live = 0;
    unit_heap_renew(&s->units);
    return true;
}

/* Plays a step if the rules and the state of its block allow it, and writes it down. */
static bool play_step(struct script_heap *s, const struct step *step, struct event *out)
{
    struct named *b = &s->named[step->block];
    if (!step->units) {
        if (!b->payload) {
            return false;
        }
        unit_free(&s->units, b->payload);
        *out = (struct event){.kind = EVENT_FREE, .slot = b->slot};
        slots_give(&s->slots, b->slot);
        s->live -= b->units;
        b->payload = NULL;
        return true;
    }
    if (b->payload || s->live + step->units > s->rules.live) {
        return false;
    }
    b->payload = unit_alloc(&s->units, step->units);
    b->units = step->units;
    b->slot = slots_lowest(&s->slots);
    if (!b->payload || !slots_take(&s->slots, b->slot)) {
        b->payload = NULL;
        return false;
    }
    s->live += step->units;
    *out = (struct event){
        .kind = EVENT_MALLOC, .slot = b->slot, .size = unit_request(&s->units, step->units)};
    return true;
}

struct script_cost script_heap_play(struct script_heap *s, const struct script *script,
                                    struct event *played, size_t *events)
{
    struct script_cost cost = {0};
    size_t n = 0;
    if (!forget_all(s, script->blocks)) {
        return cost;
    }
    for (size_t i = 0; i < script->count; i++) {
        struct event event;
        if (!play_step(s, &script->step[i], &event)) {
            continue;
        }
        if (played) {
            played[n] = event;
        }
        n++;
        size_t waste = unit_height(&s->units) - s->live;
        cost.waste = waste > cost.waste ? waste : cost.waste;
        cost.value = s->units.cost > cost.value ? (size_t)s->units.cost : cost.value;
    }
    if (s->rules.measure == MEASURE_HEIGHT) {
        cost.value = unit_high_water(&s->units);
    }
    if (events) {
        *events = n;
    }
    return cost;
}
