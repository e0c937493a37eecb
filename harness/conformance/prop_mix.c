/* prop_mix.c - the properties that hold at every moment of every sequence of operations:
 * the same random mixes, each time with one part of the contract watched. */
#include "mix.h"
#include "property.h"

static void run_mixes(struct trial *t, unsigned watch)
{
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct guard guard;
        struct shadow shadow;
        guard_open(&guard, t, NULL, mix->region, mix->kind);
        shadow_open(&shadow, t, &guard, watch);
        shadow_inspect(&shadow);
        struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
        for (size_t i = 0; i < t->ops; i++) {
            mixer_step(&mixer, &shadow);
            shadow_inspect(&shadow);
        }
        shadow_verify_all(&shadow);
        shadow_free_all(&shadow);
        shadow_inspect(&shadow);
        shadow_close(&shadow);
        guard_close(&guard);
    }
}

#define WATCHED(id, title, text, flags)                                                            \
    static void test_##id(struct trial *t)                                                         \
    {                                                                                              \
        run_mixes(t, flags);                                                                       \
    }                                                                                              \
    const struct property property_##id = {title, text, test_##id};

WATCHED(alignment, "alignment", "every payload is aligned to 16 bytes, or as much as was asked for",
        WATCH_ALIGNMENT)
WATCHED(bounds, "bounds", "every block lies between the region's base and its break", WATCH_BOUNDS)
WATCHED(usable, "usable", "at least as many bytes are usable as were asked for", WATCH_USABLE)
WATCHED(overlap, "overlap", "no two live blocks share a byte", WATCH_OVERLAP)
WATCHED(payload, "payload", "what a program writes to its blocks stays there",
        WATCH_PAYLOAD | WATCH_USABLE)
WATCHED(counters, "counters", "counters only go up, and count the moves of the break",
        WATCH_COUNTERS)

static void run_walked(struct trial *t, unsigned watch)
{
    if (!t->policy->walk) {
        trial_skip(t, "it has no walk");
    }
    run_mixes(t, watch);
}

#define WALKED(id, title, text, flags)                                                             \
    static void test_##id(struct trial *t)                                                         \
    {                                                                                              \
        run_walked(t, flags);                                                                      \
    }                                                                                              \
    const struct property property_##id = {title, text, test_##id};

WALKED(tiles, "tiles", "the spans of a walk tile the region from base to break, in order",
       WATCH_TILES)
WALKED(spans, "spans", "the used spans of a walk are the live blocks, one to one", WATCH_SPANS)
WALKED(identity, "identity",
       "footprint - live bytes = rounding + headers + metadata + holes + slack", WATCH_IDENTITY)

static void test_check(struct trial *t)
{
    if (!t->policy->check) {
        trial_skip(t, "it has no check");
    }
    run_mixes(t, WATCH_CHECK);
}

const struct property property_check = {
    "check", "the policy's own check holds after every operation", test_check};
