/* SPDX-License-Identifier: MIT */
/* test_placement.c - each fit takes exactly the hole that its rule chooses, in every order and with
 * every way to coalesce and to grow, and fails only if no hole is large enough by its rule.
 *
 * Before each operation the holes that a walk of the heap finds must be those of a model that
 * knows no tags and no links; then the model says where the next block must lie.
 */
#include <stdio.h>

#include "fit_model.h"
#include "test_heap.h"

/* A tag is as wide as a pointer; the smallest block has two of them, and 16 bytes of links. */
enum { HEADER = sizeof(void *), LEAST = 16 + 2 * HEADER, ALIGN = FITLAB_ALIGN_BYTES };
enum { SLOTS = 96, OPERATIONS = 1000 };

static const char *const fits[] = {"first-fit", "best-fit", "worst-fit", "next-fit"};
static const char *const orders[] = {"address", "lifo", "fifo", "size"};
static const char *const coalesces[] = {"immediate", "deferred", "never"};
static const char *const grows[] = {"exact", "step", "arena"};
static const char *const indexes[] = {"list", "tree", "exact,bins=16", "exact,bins=100"};

struct match {
    struct test_heap t;
    struct model m;
    const char *first; /* where the model counts from */
    char spec[160];
    size_t operation;
    struct {
        char *p;
        size_t bytes; /* of the block */
    } slot[SLOTS];
    uint64_t random;
};

static uint64_t draw(struct match *g, uint64_t below)
{
    g->random = g->random * 6364136223846793005u + 1442695040888963407u;
    return (g->random >> 33) % below;
}

struct hole_seen {
    const struct match *match;
    size_t holes;
    bool unknown;
};

static bool see_hole(const struct span *s, void *ctx)
{
    struct hole_seen *seen = ctx;
    if (s->kind != SPAN_FREE) {
        return true;
    }
    const struct model *m = &seen->match->m;
    size_t at = (size_t)(s->addr - seen->match->first);
    bool known = false;
    for (size_t i = 0; i < m->holes && !known; i++) {
        known = m->hole[i].at == at && m->hole[i].bytes == s->bytes;
    }
    seen->unknown = seen->unknown || !known;
    seen->holes++;
    return true;
}

static void compare_holes(const struct match *g)
{
    struct hole_seen seen = {.match = g};
    g->t.heap->policy->walk(g->t.heap, see_hole, &seen);
    if (seen.unknown || seen.holes != g->m.holes) {
        fail_msg("%s: operation %zu: the heap has %zu holes, the model %zu%s", g->spec,
                 g->operation, seen.holes, g->m.holes, seen.unknown ? ", at other places" : "");
    }
    const char *broken = heap_check(g->t.heap);
    if (broken) {
        fail_msg("%s: operation %zu: %s", g->spec, g->operation, broken);
    }
}

static void match_alloc(struct match *g, size_t slot)
{
    size_t most = draw(g, 8) ? 400 : 3000, n = draw(g, most), granted = 0;
    size_t bytes = (n + HEADER + ALIGN - 1) / ALIGN * ALIGN;
    size_t at = model_alloc(&g->m, bytes < LEAST ? LEAST : bytes, &granted);
    char *p = heap_alloc(g->t.heap, n);
    const char *expected = at == MODEL_NONE ? NULL : g->first + at + HEADER;
    if (p != expected) {
        fail_msg("%s: operation %zu: alloc(%zu) is at %td, expected %td", g->spec, g->operation, n,
                 p ? p - HEADER - g->first : -1, expected ? expected - HEADER - g->first : -1);
    }
    if (p) {
        assert_int_equal(heap_usable(g->t.heap, p), granted - HEADER);
        memset(p, (int)n, granted - HEADER);
        g->slot[slot].p = p;
        g->slot[slot].bytes = granted;
    }
}

static void match_free(struct match *g, size_t slot)
{
    char *p = g->slot[slot].p;
    model_free(&g->m, (size_t)(p - HEADER - g->first), g->slot[slot].bytes);
    heap_free(g->t.heap, p);
    g->slot[slot].p = NULL;
}

static size_t used_bytes(const struct match *g)
{
    return region_bytes(g->t.region) - g->t.meta;
}

static void match_open(struct match *g, const char *index)
{
    snprintf(g->spec, sizeof g->spec, "%s:order=%s,coalesce=%s,grow=%s,split_min=%zu,index=%s",
             fits[g->m.fit], orders[g->m.order], coalesces[g->m.coalesce], grows[g->m.grow],
             g->m.split_min, index);
    g->t = test_heap_open(g->spec, g->m.grow == MODEL_STEP ? 150000 : 20000, false);
    g->first = g->t.region->base + g->t.meta - HEADER;
    size_t limit = (size_t)(g->t.region->limit - g->t.region->base) - g->t.meta;
    model_init(&g->m, used_bytes(g), limit / ALIGN * ALIGN);
    g->random = 1;
    memset(g->slot, 0, sizeof g->slot);
}

static void play(struct match *g, const char *index)
{
    match_open(g, index);
    for (g->operation = 0; g->operation < OPERATIONS; g->operation++) {
        size_t slot = draw(g, SLOTS);
        compare_holes(g);
        if (g->slot[slot].p) {
            match_free(g, slot);
        } else {
            match_alloc(g, slot);
        }
        if (used_bytes(g) / ALIGN * ALIGN != g->m.end) {
            fail_msg("%s: operation %zu: the break is at %zu, expected %zu", g->spec, g->operation,
                     used_bytes(g), g->m.end);
        }
    }
    assert_true(g->t.heap->count.probes > 0);
    test_heap_close(&g->t);
}

/* Every combination of the fit's parameters that decide placement. */
static void play_all(enum model_fit fit)
{
    static struct match g;
    for (int order = 0; order < (fit == MODEL_NEXT ? MODEL_SIZE : MODEL_SIZE + 1); order++) {
        for (int coalesce = 0; coalesce <= MODEL_NEVER; coalesce++) {
            for (int grow = 0; grow <= MODEL_FIXED; grow++) {
                for (size_t split_min = LEAST; split_min <= 4 * LEAST; split_min *= 4) {
                    g.m.fit = fit;
                    g.m.order = (enum model_order)order;
                    g.m.coalesce = (enum model_coalesce)coalesce;
                    g.m.grow = (enum model_grow)grow;
                    g.m.split_min = split_min;
                    for (int i = 0; i < (fit == MODEL_BEST ? 4 : 2); i++) {
                        play(&g, indexes[i]);
                    }
                }
            }
        }
    }
}

static void test_first_fit(void **state)
{
    (void)state;
    play_all(MODEL_FIRST);
}

static void test_best_fit(void **state)
{
    (void)state;
    play_all(MODEL_BEST);
}

static void test_worst_fit(void **state)
{
    (void)state;
    play_all(MODEL_WORST);
}

static void test_next_fit(void **state)
{
    (void)state;
    play_all(MODEL_NEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_fit),
        cmocka_unit_test(test_best_fit),
        cmocka_unit_test(test_worst_fit),
        cmocka_unit_test(test_next_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
