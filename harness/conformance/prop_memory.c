/* prop_memory.c - how a policy uses the memory that it has: exhaustion, recovery, utilisation, and
 * that it refuses only when nothing is left. */
#include <stdlib.h>

#include "conformance/mix.h"
#include "conformance/property.h"

enum { KIB = 1024 };

static size_t fill_with(struct shadow *s, size_t least, size_t most, struct dice *dice)
{
    size_t count = 0;
    while (shadow_alloc(s, least == most ? least : dice_size(dice, least, most))) {
        count++;
    }
    return count;
}

static void free_in_random_order(struct shadow *s, struct dice *dice)
{
    while (s->live) {
        shadow_free(s, s->blocks[dice_below(dice, s->live)]);
    }
}

static void test_exhaustion(struct trial *t)
{
    static const size_t sizes[][2] = {{1, 1}, {100, 100}, {3000, 3000}, {0, 2000}, {1, 20000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct site site;
        struct shadow s;
        struct dice dice = dice_seeded(t->seed);
        site_open(&site, t, NULL, 100 * KIB, SITE_FIXED);
        shadow_open(&s, t, &site, WATCH_ALL);
        fill_with(&s, sizes[i][0], sizes[i][1], &dice);
        shadow_inspect(&s);
        for (int k = 0; k < 20; k++) {
            shadow_alloc(&s, dice_size(&dice, sizes[i][0], sizes[i][1]));
            shadow_inspect(&s);
        }
        shadow_verify_all(&s);
        free_in_random_order(&s, &dice);
        shadow_inspect(&s);
        shadow_close(&s);
        site_close(&site);
    }
}

const struct property property_exhaustion = {
    "exhaustion", "a region that is full gives NULL each time, and the heap stays as it was",
    test_exhaustion, false};

/* Whether the policy is judged as it comes, and not at a parameter that may ask it to keep more in
 * a block than was requested, such as a large split_min. */
static bool as_it_comes(const struct trial *t)
{
    const struct param *row = t->policy->params;
    for (size_t i = 0; row && row[i].name; i++) {
        if (t->arg[i] != row[i].init) {
            return false;
        }
    }
    return true;
}

static void test_recovery(struct trial *t)
{
    if (t->policy->traits & POLICY_NO_REUSE) {
        trial_skip(t, "it never reuses memory");
    }
    if (t->policy->traits & POLICY_KEEPS && !as_it_comes(t)) {
        trial_skip(t, "it keeps freed blocks, and these parameters may let a hole between them "
                      "serve one request only");
    }
    static const size_t sizes[] = {24, 200, 1000, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int kind = SITE_FIXED; kind <= SITE_GROWABLE; kind++) {
            struct site site;
            struct shadow s;
            struct dice dice = dice_seeded(t->seed);
            site_open(&site, t, NULL, 64 * KIB, (enum site_kind)kind);
            shadow_open(&s, t, &site, 0);
            size_t first = fill_with(&s, sizes[i], sizes[i], NULL);
            size_t least = t->policy->traits & POLICY_KEEPS ? first / 2 : first;
            for (int round = 0; round < 3; round++) {
                free_in_random_order(&s, &dice);
                size_t again = fill_with(&s, sizes[i], sizes[i], NULL);
                if (again < least) {
                    trial_fail(t,
                               "the region held %zu blocks of %zu bytes, and only %zu after all "
                               "were freed",
                               first, sizes[i], again);
                }
            }
            shadow_close(&s);
            site_close(&site);
        }
    }
}

const struct property property_recovery = {
    "recovery",
    "what was freed can all be used again: as many blocks fit as at first (half as many where "
    "freed blocks are kept)",
    test_recovery, false};

/* The least share of a full region that has to be live payload. Where blocks are aligned to 8
 * bytes, there are twice as many sizes that memory may be kept for. */
static double least_share(const struct trial *t)
{
    double coarse = FITLAB_ALIGN < 16 ? .2 : .3;
    return t->policy->traits & POLICY_COARSE ? coarse : .5;
}

/* Sizes a quarter below a power of two suit every class system in use; mixed sizes, too. The
 * region of a mix is larger, because every size class may keep a part of it for itself. */
static const struct filling {
    size_t least, most, region;
} fillings[] = {
    {48, 48, 384 * KIB},        {88, 88, 400 * KIB - 32},   {190, 190, 384 * KIB},
    {200, 200, 400 * KIB - 32}, {700, 700, 384 * KIB},      {1500, 1500, 500 * KIB - 32},
    {3000, 3000, 512 * KIB},    {6000, 6000, 1024 * KIB},   {40, 400, 512 * KIB},
    {16, 1000, 700 * KIB - 32}, {100, 5000, 1024 * KIB},    {1000, 30000, 2048 * KIB},
    {40, 40, 300 * KIB - 16},   {12000, 12000, 2048 * KIB}, {1, 3000, 1500 * KIB - 32},
};

/* Frees a block and asks for another, again and again, at random: what a policy loses between
 * blocks of many sizes adds up. Then it asks until several requests in a row are refused. */
static void churn(struct shadow *s, const struct filling *f, struct dice *dice)
{
    enum { ROUNDS = 8, REFUSALS = 16 };
    for (size_t i = ROUNDS * s->live; i > 0 && s->live; i--) {
        shadow_free(s, s->blocks[dice_below(dice, s->live)]);
        shadow_alloc(s, dice_size(dice, f->least, f->most));
    }
    for (int refused = 0; refused < REFUSALS;) {
        refused = shadow_alloc(s, dice_size(dice, f->least, f->most)) ? 0 : refused + 1;
    }
}

/* Where blocks lie on multiples of 8 there are twice as many size classes of small blocks, of which
 * each may keep a part of the region of a mix. */
static size_t region_for(const struct filling *f)
{
    bool small = f->least == 16 && f->most == 1000;
    return small && FITLAB_ALIGN < 16 ? 2 * f->region : f->region;
}

/* The share of the region that serves somebody when the policy gives up, at once or after a churn:
 * live payload or, at parameters other than the defaults, usable bytes in live blocks. */
static double filled_share(struct trial *t, const struct filling *f, bool churned)
{
    struct site site;
    struct shadow s;
    struct dice dice = dice_seeded(t->seed);
    size_t region = region_for(f);
    site_open(&site, t, NULL, region, SITE_FIXED);
    shadow_open(&s, t, &site, 0);
    fill_with(&s, f->least, f->most, &dice);
    if (churned && s.live) {
        churn(&s, f, &dice);
    }
    double share = (double)s.live_bytes / (double)region;
    shadow_close(&s);
    site_close(&site);
    return share;
}

static void test_utilisation(struct trial *t)
{
    double worst = 1;
    const struct filling *worst_filling = fillings;
    bool worst_churned = false;
    for (size_t i = 0; i < 2 * (sizeof fillings / sizeof *fillings); i++) {
        const struct filling *f = &fillings[i / 2];
        bool churned = i % 2;
        if (churned &&
            (f->least == f->most || (t->policy->traits & POLICY_NO_REUSE) || !as_it_comes(t))) {
            continue;
        }
        double share = filled_share(t, f, churned);
        if (share < least_share(t)) {
            trial_fail(t,
                       "requests of %zu to %zu bytes%s fill only %.0f%% of a region of %zu bytes "
                       "before NULL",
                       f->least, f->most, churned ? ", after as many frees," : "", 100 * share,
                       region_for(f));
        }
        if (share < worst) {
            worst = share;
            worst_filling = f;
            worst_churned = churned;
        }
    }
    trial_note(t, "at least %.0f%% live when full (requests of %zu to %zu bytes%s)", 100 * worst,
               worst_filling->least, worst_filling->most, worst_churned ? ", after a churn" : "");
}

const struct property property_utilisation = {
    "utilisation",
    "a fixed region filled until NULL is at least half live payload, at the default "
    "parameters after a churn as well",
    test_utilisation, false};

/* How much of a fresh heap a request of n bytes takes out of the holes, pages and all. */
static size_t cost_of(struct trial *t, size_t n, size_t region)
{
    struct site site;
    struct shadow s;
    site_open(&site, t, NULL, region, SITE_FIXED);
    shadow_open(&s, t, &site, 0);
    size_t before = span_sums_of(s.heap).free;
    size_t cost = region;
    if (shadow_alloc(&s, n)) {
        size_t after = span_sums_of(s.heap).free;
        cost = before > after ? before - after : n;
    }
    shadow_close(&s);
    site_close(&site);
    return cost;
}

/* A hole of twice what a request costs in a fresh heap serves it, whatever the size classes. */
static void test_failure(struct trial *t)
{
    if (!t->policy->walk) {
        trial_skip(t, "it has no walk");
    }
    enum { REGION = 256 * KIB };
    struct site site;
    struct shadow s;
    struct dice dice = dice_seeded(t->seed);
    site_open(&site, t, NULL, REGION, SITE_FIXED);
    shadow_open(&s, t, &site, WATCH_ALL);
    size_t failures = 0;
    for (size_t i = 0; i < 4 * t->ops && failures < 60; i++) {
        size_t n = dice_size(&dice, 1, 8 * KIB);
        if (s.live_bytes < REGION / 3 || dice_below(&dice, 2)) {
            size_t hole = span_sums_of(s.heap).largest_hole;
            if (!shadow_alloc(&s, n)) {
                failures++;
                size_t cost = cost_of(t, n, REGION);
                trial_calls(t, "alloc", 1, n, 0);
                if (hole >= 2 * cost + 64) {
                    trial_fail(t, "NULL with a hole of %zu bytes, where a fresh heap spends %zu",
                               hole, cost);
                }
                shadow_free(&s, s.blocks[dice_below(&dice, s.live)]);
            }
        } else {
            shadow_free(&s, s.blocks[dice_below(&dice, s.live)]);
        }
    }
    shadow_close(&s);
    site_close(&site);
}

const struct property property_failure = {
    "failure", "a request fails only if no hole is large enough for it", test_failure, false};

static void test_limit(struct trial *t)
{
    static const size_t sizes[][2] = {{16, 300}, {1, 9000}, {4096, 4096}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct site site;
        struct shadow s;
        struct dice dice = dice_seeded(t->seed);
        const size_t limit = 500 * KIB * (i == 0 ? 16 / FITLAB_ALIGN : 1); /* see region_for */
        site_open(&site, t, NULL, limit, SITE_GROWABLE);
        shadow_open(&s, t, &site, WATCH_BOUNDS | WATCH_OVERLAP | WATCH_PAYLOAD);
        fill_with(&s, sizes[i][0], sizes[i][1], &dice);
        double share = (double)s.live_bytes / (double)limit;
        if (share < .8 * least_share(t)) {
            trial_fail(t, "a growable region gives NULL when %.0f%% of its limit is live",
                       100 * share);
        }
        free_in_random_order(&s, &dice);
        shadow_close(&s);
        site_close(&site);
    }
}

const struct property property_limit = {
    "limit", "a growable region is used up to its limit and never past it", test_limit, false};
