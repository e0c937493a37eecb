/* exact_state.c - consequences of placing a block, or of ruling out its lowest offset. */
#include "theory/offline/exact_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- state and its trail ---- */

void exact_state_set(struct exact_state *s, int64_t *where, int64_t value)
{
    if (s->changes == s->trail_room) {
        size_t room = s->trail_room ? s->trail_room * 2 : 4096;
        struct change *more = realloc(s->trail, room * sizeof *more);
        if (!more) {
            s->broke = true; /* the round ends and its state is made anew */
            *where = value;
            return;
        }
        s->trail = more;
        s->trail_room = room;
    }
    s->trail[s->changes++] = (struct change){where, *where};
    *where = value;
}

void exact_state_undo(struct exact_state *s, size_t changes)
{
    while (s->changes > changes) {
        s->changes--;
        *s->trail[s->changes].where = s->trail[s->changes].before;
    }
    memset(s->dirty, 0, (s->x->sections / 64 + 1) * sizeof *s->dirty);
}

static void touch_life(struct exact_state *s, uint32_t b)
{
    for (uint32_t k = s->x->lower[b]; k < s->x->upper[b]; k++) {
        s->dirty[k / 64] |= UINT64_C(1) << k % 64;
    }
}

/* ---- consequences of a decision ---- */

static bool section_holds(const struct exact_state *s, uint32_t section)
{
    const struct exact_problem *x = s->x;
    int64_t floor = EXACT_PLACED;
    for (size_t i = x->member_start[section]; i < x->member_start[section + 1]; i++) {
        int64_t low = s->low[x->member[i]];
        floor = low < floor ? low : floor;
    }
    return !s->load[section] || floor + s->load[section] <= x->capacity;
}

/* The unplaced blocks of a section do not fit any more: each of them was in the way. */
static void blame_section(struct exact_state *s, uint32_t section)
{
    const struct exact_problem *x = s->x;
    for (size_t i = x->member_start[section]; i < x->member_start[section + 1]; i++) {
        uint32_t b = x->member[i];
        s->blame[b] += s->low[b] != EXACT_PLACED;
    }
}

static bool sections_hold(struct exact_state *s)
{
    for (uint32_t w = 0; w <= s->x->sections / 64; w++) {
        for (uint64_t bits = s->dirty[w]; bits; bits &= bits - 1) {
            uint32_t section = w * 64 + (uint32_t)__builtin_ctzll(bits);
            if (!section_holds(s, section)) {
                blame_section(s, section);
                return false;
            }
        }
        s->dirty[w] = 0;
    }
    return true;
}

static bool raise_low(struct exact_state *s, uint32_t b, int64_t low)
{
    if (low + s->x->size[b] > s->x->capacity) {
        s->blame[b] += 1;
        return false;
    }
    exact_state_set(s, &s->low[b], low);
    touch_life(s, b);
    return true;
}

/* The lowest end that an unplaced neighbour of b may have: what b, being barred, can rest on. */
static int64_t lowest_support(const struct exact_state *s, uint32_t b)
{
    const struct exact_problem *x = s->x;
    int64_t least = EXACT_PLACED;
    for (size_t i = x->beside.start[b]; i < x->beside.start[b + 1]; i++) {
        uint32_t c = x->beside.list[i];
        int64_t end = s->low[c] + x->size[c];
        least = end < least ? end : least;
    }
    return least;
}

/* Raises barred blocks to what can support them, until nothing changes. */
static bool propagate(struct exact_state *s, const uint32_t *block, size_t n)
{
    for (bool raised = !(s->without & EXACT_SUPPORT); raised;) {
        raised = false;
        for (size_t i = 0; i < n; i++) {
            uint32_t b = block[i];
            if (!s->barred[b] || s->low[b] == EXACT_PLACED) {
                continue;
            }
            int64_t support = lowest_support(s, b);
            if (support > s->low[b]) {
                if (!raise_low(s, b, support)) {
                    return false;
                }
                raised = true;
            }
        }
    }
    return sections_hold(s);
}

/* An end of a placed neighbour now lies at `end`. */
static bool lift(struct exact_state *s, uint32_t b, int64_t end)
{
    if (s->low[b] == EXACT_PLACED || s->base[b] >= end) {
        return true;
    }
    exact_state_set(s, &s->base[b], end);
    if (s->low[b] > end) {
        return true;
    }
    if (s->barred[b]) {
        exact_state_set(s, &s->barred[b], 0);
    }
    return s->low[b] == end || raise_low(s, b, end);
}

bool exact_state_place(struct exact_state *s, uint32_t b, const uint32_t *block, size_t n)
{
    const struct exact_problem *x = s->x;
    int64_t end = s->low[b] + x->size[b];
    exact_state_set(s, &s->offset[b], s->low[b]);
    exact_state_set(s, &s->low[b], EXACT_PLACED);
    for (uint32_t k = x->lower[b]; k < x->upper[b]; k++) {
        exact_state_set(s, &s->load[k], s->load[k] - x->size[b]);
    }
    touch_life(s, b);
    for (size_t i = x->beside.start[b]; i < x->beside.start[b + 1]; i++) {
        if (!lift(s, x->beside.list[i], end)) {
            return false;
        }
    }
    return propagate(s, block, n);
}

bool exact_state_bar(struct exact_state *s, uint32_t b, const uint32_t *block, size_t n)
{
    exact_state_set(s, &s->barred[b], 1);
    int64_t support = lowest_support(s, b);
    return support < EXACT_PLACED && (support <= s->low[b] || raise_low(s, b, support)) &&
           propagate(s, block, n);
}

/* ---- making ---- */

void exact_state_begin(struct exact_state *s)
{
    const struct exact_problem *x = s->x;
    s->changes = 0;
    s->broke = false;
    memset(s->load, 0, x->sections * sizeof *s->load);
    memset(s->dirty, 0, (x->sections / 64 + 1) * sizeof *s->dirty);
    for (size_t b = 0; b < x->count; b++) {
        s->base[b] = s->low[b] = s->barred[b] = 0;
        for (uint32_t k = x->lower[b]; k < x->upper[b]; k++) {
            s->load[k] += x->size[b];
        }
    }
}

bool exact_state_make(struct exact_state *s, const struct exact_problem *x)
{
    *s = (struct exact_state){.x = x,
                              .offset = calloc(x->count * 5, sizeof *s->offset),
                              .blame = calloc(x->count, sizeof *s->blame),
                              .load = calloc(x->sections, sizeof *s->load),
                              .dirty = calloc(x->sections / 64 + 1, sizeof *s->dirty)};
    if (!s->offset || !s->blame || !s->load || !s->dirty) {
        exact_state_release(s);
        return false;
    }
    s->base = s->offset + x->count;
    s->low = s->base + x->count;
    s->barred = s->low + x->count;
    s->rank = s->barred + x->count;
    return true;
}

void exact_state_release(struct exact_state *s)
{
    free(s->offset);
    free(s->blame);
    free(s->load);
    free(s->dirty);
    free(s->trail);
    *s = (struct exact_state){0};
}
