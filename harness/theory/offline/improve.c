/* improve.c - a search over orders for small packings.
 *
 * First-fit of some order is optimal, so the search is for that order: a block that reaches
 * the top is moved to an earlier place, all from there on is placed anew, and the move stays if
 * no more bytes than before stick out above the load. Ties stay too, which lets the search
 * wander over plateaus.
 */
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"
#include "theory/offline/neighbours.h"

struct cost {
    uint64_t height;
    uint64_t above; /* bytes of all blocks that lie above the load */
};

struct state {
    const struct packing *packing;
    struct neighbours beside;
    uint32_t *sequence, *tried;
    uint64_t *offset, *tried_offset;
    uint32_t *place; /* of a block in the sequence that is being placed */
    struct extent *extent;
    gsl_rng *random;
};

struct extent {
    uint64_t low, high;
};

static void sort_extents(struct extent *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct extent x = e[i];
        size_t j = i;
        for (; j > 0 && e[j - 1].low > x.low; j--) {
            e[j] = e[j - 1];
        }
        e[j] = x;
    }
}

/* The lowest offset for block b among its neighbours that come before it. */
static uint64_t lowest(const struct state *s, uint32_t b, const uint64_t *offset)
{
    const struct packing *p = s->packing;
    size_t n = 0;
    for (size_t i = s->beside.start[b]; i < s->beside.start[b + 1]; i++) {
        uint32_t other = s->beside.list[i];
        if (s->place[other] < s->place[b]) {
            s->extent[n++] = (struct extent){offset[other], offset[other] + p->block[other].size};
        }
    }
    sort_extents(s->extent, n);
    uint64_t at = 0;
    for (size_t i = 0; i < n && s->extent[i].low < at + p->block[b].size; i++) {
        at = s->extent[i].high > at ? s->extent[i].high : at;
    }
    return at;
}

/* Places the sequence from position `from` on; what is before keeps its offsets. */
static struct cost place_from(const struct state *s, const uint32_t *sequence, size_t from,
                              uint64_t *offset)
{
    const struct packing *p = s->packing;
    struct cost cost = {0};
    for (size_t i = 0; i < p->count; i++) {
        s->place[sequence[i]] = (uint32_t)i;
    }
    for (size_t i = 0; i < p->count; i++) {
        uint32_t b = sequence[i];
        if (i >= from) {
            offset[b] = lowest(s, b, offset);
        }
        uint64_t end = offset[b] + p->block[b].size;
        cost.height = end > cost.height ? end : cost.height;
        cost.above += end > p->load ? end - p->load : 0;
    }
    return cost;
}

/* Picks, with equal chances, the position of one of the blocks that end at the top. */
static size_t pick_top(const struct state *s, uint64_t height)
{
    size_t chosen = 0, seen = 0;
    for (size_t i = 0; i < s->packing->count; i++) {
        uint32_t b = s->sequence[i];
        if (s->offset[b] + s->packing->block[b].size == height &&
            gsl_rng_uniform_int(s->random, ++seen) == 0) {
            chosen = i;
        }
    }
    return chosen;
}

static bool no_worse(struct cost a, struct cost b)
{
    return a.height != b.height ? a.height < b.height : a.above <= b.above;
}

/* One move: tries it, and keeps it if the packing is not worse. */
static void one_round(struct state *s, struct cost *cost)
{
    size_t n = s->packing->count, from = pick_top(s, cost->height);
    if (from == 0 || gsl_rng_uniform_int(s->random, 4) == 0) {
        from = gsl_rng_uniform_int(s->random, n);
    }
    size_t to = from ? gsl_rng_uniform_int(s->random, from) : 0;
    memcpy(s->tried, s->sequence, n * sizeof *s->tried);
    memcpy(s->tried_offset, s->offset, n * sizeof *s->tried_offset);
    memmove(&s->tried[to + 1], &s->tried[to], (from - to) * sizeof *s->tried);
    s->tried[to] = s->sequence[from];
    struct cost tried = place_from(s, s->tried, to, s->tried_offset);
    if (no_worse(tried, *cost)) {
        *cost = tried;
        memcpy(s->sequence, s->tried, n * sizeof *s->tried);
        memcpy(s->offset, s->tried_offset, n * sizeof *s->tried_offset);
    }
}

static void release(struct state *s)
{
    neighbours_release(&s->beside);
    free(s->tried);
    free(s->tried_offset);
    free(s->place);
    free(s->extent);
    gsl_rng_free(s->random);
}

static bool prepare(struct state *s, const struct packing *p, uint64_t seed)
{
    s->packing = p;
    s->tried = malloc(p->count * sizeof *s->tried);
    s->tried_offset = malloc(p->count * sizeof *s->tried_offset);
    s->place = malloc(p->count * sizeof *s->place);
    s->extent = malloc(p->count * sizeof *s->extent);
    s->random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(s->random, (unsigned long)seed);
    return s->tried && s->tried_offset && s->place && s->extent && neighbours_make(&s->beside, p);
}

uint64_t packing_improve(const struct packing *p, uint32_t *sequence, uint64_t *offset,
                         struct packing_search *search)
{
    struct state s = {.sequence = sequence, .offset = offset};
    search->rounds_done = 0;
    if (!prepare(&s, p, search->seed)) {
        release(&s);
        return 0;
    }
    struct cost cost = place_from(&s, sequence, 0, offset);
    double end = seconds_now() + search->seconds;
    while (cost.height > search->target &&
           (!search->rounds || search->rounds_done < search->rounds) && seconds_now() < end) {
        one_round(&s, &cost);
        search->rounds_done++;
    }
    release(&s);
    return cost.height;
}
