#include "theory/prove/state_set.h"

#include <string.h>

#include "region/system_page.h"

bool state_set_open(struct state_set *s, size_t most, const char *folder, struct problem *problem)
{
    memset(s, 0, sizeof *s);
    s->slots = STATE_SLOTS_LEAST;
    s->area[0].file = s->area[1].file = -1;
    return shared_area_open(&s->area[0], most, folder, "", problem) &&
           shared_area_open(&s->area[1], most, folder, "", problem) &&
           (shared_area_take(&s->area[0], state_set_bytes(s->slots)) ||
            problem_set(problem, "not enough memory for any states"));
}

void state_set_close(struct state_set *s)
{
    shared_area_close(&s->area[0]);
    shared_area_close(&s->area[1]);
}

size_t state_set_bytes(uint64_t slots)
{
    return (size_t)slots * STATE_PARTS * sizeof(uint64_t);
}

uint64_t state_set_slots_for(uint64_t states)
{
    return states + states / 9 + 2;
}

static uint64_t *table(const struct state_set *s, unsigned area, unsigned part, uint64_t slots)
{
    return (uint64_t *)(void *)s->area[area].base + part * slots;
}

/* The place of the key, or the free one where it belongs. A place of 0 is free. */
static uint64_t *find(uint64_t *places, uint64_t slots, uint64_t key)
{
    uint64_t at = (key >> 32) * slots >> 32; /* slots are fewer than 2^32 */
    while (places[at] && places[at] != key) {
        at = at + 1 == slots ? 0 : at + 1;
    }
    return &places[at];
}

bool state_set_add(struct state_set *s, unsigned part, uint64_t key)
{
    key = key ? key : 1;
    uint64_t *place = find(table(s, s->now, part, s->slots), s->slots, key);
    if (*place) {
        return false;
    }
    *place = key;
    s->count[part]++;
    return true;
}

bool state_set_grow(struct state_set *s, uint64_t slots)
{
    if (!shared_area_take(&s->area[!s->now], state_set_bytes(slots))) {
        return false;
    }
    s->now = !s->now;
    s->old_slots = s->slots;
    s->slots = slots;
    return true;
}

void state_set_move(struct state_set *s, unsigned part)
{
    uint64_t *from = table(s, !s->now, part, s->old_slots), *to = table(s, s->now, part, s->slots);
    for (uint64_t i = 0; i < s->old_slots; i++) {
        if (from[i]) {
            *find(to, s->slots, from[i]) = from[i];
        }
    }
    size_t bytes = (size_t)s->old_slots * sizeof *from;
    shared_area_drop(&s->area[!s->now], part * bytes, (part + 1) * bytes);
}

/* Pages that two parts share are given back now. */
void state_set_grown(struct state_set *s)
{
    struct shared_area *old = &s->area[!s->now];
    shared_area_drop(old, 0, old->taken + system_page_bytes() - 1);
    old->taken = 0;
}
