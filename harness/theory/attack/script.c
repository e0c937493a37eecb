#include "theory/attack/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void script_release(struct script *s)
{
    free(s->step);
    *s = (struct script){0};
}

static bool reserve(struct script *s, size_t count)
{
    if (count <= s->room) {
        return true;
    }
    size_t room = 2 * count;
    struct step *more = realloc(s->step, room * sizeof *more);
    if (!more) {
        return false;
    }
    s->step = more;
    s->room = room;
    return true;
}

bool script_copy(struct script *to, const struct script *from)
{
    if (!reserve(to, from->count)) {
        return false;
    }
    memcpy(to->step, from->step, from->count * sizeof *to->step);
    to->count = from->count;
    to->blocks = from->blocks;
    return true;
}

static bool append(struct script *s, struct step step)
{
    if (!reserve(s, s->count + 1)) {
        return false;
    }
    s->step[s->count++] = step;
    return true;
}

static bool insert(struct script *s, size_t at, struct step step)
{
    if (s->count >= SCRIPT_STEPS_MOST) {
        return true; /* the script is long enough, so this mutation changes nothing */
    }
    if (!reserve(s, s->count + 1)) {
        return false;
    }
    memmove(&s->step[at + 1], &s->step[at], (s->count - at) * sizeof *s->step);
    s->step[at] = step;
    s->count++;
    return true;
}

static void erase(struct script *s, size_t at)
{
    s->count--;
    memmove(&s->step[at], &s->step[at + 1], (s->count - at) * sizeof *s->step);
}

bool script_from_events(struct script *s, const struct event *event, size_t n, size_t granule,
                        size_t header)
{
    uint32_t slots = 0;
    for (size_t i = 0; i < n; i++) {
        slots = event[i].slot >= slots ? event[i].slot + 1 : slots;
    }
    uint32_t *name = calloc(slots + 1, sizeof *name);
    bool ok = name != NULL;
    *s = (struct script){0};
    for (size_t i = 0; ok && i < n; i++) {
        const struct event *e = &event[i];
        if (e->kind == EVENT_FREE) {
            ok = append(s, (struct step){.block = name[e->slot]});
        } else {
            name[e->slot] = s->blocks++;
            ok = append(s, (struct step){name[e->slot], (uint32_t)((e->size + header) / granule)});
        }
    }
    free(name);
    return ok;
}

bool script_rename(struct script *s)
{
    uint32_t *name = calloc(s->blocks + (size_t)1, sizeof *name), next = 1;
    if (!name) {
        return false;
    }
    for (size_t i = 0; i < s->count; i++) {
        uint32_t *new_name = &name[s->step[i].block];
        *new_name = *new_name ? *new_name : next++;
        s->step[i].block = *new_name - 1;
    }
    s->blocks = next - 1;
    free(name);
    return true;
}

static uint32_t random_below(gsl_rng *random, size_t n)
{
    return (uint32_t)gsl_rng_uniform_int(random, n);
}

/* A random place among the first n. In half of the cases it is uniform; in the other half the
 * logarithm of its distance from the end is, because the last steps decide what the many steps
 * before them were for. */
static size_t random_place(gsl_rng *random, size_t n)
{
    if (random_below(random, 2)) {
        return random_below(random, n);
    }
    size_t distance = (size_t)pow((double)n, gsl_rng_uniform(random));
    return distance < n ? n - distance : 0;
}

static struct step random_alloc(struct script *s, const struct rules *rules, gsl_rng *random)
{
    return (struct step){s->blocks++, 1 + random_below(random, rules->largest)};
}

bool script_random(struct script *s, const struct rules *rules, size_t steps, gsl_rng *random)
{
    *s = (struct script){0};
    for (size_t i = 0; i < steps; i++) {
        bool alloc = s->blocks == 0 || random_below(random, 100) < 60;
        struct step step = alloc ? random_alloc(s, rules, random)
                                 : (struct step){.block = random_below(random, s->blocks)};
        if (!insert(s, i, step)) {
            return false;
        }
    }
    return true;
}

/* A new block somewhere, freed somewhere later or never. */
static bool add_block(struct script *s, const struct rules *rules, gsl_rng *random)
{
    size_t from = random_place(random, s->count + 1);
    struct step alloc = random_alloc(s, rules, random);
    if (!insert(s, from, alloc)) {
        return false;
    }
    if (random_below(random, 2)) {
        size_t to = from + 1 + random_below(random, s->count - from);
        return insert(s, to, (struct step){.block = alloc.block});
    }
    return true;
}

static void move_step(struct script *s, gsl_rng *random)
{
    enum { REACH = 8 };
    size_t from = random_place(random, s->count), by = 1 + random_below(random, REACH);
    struct step step = s->step[from];
    if (random_below(random, 2) && from >= by) {
        memmove(&s->step[from - by + 1], &s->step[from - by], by * sizeof step);
        s->step[from - by] = step;
    } else if (from + by < s->count) {
        memmove(&s->step[from], &s->step[from + 1], by * sizeof step);
        s->step[from + by] = step;
    }
}

/* Removes the end from some place on, and asks for the largest blocks instead, as many as are
 * allowed. */
static bool new_end(struct script *s, const struct rules *rules, gsl_rng *random)
{
    s->count = random_place(random, s->count);
    for (unsigned i = 0; i <= rules->live / rules->largest; i++) {
        if (!insert(s, s->count, (struct step){s->blocks++, rules->largest})) {
            return false;
        }
    }
    return true;
}

static bool mutate_once(struct script *s, const struct rules *rules, gsl_rng *random)
{
    if (s->count < 2) {
        return add_block(s, rules, random);
    }
    size_t at = random_place(random, s->count);
    if (random_below(random, 8) == 0) {
        return new_end(s, rules, random);
    }
    switch (random_below(random, 4)) {
    case 0:
        if (s->step[at].units) {
            s->step[at].units = 1 + random_below(random, rules->largest);
        }
        return true;
    case 1:
        erase(s, at);
        return true;
    case 2:
        return add_block(s, rules, random);
    default:
        move_step(s, random);
        return true;
    }
}

bool script_mutate(struct script *s, const struct rules *rules, gsl_rng *random)
{
    for (uint32_t times = 1 + random_below(random, 3); times > 0; times--) {
        if (!mutate_once(s, rules, random)) {
            return false;
        }
    }
    return s->blocks < UINT32_MAX - 2 * SCRIPT_STEPS_MOST;
}
