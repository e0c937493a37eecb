/* SPDX-License-Identifier: MIT */
/* growth.h - the wilderness rule: how a policy moves the break of its region.
 *
 *   exact  up only when nothing free will do, and only by what is missing; down as soon as
 *          the end of the heap is free
 *   step   up in steps of 64 KiB (less where the region ends), never down
 *   arena  all of the region from the start. A region that is fixed for life is always so.
 *
 * The rule changes what a policy's search finds, and so every result: it is a parameter.
 */
#ifndef FITLAB_GROWTH_H
#define FITLAB_GROWTH_H

#include "policy.h"

enum growth { GROW_EXACT, GROW_STEP, GROW_ARENA };

#define GROWTH_STEP ((size_t)65536)

static const char *const growth_names[] = {"exact", "step", "arena", NULL};

#define GROWTH_PARAM                                                                               \
    {                                                                                              \
        .name = "grow", .help = "how the break moves", .max = GROW_ARENA, .choices = growth_names  \
    }

/* The rule that holds in this region when `arg` was asked for. */
static inline enum growth growth_for(const struct region *r, long arg)
{
    return r->brk == r->limit ? GROW_ARENA : (enum growth)arg;
}

/* Moves the break up to `to`, or beyond it under `step`, unless it is there already. False: the
 * region ends before `to`. */
static inline bool growth_reach(struct heap *h, enum growth rule, const char *to)
{
    struct region *r = h->region;
    if (to > r->limit) {
        return false;
    }
    if (to > r->brk) {
        size_t more = (size_t)(to - r->brk);
        if (rule == GROW_STEP) {
            size_t steps = (more + GROWTH_STEP - 1) / GROWTH_STEP * GROWTH_STEP;
            more = steps < region_room(r) ? steps : region_room(r);
        }
        region_extend(r, more);
        h->count.grows++;
    }
    return true;
}

/* All bytes from `to` on are free: moves the break down to `to` under `exact`. */
static inline void growth_release(struct heap *h, enum growth rule, char *to)
{
    if (rule == GROW_EXACT && to < h->region->brk) {
        region_trim(h->region, to);
        h->count.trims++;
    }
}

#endif
