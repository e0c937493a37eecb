#include "theory/prove/game.h"

#include <stdlib.h>
#include <string.h>

/* A layout is a number with a bit a unit for "a block starts here" and one for "in use". It is
 * found by its index in the sorted list of all layouts. */
struct layout {
    uint32_t starts, used;
};

struct board {
    const struct game *game;
    unsigned units;
    struct layout *layout;
    bool *lost; /* the program can force a failure from here */
    size_t count, room;
    uint32_t *bucket; /* open addressing: index + 1, or 0 */
    size_t buckets;
    bool failed; /* no memory */
};

static size_t bucket_of(const struct board *b, struct layout l)
{
    uint64_t mixed = ((uint64_t)l.starts << 32 | l.used) * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(mixed >> 20) & (b->buckets - 1);
    while (b->bucket[at]) {
        const struct layout *known = &b->layout[b->bucket[at] - 1];
        if (known->starts == l.starts && known->used == l.used) {
            break;
        }
        at = (at + 1) & (b->buckets - 1);
    }
    return at;
}

static void add_layout(struct board *b, struct layout l)
{
    if (b->count == b->room) {
        size_t room = b->room ? 2 * b->room : 1 << 12;
        struct layout *more = realloc(b->layout, room * sizeof *more);
        if (!more) {
            b->failed = true;
            return;
        }
        b->layout = more;
        b->room = room;
    }
    b->layout[b->count++] = l;
}

static unsigned next_size(const struct game *g, unsigned size)
{
    return g->powers ? 2 * size : size + 1;
}

/* Adds every layout of the units from `at` on, after l in those before. */
static void add_all(struct board *b, struct layout l, unsigned at, unsigned live)
{
    if (b->failed) {
        return;
    }
    if (at == b->units) {
        add_layout(b, l);
        return;
    }
    add_all(b, l, at + 1, live);
    const struct game *g = b->game;
    for (unsigned size = 1; size <= g->largest && at + size <= b->units && live + size <= g->live;
         size = next_size(g, size)) {
        uint32_t mask = ((1u << size) - 1) << at;
        add_all(b, (struct layout){l.starts | 1u << at, l.used | mask}, at + size, live + size);
    }
}

static bool is_lost(const struct board *b, struct layout l)
{
    return b->lost[b->bucket[bucket_of(b, l)] - 1];
}

/* Does every place for a block of this size lose, or is there none? */
static bool cannot_place(const struct board *b, struct layout l, unsigned size)
{
    for (unsigned at = 0; at + size <= b->units; at++) {
        uint32_t mask = ((1u << size) - 1) << at;
        if (!(l.used & mask) && !is_lost(b, (struct layout){l.starts | 1u << at, l.used | mask})) {
            return false;
        }
    }
    return true;
}

/* The block that starts at a unit: up to the next start or the next unit not in use. */
static uint32_t block_mask(struct layout l, unsigned at)
{
    uint32_t above = ~(((1u << at) << 1) - 1);
    uint32_t end = (l.starts | ~l.used) & above;
    uint32_t below_end = end ? (end & -end) - 1 : UINT32_MAX;
    return below_end & ~((1u << at) - 1);
}

/* Can the program make a move after which the policy is lost? */
static bool program_wins(const struct board *b, struct layout l)
{
    for (uint32_t rest = l.starts; rest; rest &= rest - 1) {
        unsigned at = (unsigned)__builtin_ctz(rest);
        if (is_lost(b, (struct layout){l.starts & ~(1u << at), l.used & ~block_mask(l, at)})) {
            return true;
        }
    }
    unsigned live = (unsigned)__builtin_popcount(l.used);
    const struct game *g = b->game;
    for (unsigned size = 1; size <= g->largest && live + size <= g->live;
         size = next_size(g, size)) {
        if (cannot_place(b, l, size)) {
            return true;
        }
    }
    return false;
}

static bool index_layouts(struct board *b)
{
    b->buckets = 1;
    while (b->buckets < 2 * b->count) {
        b->buckets *= 2;
    }
    b->bucket = calloc(b->buckets, sizeof *b->bucket);
    b->lost = calloc(b->count, sizeof *b->lost);
    if (!b->bucket || !b->lost) {
        return false;
    }
    for (size_t i = 0; i < b->count; i++) {
        b->bucket[bucket_of(b, b->layout[i])] = (uint32_t)i + 1;
    }
    return true;
}

/* Strikes out lost layouts until no more are. Going from full to empty memory and back makes
 * few rounds of it: the empty one comes first in the list. */
static void eliminate(struct board *b)
{
    for (bool more = true; more && !b->lost[0];) {
        more = false;
        for (size_t i = b->count; i-- > 0;) {
            if (!b->lost[i] && program_wins(b, b->layout[i])) {
                b->lost[i] = more = true;
            }
        }
    }
}

static void release(struct board *b)
{
    free(b->layout);
    free(b->lost);
    free(b->bucket);
}

bool game_solve(const struct game *game, struct game_value *value, struct problem *problem)
{
    for (unsigned units = game->live; units <= GAME_UNITS_MOST; units++) {
        struct board b = {.game = game, .units = units};
        add_all(&b, (struct layout){0, 0}, 0, 0);
        bool ok = !b.failed && b.count < UINT32_MAX && index_layouts(&b);
        if (ok) {
            eliminate(&b);
            value->units = units;
            value->layouts = b.count;
        }
        bool survives = ok && !b.lost[0];
        release(&b);
        if (!ok) {
            return problem_set(problem, "not enough memory for the layouts of %u units", units);
        }
        if (survives) {
            return true;
        }
    }
    return problem_set(problem,
                       "the optimum is above %d units, where the layouts are too many: take a "
                       "smaller --live or --largest",
                       GAME_UNITS_MOST);
}
