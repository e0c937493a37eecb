/* free_offsets.c - a treap of holes by offset, in which each knows the largest hole below it. */
#include "packing/free_offsets.h"

#include <stdlib.h>

struct hole {
    uint64_t low, high;
    uint64_t largest; /* in the subtree */
    uint32_t left, right;
    uint32_t rank; /* a parent's is at least its children's */
};

static const uint64_t no_end = UINT64_MAX / 2;

static void summarise(struct hole *h, uint32_t k)
{
    uint64_t most = h[k].high - h[k].low;
    most = h[h[k].left].largest > most ? h[h[k].left].largest : most;
    h[k].largest = h[h[k].right].largest > most ? h[h[k].right].largest : most;
}

/* Splits the subtree k into the holes below `offset` and the others. */
static void split(struct hole *h, uint32_t k, uint64_t offset, uint32_t *below, uint32_t *above)
{
    if (!k) {
        *below = *above = 0;
        return;
    }
    uint32_t middle;
    if (h[k].low < offset) {
        split(h, h[k].right, offset, &middle, above);
        h[k].right = middle;
        *below = k;
    } else {
        split(h, h[k].left, offset, below, &middle);
        h[k].left = middle;
        *above = k;
    }
    summarise(h, k);
}

/* Joins two subtrees; all of `above` lies higher. */
static uint32_t join(struct hole *h, uint32_t below, uint32_t above)
{
    if (!below || !above) {
        return below ? below : above;
    }
    if (h[below].rank >= h[above].rank) {
        h[below].right = join(h, h[below].right, above);
        summarise(h, below);
        return below;
    }
    h[above].left = join(h, below, h[above].left);
    summarise(h, above);
    return above;
}

static bool more_room(struct free_offsets *t)
{
    uint32_t room = t->room ? t->room + t->room / 2 : 1024;
    struct hole *more = realloc(t->hole, room * sizeof *more);
    if (more) {
        t->hole = more;
        t->room = room;
    }
    return more != NULL;
}

static uint32_t new_hole(struct free_offsets *t, uint64_t low, uint64_t high)
{
    uint32_t k = t->spare;
    if (k) {
        t->spare = t->hole[k].left;
    } else {
        if (t->count == t->room && !more_room(t)) {
            return 0;
        }
        k = t->count++;
    }
    uint32_t rank = k * UINT32_C(2654435769); /* so that ranks are spread evenly */
    t->hole[k] = (struct hole){.low = low, .high = high, .largest = high - low, .rank = rank};
    return k;
}

static void drop(struct free_offsets *t, uint32_t k)
{
    t->hole[k].left = t->spare;
    t->spare = k;
}

bool free_offsets_make(struct free_offsets *t)
{
    *t = (struct free_offsets){0};
    if (!more_room(t)) {
        return false;
    }
    t->hole[t->count++] = (struct hole){0};
    t->root = new_hole(t, 0, no_end);
    return true;
}

void free_offsets_release(struct free_offsets *t)
{
    free(t->hole);
    *t = (struct free_offsets){0};
}

/* The same in the subtree k; no_end if there is no room. */
static uint64_t fit(const struct hole *h, uint32_t k, uint64_t from, uint64_t size)
{
    while (k && h[k].largest >= size) {
        if (h[k].low > from) {
            uint64_t at = fit(h, h[k].left, from, size);
            if (at != no_end) {
                return at;
            }
        }
        uint64_t at = h[k].low > from ? h[k].low : from;
        if (at + size <= h[k].high) {
            return at;
        }
        k = h[k].right;
    }
    return no_end;
}

uint64_t free_offsets_fit(const struct free_offsets *t, uint64_t from, uint64_t size)
{
    return fit(t->hole, t->root, from, size);
}

/* Makes the hole around `low` end there, and sets *end to where it ended. Returns what is left of
 * the subtree k. */
static uint32_t cut(struct free_offsets *t, uint32_t k, uint64_t low, uint64_t *end)
{
    struct hole *h = t->hole;
    if (low < h[k].low) {
        h[k].left = cut(t, h[k].left, low, end);
    } else if (low >= h[k].high) {
        h[k].right = cut(t, h[k].right, low, end);
    } else {
        *end = h[k].high;
        h[k].high = low;
        if (h[k].low == low) {
            uint32_t rest = join(h, h[k].left, h[k].right);
            drop(t, k);
            return rest;
        }
    }
    summarise(h, k);
    return k;
}

static bool insert(struct free_offsets *t, uint64_t low, uint64_t high)
{
    uint32_t below, above, k = new_hole(t, low, high);
    if (!k) {
        return false;
    }
    split(t->hole, t->root, low, &below, &above);
    t->root = join(t->hole, join(t->hole, below, k), above);
    return true;
}

bool free_offsets_take(struct free_offsets *t, uint64_t low, uint64_t high)
{
    uint64_t end = high;
    t->root = cut(t, t->root, low, &end);
    return end == high || insert(t, high, end);
}

/* Makes the highest hole of subtree k longer, if it ends at `low`. */
static bool grow_highest(struct hole *h, uint32_t k, uint64_t low, uint64_t high)
{
    bool grown = false;
    if (k && h[k].right) {
        grown = grow_highest(h, h[k].right, low, high);
    } else if (k && h[k].high == low) {
        h[k].high = high;
        grown = true;
    }
    if (grown) {
        summarise(h, k);
    }
    return grown;
}

/* Takes out the lowest hole of subtree k, if it begins at `high`, and sets *end to its end. */
static uint32_t take_lowest(struct free_offsets *t, uint32_t k, uint64_t high, uint64_t *end)
{
    struct hole *h = t->hole;
    if (k && h[k].left) {
        h[k].left = take_lowest(t, h[k].left, high, end);
        summarise(h, k);
    } else if (k && h[k].low == high) {
        uint32_t rest = h[k].right;
        *end = h[k].high;
        drop(t, k);
        return rest;
    }
    return k;
}

bool free_offsets_give(struct free_offsets *t, uint64_t low, uint64_t high)
{
    uint32_t below, above;
    split(t->hole, t->root, low, &below, &above);
    above = take_lowest(t, above, high, &high);
    bool ok = true;
    if (!grow_highest(t->hole, below, low, high)) {
        uint32_t k = new_hole(t, low, high);
        ok = k != 0;
        below = ok ? join(t->hole, below, k) : below;
    }
    t->root = join(t->hole, below, above);
    return ok;
}
