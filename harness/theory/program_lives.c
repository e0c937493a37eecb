#include "theory/program_lives.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "spec/workload_spec.h"
#include "theory/draw.h"
#include "theory/player.h"

const char *const lives_programs[PROGRAMS] = {"git", "gawk", "perl", "python3", "cc1"};

enum { UNIT = 16 };

/* ---- reading ---- */

struct reader {
    struct program_lives *program;
    size_t capacity;
    uint32_t *born; /* one a slot: the block there, from 1; 0: none */
};

static void die(struct reader *r, uint32_t slot)
{
    if (r->born[slot]) {
        uint32_t block = r->born[slot] - 1;
        r->program->block[block].life = (uint32_t)(r->program->count - block);
        r->born[slot] = 0;
    }
}

static bool be_born(struct reader *r, const struct event *e)
{
    struct program_lives *p = r->program;
    if (p->count == r->capacity) {
        size_t more = r->capacity ? 2 * r->capacity : 65536;
        struct life *grown = realloc(p->block, more * sizeof *grown);
        if (!grown) {
            return false;
        }
        p->block = grown;
        r->capacity = more;
    }
    uint64_t units = (e->size + UNIT - 1) / UNIT;
    p->block[p->count++] = (struct life){.size = units ? (uint32_t)units : 1};
    r->born[e->slot] = (uint32_t)p->count;
    return true;
}

static bool read_events(struct reader *r, struct workload *w, struct problem *problem)
{
    static struct event event[4096];
    size_t n;
    while ((n = workload_next(w, event, sizeof event / sizeof *event, problem)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (event[i].kind == EVENT_FREE || event[i].kind == EVENT_REALLOC) {
                die(r, event[i].slot);
            }
            if (event[i].kind != EVENT_FREE && !be_born(r, &event[i])) {
                return problem_set(problem, "no memory for %zu blocks", r->program->count);
            }
        }
    }
    return !problem->text[0];
}

bool lives_read(struct program_lives *p, const char *workload, struct problem *problem)
{
    struct workload_spec spec;
    *p = (struct program_lives){.most = UINT32_MAX};
    problem->text[0] = '\0';
    struct workload *w =
        workload_spec_parse(workload, &spec, problem) ? workload_spec_open(&spec, problem) : NULL;
    if (!w) {
        return false;
    }
    struct reader r = {.program = p, .born = calloc(w->slots, sizeof *r.born)};
    bool ok = r.born ? read_events(&r, w, problem)
                     : problem_set(problem, "no memory for %u slots", w->slots);
    free(r.born);
    workload_close(w);
    if (!ok) {
        lives_release(p);
    }
    return ok;
}

void lives_release(struct program_lives *p)
{
    free(p->block);
}

/* ---- losing the order ---- */

void lives_shuffle(struct program_lives *p, unsigned long seed)
{
    gsl_rng *rng = draw_open(seed);
    if (rng) {
        gsl_ran_shuffle(rng, p->block, p->count, sizeof *p->block);
        gsl_rng_free(rng);
    }
}

void lives_make_independent(struct program_lives *p, unsigned long seed)
{
    gsl_rng *rng = draw_open(seed);
    struct life *drawn = malloc(p->count * sizeof *drawn);
    for (size_t i = 0; rng && drawn && i < p->count; i++) {
        drawn[i].size = p->block[gsl_rng_uniform_int(rng, p->count)].size;
        drawn[i].life = p->block[gsl_rng_uniform_int(rng, p->count)].life;
    }
    if (rng && drawn) {
        memcpy(p->block, drawn, p->count * sizeof *drawn);
    }
    free(drawn);
    if (rng) {
        gsl_rng_free(rng);
    }
}

/* ---- replaying ---- */

/* Which blocks die when: lists of the blocks that die before each birth, linked by index. */
struct deaths {
    uint32_t *first; /* one a birth: the block, from 1; 0: none */
    uint32_t *next;  /* one a block */
    int32_t *slot;   /* one a block */
};

static bool deaths_make(struct deaths *d, const struct program_lives *p)
{
    d->first = calloc(p->count + 1, sizeof *d->first);
    d->next = calloc(p->count + 1, sizeof *d->next);
    d->slot = calloc(p->count + 1, sizeof *d->slot);
    if (!d->first || !d->next || !d->slot) {
        return false;
    }
    for (size_t i = p->count; i-- > 0;) {
        size_t at = i + p->block[i].life;
        if (p->block[i].life && at < p->count) {
            d->next[i] = d->first[at];
            d->first[at] = (uint32_t)i + 1;
        }
    }
    return true;
}

static void deaths_release(struct deaths *d)
{
    free(d->first);
    free(d->next);
    free(d->slot);
}

static bool replay(const struct program_lives *p, struct player *player, const struct deaths *d)
{
    for (size_t i = 0; i < p->count; i++) {
        for (uint32_t who = d->first[i]; who; who = d->next[who - 1]) {
            if (p->block[who - 1].size <= p->most) {
                player_free(player, d->slot[who - 1]);
            }
        }
        if (p->block[i].size > p->most) {
            continue;
        }
        long slot = player_alloc(player, p->block[i].size);
        if (slot == PLAYER_NONE) {
            return false;
        }
        d->slot[i] = (int32_t)slot;
    }
    return true;
}

/* The least granule, from UNIT on, of which a policy's smallest block takes no more than one. */
static bool open_player(struct player *player, const struct policy_spec *spec,
                        struct problem *problem)
{
    struct player_setup setup = {.granule = UNIT, .limit = (size_t)16 << 30};
    for (; player_open(player, spec, &setup, problem); setup.granule *= 2) {
        long a = player_alloc(player, 1), b = player_alloc(player, 1);
        bool fits = a != PLAYER_NONE && b != PLAYER_NONE && player_high_water(player) == 2;
        player_close(player);
        if (fits || setup.granule == (size_t)UNIT << 4) {
            return player_open(player, spec, &setup, problem);
        }
    }
    return false;
}

bool lives_waste(const struct program_lives *p, const struct policy_spec *spec, double *waste,
                 struct problem *problem)
{
    struct player player;
    struct deaths d = {0};
    if (!open_player(&player, spec, problem)) {
        return false;
    }
    size_t empty = region_footprint(&player.map.region);
    bool ok = (deaths_make(&d, p) && replay(p, &player, &d)) ||
              problem_set(problem, "%s: no memory to replay a program", spec->label);
    double peak = (double)region_peak_footprint(&player.map.region) - (double)empty;
    *waste = peak / (double)(player.peak_live * player.setup.granule) - 1;
    deaths_release(&d);
    player_close(&player);
    return ok;
}

/* ---- what it asks for ---- */

static uint64_t power_of_two(uint64_t n)
{
    return n < 2 ? 1 : (uint64_t)1 << (64 - __builtin_clzll(n - 1));
}

bool lives_look(const struct program_lives *p, struct lives_shape *shape, struct problem *problem)
{
    struct deaths d = {0};
    *shape = (struct lives_shape){0};
    if (!deaths_make(&d, p)) {
        deaths_release(&d);
        return problem_set(problem, "no memory to look at a program");
    }
    uint64_t live = 0, rounded = 0;
    for (size_t i = 0; i < p->count; i++) {
        for (uint32_t who = d.first[i]; who; who = d.next[who - 1]) {
            live -= p->block[who - 1].size;
            rounded -= power_of_two(p->block[who - 1].size);
        }
        live += p->block[i].size;
        rounded += power_of_two(p->block[i].size);
        shape->largest = p->block[i].size > shape->largest ? p->block[i].size : shape->largest;
        if (live > shape->peak) {
            shape->peak = live;
            shape->rounded = rounded;
        }
    }
    deaths_release(&d);
    return true;
}
