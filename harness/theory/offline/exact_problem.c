/* exact_problem.c - a packing problem reduced to its maximal sections. */
#include <stdlib.h>

#include "theory/offline/exact.h"

enum { MOST_BLOCKS = 1 << 14 };

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

uint64_t packing_granule(const struct packing *p)
{
    uint64_t granule = 0;
    for (size_t i = 0; i < p->count; i++) {
        granule = common_divisor(p->block[i].size, granule);
    }
    return granule;
}

/* Section i is maximal if a block dies at its end, or if it is the last: otherwise all of its
 * blocks are alive in section i + 1 as well. Writes to maximal[i] how many of the sections before
 * i are maximal. */
static uint32_t count_maximal(const struct packing *p, uint32_t *maximal)
{
    for (size_t i = 0; i < p->count; i++) {
        maximal[p->block[i].upper] = 1;
    }
    uint32_t before = 0;
    for (uint32_t s = 1; s <= p->sections; s++) {
        before += maximal[s] || s == p->sections;
        maximal[s] = before;
    }
    return before;
}

static bool list_members(struct exact_problem *x)
{
    x->member_start = calloc((size_t)x->sections + 2, sizeof *x->member_start);
    if (!x->member_start) {
        return false;
    }
    for (size_t b = 0; b < x->count; b++) {
        for (uint32_t s = x->lower[b]; s < x->upper[b]; s++) {
            x->member_start[s + 2]++;
        }
    }
    for (uint32_t s = 0; s < x->sections; s++) {
        x->member_start[s + 2] += x->member_start[s + 1];
    }
    x->member = malloc((x->member_start[x->sections + 1] + 1) * sizeof *x->member);
    for (size_t b = 0; x->member && b < x->count; b++) {
        for (uint32_t s = x->lower[b]; s < x->upper[b]; s++) {
            x->member[x->member_start[s + 1]++] = (uint32_t)b;
        }
    }
    return x->member != NULL;
}

static bool fill(struct exact_problem *x, const struct packing *p)
{
    uint32_t *maximal = calloc((size_t)p->sections + 1, sizeof *maximal);
    x->size = malloc(x->count * sizeof *x->size);
    x->lower = malloc(x->count * sizeof *x->lower);
    x->upper = malloc(x->count * sizeof *x->upper);
    bool ok = maximal && x->size && x->lower && x->upper;
    if (ok) {
        x->sections = count_maximal(p, maximal);
        for (size_t i = 0; i < x->count; i++) {
            x->size[i] = (int64_t)(p->block[i].size / x->granule);
            x->lower[i] = maximal[p->block[i].lower];
            x->upper[i] = maximal[p->block[i].upper];
        }
    }
    free(maximal);
    return ok && neighbours_make(&x->beside, p) && list_members(x);
}

bool exact_problem_make(struct exact_problem *x, const struct packing *p, uint64_t capacity)
{
    *x = (struct exact_problem){.packing = p, .count = p->count, .granule = packing_granule(p)};
    x->capacity = (int64_t)(capacity / x->granule);
    if (p->count > MOST_BLOCKS || !fill(x, p)) {
        exact_problem_release(x);
        return false;
    }
    return true;
}

void exact_problem_release(struct exact_problem *x)
{
    neighbours_release(&x->beside);
    free(x->size);
    free(x->lower);
    free(x->upper);
    free(x->member_start);
    free(x->member);
    *x = (struct exact_problem){0};
}
