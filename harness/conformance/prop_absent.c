/* prop_absent.c - policies made of others: the address space that they leave absent, and the heaps
 * that they name. */
#include <stdlib.h>
#include <string.h>

#include "conformance/mix.h"
#include "conformance/property.h"
#include "conformance/span_list.h"

enum { EVERY = 16, GRANULE = 16, MOST_HEAPS = 1 << 16 };

/* ---- absent ---- */

struct absence {
    struct span_list spans;
    bool *taken; /* for each granule of the region: whether it was part of a span that is not absent
                  */
    size_t most; /* absent bytes */
};

/* Nothing has been written to memory that was never taken. What lies in absent spans is then
 * replaced by zeroes: it may be given back to the system. */
static void judge_absent(struct shadow *s, struct absence *a, const struct span *span)
{
    const char *base = s->site->region.base;
    size_t from = (size_t)(span->addr - base + GRANULE - 1) / GRANULE;
    size_t to = (size_t)(span->addr + span->bytes - base) / GRANULE;
    for (size_t g = from; g < to; g++) {
        static const char zeroes[GRANULE];
        if (!a->taken[g] && memcmp(base + g * GRANULE, zeroes, GRANULE) != 0) {
            trial_fail(s->trial, "wrote at base+%zu, which is absent", g * GRANULE);
        }
    }
    memset((char *)(uintptr_t)span->addr, 0, span->bytes); /* mapped writable by the trial */
}

static void watch_absent(struct shadow *s, struct absence *a)
{
    const char *base = s->site->region.base;
    span_list_take(&a->spans, s->heap);
    size_t absent = 0;
    for (size_t i = 0; i < a->spans.n; i++) {
        const struct span *span = &a->spans.span[i];
        if (span->kind == SPAN_ABSENT) {
            absent += span->bytes;
            judge_absent(s, a, span);
            continue;
        }
        size_t end = (size_t)(span->addr + span->bytes - base + GRANULE - 1) / GRANULE;
        for (size_t g = (size_t)(span->addr - base) / GRANULE; g < end; g++) {
            a->taken[g] = true;
        }
    }
    if (absent != s->site->region.absent) {
        trial_fail(s->trial, "the walk shows %zu absent bytes, region->absent is %zu", absent,
                   s->site->region.absent);
    }
    if (absent && s->site->region.most < region_footprint(&s->site->region)) {
        trial_fail(s->trial, "region->most, %zu, is below the footprint, %zu bytes",
                   s->site->region.most, region_footprint(&s->site->region));
    }
    a->most = absent > a->most ? absent : a->most;
}

static void test_absent(struct trial *t)
{
    if (!t->policy->walk) {
        trial_skip(t, "it has no walk");
    }
    struct absence a = {0};
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct site site;
        struct shadow s;
        site_open(&site, t, NULL, mix->region, mix->kind);
        shadow_open(&s, t, &site, WATCH_ALL);
        a.taken = calloc(mix->region / GRANULE + 2, sizeof *a.taken);
        if (!a.taken) {
            abort();
        }
        struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
        for (size_t i = 0; i < t->ops; i++) {
            mixer_step(&mixer, &s);
            watch_absent(&s, &a);
            if (i % EVERY == 0) {
                shadow_inspect(&s);
            }
            if (i == EVERY && !a.most && !t->policy->inner) {
                break; /* it is not made of others */
            }
        }
        shadow_finish(&s);
        site_close(&site);
        free(a.taken);
    }
    span_list_close(&a.spans);
    if (a.most) {
        trial_note(t, "up to %zu bytes of a region were absent", a.most);
    } else if (t->policy->inner) {
        trial_note(t, "nothing was absent");
    } else {
        trial_skip(t, "it takes all of its region below the break");
    }
}

const struct property property_absent = {
    "absent", "memory that is absent is not touched, and is as much as the region says",
    test_absent, false};

/* ---- inner ---- */

/* The regions of the inner heaps lie in the heap's own, apart from one another. */
static void judge_inner(struct trial *t, const struct heap *heap, unsigned *heaps)
{
    const struct region *whole = heap->region;
    for (*heaps = 0; *heaps < MOST_HEAPS; ++*heaps) {
        const struct heap *inner = heap_inner(heap, *heaps);
        if (!inner) {
            return;
        }
        if (!inner->policy || !inner->region) {
            trial_fail(t, "inner heap %u has no policy or no region", *heaps);
        }
        const struct region *r = inner->region;
        if (r->base < whole->base || r->brk < r->base || r->limit < r->brk ||
            r->limit > whole->limit) {
            trial_fail(t, "the region of inner heap %u is not inside the heap's", *heaps);
        }
        for (unsigned k = 0; k < *heaps; k++) {
            const struct region *other = heap_inner(heap, k)->region;
            if (r->base < other->limit && other->base < r->limit) {
                trial_fail(t, "the regions of inner heaps %u and %u overlap", k, *heaps);
            }
        }
    }
    trial_fail(t, "inner has no end: %d heaps", MOST_HEAPS);
}

static void test_inner(struct trial *t)
{
    if (!t->policy->inner) {
        trial_skip(t, "it is not made of other policies");
    }
    unsigned most = 0;
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct site site;
        struct shadow s;
        site_open(&site, t, NULL, mix->region, mix->kind);
        shadow_open(&s, t, &site, 0);
        struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
        for (size_t i = 0; i < t->ops; i++) {
            unsigned heaps;
            judge_inner(t, s.heap, &heaps);
            mixer_step(&mixer, &s);
            most = heaps > most ? heaps : most;
        }
        shadow_finish(&s);
        site_close(&site);
    }
    trial_note(t, "up to %u heaps", most);
}

const struct property property_inner = {
    "inner", "the heaps that a policy is made of have regions of their own inside its region",
    test_inner, false};
