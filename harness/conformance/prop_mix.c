/* prop_mix.c - the properties that hold at every moment of every sequence of operations:
 * the same random mixes, each time with one part of the contract watched. */
#include "conformance/mix.h"
#include "conformance/property.h"

/* Returns what the policy's payloads are aligned to, as it says of itself. */
static size_t run_mixes(struct trial *t, unsigned watch)
{
    size_t align = FITLAB_ALIGN;
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct site site;
        struct shadow shadow;
        site_open(&site, t, NULL, mix->region, mix->kind);
        shadow_open(&shadow, t, &site, watch);
        align = shadow.align;
        shadow_inspect(&shadow);
        struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
        for (size_t i = 0; i < t->ops; i++) {
            mixer_step(&mixer, &shadow);
            shadow_inspect(&shadow);
        }
        shadow_finish(&shadow);
        site_close(&site);
    }
    return align;
}

#define WATCHED(id, title, text, flags)                                                            \
    static void test_##id(struct trial *t)                                                         \
    {                                                                                              \
        run_mixes(t, flags);                                                                       \
    }                                                                                              \
    const struct property property_##id = {title, text, test_##id, true};

WATCHED(bounds, "bounds", "every block lies between the region's base and its break", WATCH_BOUNDS)
WATCHED(overlap, "overlap", "no two live blocks share a byte", WATCH_OVERLAP)
WATCHED(payload, "payload", "what a program writes to its blocks stays there",
        WATCH_PAYLOAD | WATCH_USABLE)

static void test_alignment(struct trial *t)
{
    size_t align = run_mixes(t, WATCH_ALIGNMENT);
    if (align < FITLAB_ALIGN) {
        trial_note(t, "to %zu bytes only, as it says of itself", align);
    }
}

const struct property property_alignment = {
    "alignment",
    "every payload is aligned to 16 bytes or what the policy promises, or as much as was asked for",
    test_alignment, true};

static void test_usable(struct trial *t)
{
    if (!t->policy->usable) {
        trial_skip(t, "it cannot tell");
    }
    run_mixes(t, WATCH_USABLE);
}

const struct property property_usable = {
    "usable", "at least as many bytes are usable as were asked for", test_usable, true};

static void test_counters(struct trial *t)
{
    if (t->policy->traits & POLICY_OPAQUE) {
        trial_skip(t, "it counts nothing");
    }
    run_mixes(t, WATCH_COUNTERS);
}

const struct property property_counters = {
    "counters", "counters only go up, and count the moves of the break", test_counters, true};

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
    const struct property property_##id = {title, text, test_##id, true};

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
    "check", "the policy's own check holds after every operation", test_check, true};

static void test_mixes(struct trial *t)
{
    if (!t->policy->walk || !t->policy->check || !t->policy->usable ||
        (t->policy->traits & POLICY_OPAQUE)) {
        trial_skip(t, "not all of it can be watched");
    }
    run_mixes(t, WATCH_ALL);
}

const struct property property_mixes = {
    "mixes", "all that can be watched holds after every operation", test_mixes, false};
