#include "fit_model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Units from the bottom: 0 free, 1 the first unit of a block, 2 another one. */
enum { UNITS = 62, UNIT_FREE = 0, UNIT_FIRST = 1, UNIT_MORE = 2 };

struct layout {
    uint8_t unit[UNITS];
    uint8_t top;   /* units below the break */
    uint8_t rover; /* of next-fit, else 0 */
};

struct model {
    enum fit fit;
    unsigned live, largest;
    bool powers;
    struct layout *state;
    uint64_t count, room;
    uint64_t *bucket; /* index + 1 */
    uint64_t buckets;
    unsigned worst;
};

static uint64_t hash(const struct layout *l)
{
    uint64_t h = 14695981039346656037u;
    const uint8_t *byte = (const uint8_t *)l;
    for (size_t i = 0; i < sizeof *l; i++) {
        h = (h ^ byte[i]) * 1099511628211u;
    }
    return h ^ h >> 29;
}

static uint64_t *find(const struct model *m, const struct layout *l)
{
    uint64_t at = hash(l) & (m->buckets - 1);
    while (m->bucket[at] && memcmp(&m->state[m->bucket[at] - 1], l, sizeof *l) != 0) {
        at = (at + 1) & (m->buckets - 1);
    }
    return &m->bucket[at];
}

static void grow(struct model *m)
{
    m->room = m->room ? 2 * m->room : 1 << 12;
    m->buckets = 2 * m->room;
    m->state = realloc(m->state, m->room * sizeof *m->state);
    free(m->bucket);
    m->bucket = calloc(m->buckets, sizeof *m->bucket);
    assert(m->state && m->bucket);
    for (uint64_t i = 0; i < m->count; i++) {
        *find(m, &m->state[i]) = i + 1;
    }
}

static void add(struct model *m, const struct layout *l)
{
    if (m->count == m->room) {
        grow(m);
    }
    uint64_t *bucket = find(m, l);
    if (!*bucket) {
        m->state[m->count] = *l;
        *bucket = ++m->count;
    }
}

/* The hole that begins at a unit. */
static unsigned hole_at(const struct layout *l, unsigned at)
{
    unsigned n = 0;
    while (at + n < l->top && l->unit[at + n] == UNIT_FREE) {
        n++;
    }
    return n;
}

static bool better(enum fit fit, unsigned hole, unsigned than)
{
    return (fit == FIT_BEST && hole < than) || (fit == FIT_WORST && hole > than);
}

/* Where a block of so many units goes among [from, to); `to` if there is no hole for it. */
static unsigned place_between(const struct model *m, const struct layout *l, unsigned units,
                              unsigned from, unsigned to)
{
    unsigned found = to, size = 0;
    for (unsigned at = from; at < to; at++) {
        bool begins = at == 0 || l->unit[at - 1] != UNIT_FREE;
        unsigned hole = begins ? hole_at(l, at) : 0;
        if (hole >= units && (found == to || better(m->fit, hole, size))) {
            found = at;
            size = hole;
            if (m->fit == FIT_FIRST || m->fit == FIT_NEXT) {
                break;
            }
        }
    }
    return found;
}

static unsigned place(const struct model *m, const struct layout *l, unsigned units)
{
    unsigned at = place_between(m, l, units, l->rover, l->top);
    if (at == l->top && l->rover > 0) {
        unsigned low = place_between(m, l, units, 0, l->rover);
        at = low < l->rover ? low : l->top;
    }
    return at;
}

static void try_alloc(struct model *m, struct layout l, unsigned units)
{
    unsigned at = place(m, &l, units);
    assert(at + units < UNITS);
    memset(&l.unit[at], UNIT_MORE, units);
    l.unit[at] = UNIT_FIRST;
    l.top = (uint8_t)(at + units > l.top ? at + units : l.top);
    l.rover = m->fit == FIT_NEXT ? (uint8_t)(at + units) : 0;
    m->worst = l.top > m->worst ? l.top : m->worst;
    add(m, &l);
}

static void try_free(struct model *m, struct layout l, unsigned at)
{
    unsigned from = at, to = at;
    do {
        l.unit[to++] = UNIT_FREE;
    } while (to < l.top && l.unit[to] == UNIT_MORE);
    while (to < l.top && l.unit[to] == UNIT_FREE) {
        to++;
    }
    while (from > 0 && l.unit[from - 1] == UNIT_FREE) {
        from--;
    }
    if (l.rover > from && l.rover <= to && !(l.rover == to && to < l.top)) {
        l.rover = (uint8_t)from;
    }
    l.top = (uint8_t)(to == l.top ? from : l.top);
    add(m, &l);
}

static void expand(struct model *m, struct layout l)
{
    unsigned live = 0;
    for (unsigned at = 0; at < l.top; at++) {
        live += l.unit[at] != UNIT_FREE;
        if (l.unit[at] == UNIT_FIRST) {
            try_free(m, l, at);
        }
    }
    for (unsigned units = 1; units <= m->largest; units = m->powers ? 2 * units : units + 1) {
        if (live + units <= m->live) {
            try_alloc(m, l, units);
        }
    }
}

struct fit_answer fit_model_worst(enum fit fit, unsigned live, unsigned largest, bool powers)
{
    struct model m = {.fit = fit, .live = live, .largest = largest, .powers = powers};
    add(&m, &(struct layout){.top = 0});
    for (uint64_t i = 0; i < m.count; i++) {
        expand(&m, m.state[i]);
    }
    struct fit_answer answer = {m.worst, m.count};
    free(m.state);
    free(m.bucket);
    return answer;
}
