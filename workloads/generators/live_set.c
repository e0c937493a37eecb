#include "workloads/generators/live_set.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const lifetime_names[] = {"random", "fifo", "lifo", "lognormal", NULL};

bool live_set_open(struct live_set *s, const long *rows, size_t capacity, gsl_rng *rng)
{
    enum lifetime rule = (enum lifetime)rows[0];
    *s = (struct live_set){
        .rule = rule, .rng = rng, .cv = (double)rows[1] / 100, .capacity = capacity};
    s->slot = calloc(capacity, sizeof *s->slot);
    s->death = rule == LIFETIME_LOGNORMAL ? calloc(capacity, sizeof *s->death) : NULL;
    return s->slot && (s->death || rule != LIFETIME_LOGNORMAL);
}

void live_set_close(struct live_set *s)
{
    free(s->slot);
    free(s->death);
}

static void heap_put(struct live_set *s, size_t at, uint32_t slot, double death)
{
    s->slot[at] = slot;
    s->death[at] = death;
}

static void heap_insert(struct live_set *s, uint32_t slot, double death)
{
    size_t at = s->count;
    for (; at > 0 && s->death[(at - 1) / 2] > death; at = (at - 1) / 2) {
        heap_put(s, at, s->slot[(at - 1) / 2], s->death[(at - 1) / 2]);
    }
    heap_put(s, at, slot, death);
}

/* Removes the root; count is the number that stays. */
static void heap_remove(struct live_set *s)
{
    uint32_t slot = s->slot[s->count];
    double death = s->death[s->count];
    size_t at = 0;
    for (size_t child = 1; child < s->count; child = 2 * at + 1) {
        child += child + 1 < s->count && s->death[child + 1] < s->death[child];
        if (s->death[child] >= death) {
            break;
        }
        heap_put(s, at, s->slot[child], s->death[child]);
        at = child;
    }
    heap_put(s, at, slot, death);
}

/* The first blocks are taken in the middle of their life, because otherwise they would all die
 * together. */
static double draw_death(struct live_set *s)
{
    double variance = log1p(s->cv * s->cv);
    double life = gsl_ran_lognormal(s->rng, -variance / 2, sqrt(variance));
    return s->now + (s->now > 0 ? life : life * gsl_rng_uniform(s->rng));
}

void live_set_add(struct live_set *s, uint32_t slot)
{
    switch (s->rule) {
    case LIFETIME_FIFO:
        s->slot[(s->oldest + s->count) % s->capacity] = slot;
        break;
    case LIFETIME_LOGNORMAL:
        heap_insert(s, slot, draw_death(s));
        break;
    case LIFETIME_RANDOM:
    case LIFETIME_LIFO:
        s->slot[s->count] = slot;
        break;
    }
    s->count++;
}

uint32_t live_set_take(struct live_set *s)
{
    uint32_t slot;
    s->count--;
    switch (s->rule) {
    case LIFETIME_RANDOM: {
        size_t victim = gsl_rng_uniform_int(s->rng, s->count + 1);
        slot = s->slot[victim];
        s->slot[victim] = s->slot[s->count];
        return slot;
    }
    case LIFETIME_FIFO:
        slot = s->slot[s->oldest];
        s->oldest = (s->oldest + 1) % s->capacity;
        return slot;
    case LIFETIME_LOGNORMAL:
        slot = s->slot[0];
        s->now = s->death[0];
        heap_remove(s);
        return slot;
    case LIFETIME_LIFO:
        break;
    }
    return s->slot[s->count];
}
