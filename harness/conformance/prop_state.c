/* prop_state.c - all state is in the region: a heap is its bytes, and nothing else.
 *
 * Runs are compared by what the policy returned to each operation and by the bytes of the
 * region at the end. Both runs use the same addresses, so no policy is asked to be
 * independent of where its region lies.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/mix.h"
#include "conformance/property.h"

/* What was returned, and what the region was like after it. */
struct record {
    const char **returned;
    size_t operations;
    struct region region;
    char *bytes;
};

struct run {
    struct site site;
    struct shadow shadow;
    struct mixer mixer;
    struct record record;
};

static void *must_have(void *p)
{
    if (!p) {
        abort();
    }
    return p;
}

static void record_open(struct record *r, size_t ops)
{
    *r = (struct record){.returned = must_have(calloc(ops, sizeof *r->returned))};
}

static void record_end(struct record *r, const struct heap *heap)
{
    const struct region *region = heap->region;
    r->region = *region;
    r->bytes = must_have(malloc(region_bytes(region) + 1));
    memcpy(r->bytes, region->base, region_bytes(region));
}

/* The driver's own struct region may lie elsewhere in a second run. Heaps that a policy is made of
 * may have the same one. */
static void forget_region(struct record *r, const struct heap *heap)
{
    const char *field = (const char *)&heap->region, *base = r->region.base;
    if (field >= base && field < r->region.brk && heap->region->base == base) {
        memset(r->bytes + (field - base), 0, sizeof heap->region);
    }
    const struct heap *inner;
    for (unsigned i = 0; (inner = heap_inner(heap, i)); i++) {
        forget_region(r, inner);
    }
}

static void record_close(struct record *r)
{
    free(r->returned);
    free(r->bytes);
}

static void run_open(struct run *run, struct trial *t, const struct mix *mix, char *base,
                     uint64_t seed)
{
    site_open(&run->site, t, base, mix->region, mix->kind);
    shadow_open(&run->shadow, t, &run->site, WATCH_PAYLOAD);
    run->mixer = (struct mixer){mix, dice_seeded(seed), .climbing = true, .moves = true};
    record_open(&run->record, t->ops);
}

static void run_step(struct run *run)
{
    mixer_step(&run->mixer, &run->shadow);
    run->record.returned[run->record.operations++] = run->shadow.last;
}

static void run_close(struct run *run)
{
    record_end(&run->record, run->shadow.heap);
    forget_region(&run->record, run->shadow.heap);
    shadow_close(&run->shadow);
    site_close(&run->site);
}

static void expect_same(struct trial *t, const struct record *a, const struct record *b,
                        const char *when)
{
    for (size_t i = 0; i < a->operations; i++) {
        if (a->returned[i] != b->returned[i]) {
            trial_fail(t, "%s, operation %zu of %zu returns base%+td instead of base%+td", when, i,
                       a->operations, b->returned[i] - a->region.base,
                       a->returned[i] - a->region.base);
        }
    }
    size_t bytes = region_bytes(&a->region);
    if (a->region.brk != b->region.brk) {
        trial_fail(t, "%s, the break differs", when);
    }
    for (size_t i = 0; i < bytes; i++) {
        if (a->bytes[i] != b->bytes[i]) {
            trial_fail(t, "%s, byte %zu of the region differs", when, i);
        }
    }
}

static void test_determinism(struct trial *t)
{
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct run first, second;
        run_open(&first, t, mix, NULL, t->seed);
        char *base = first.site.region.base;
        for (size_t i = 0; i < t->ops; i++) {
            run_step(&first);
        }
        run_close(&first);
        run_open(&second, t, mix, base, t->seed);
        for (size_t i = 0; i < t->ops; i++) {
            run_step(&second);
        }
        run_close(&second);
        expect_same(t, &first.record, &second.record, "run a second time");
        record_close(&first.record);
        record_close(&second.record);
    }
}

const struct property property_determinism = {
    "determinism", "the same operations give the same addresses and the same bytes",
    test_determinism, false};

static void skip_opaque(struct trial *t)
{
    if (t->policy->traits & POLICY_OPAQUE) {
        trial_skip(t, "it keeps state outside the region");
    }
}

/* Continues from a copy of the region: state that the policy keeps elsewhere would not be restored.
 */
static void test_in_band(struct trial *t)
{
    skip_opaque(t);
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct run run;
        run_open(&run, t, mix, NULL, t->seed);
        size_t half = t->ops / 2;
        for (size_t i = 0; i < half; i++) {
            run_step(&run);
        }
        struct record saved = {0}, onward;
        record_end(&saved, run.shadow.heap);
        bounds_restore(&run.site.guard, &saved.region,
                       saved.bytes); /* the same bytes above the break */
        struct shadow shadow;
        shadow_copy(&shadow, &run.shadow);
        struct mixer mixer = run.mixer;
        record_close(&run.record);

        record_open(&run.record, t->ops);
        record_open(&onward, t->ops);
        for (size_t i = 0; i < half; i++) {
            run_step(&run);
        }
        record_end(&run.record, run.shadow.heap);
        bounds_restore(&run.site.guard, &saved.region, saved.bytes);
        for (size_t i = 0; i < half; i++) {
            mixer_step(&mixer, &shadow);
            onward.returned[onward.operations++] = shadow.last;
        }
        record_end(&onward, run.shadow.heap);
        expect_same(t, &run.record, &onward, "from a copy of the region");
        record_close(&run.record);
        record_close(&onward);
        record_close(&saved);
        shadow_close(&shadow);
        shadow_close(&run.shadow);
        site_close(&run.site);
    }
}

const struct property property_in_band = {
    "in-band", "a copy of the region is a copy of the heap: it goes on in the same way",
    test_in_band, false};

static void test_no_static(struct trial *t)
{
    skip_opaque(t);
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct run alone, beside, other;
        run_open(&alone, t, mix, NULL, t->seed);
        char *base = alone.site.region.base;
        for (size_t i = 0; i < t->ops; i++) {
            run_step(&alone);
        }
        run_close(&alone);
        run_open(&beside, t, mix, base, t->seed);
        run_open(&other, t, mix, NULL, ~t->seed);
        for (size_t i = 0; i < t->ops; i++) {
            run_step(&beside);
            run_step(&other);
        }
        run_close(&other);
        run_close(&beside);
        expect_same(t, &alone.record, &beside.record, "with a second heap beside it");
        record_close(&alone.record);
        record_close(&beside.record);
        record_close(&other.record);
    }
}

const struct property property_no_static = {
    "no-static", "two heaps at once do not disturb each other", test_no_static, false};
