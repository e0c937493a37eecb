/* SPDX-License-Identifier: MIT */
/* test_paged.c - slab and segregated storage: how much a slab wastes, where its objects lie, when
 * its pages are given back, and that segregated storage never gives a page to another class. */
#include <stdio.h>

#include "test_heap.h"

enum { PAGE = 4096 };

struct last_tail {
    const char *used_end; /* of the highest live object so far */
    size_t tail;          /* of the slack that follows it */
};

static bool note_tail(const struct span *s, void *ctx)
{
    struct last_tail *t = ctx;
    if (s->kind == SPAN_USED) {
        t->used_end = s->addr + s->bytes;
    } else if (s->kind == SPAN_SLACK && s->addr == t->used_end) {
        t->tail = s->bytes;
    }
    return true;
}

/* Fills one slab after another: the tail is under an eighth of a slab, for every class. */
static void test_tail(void **state)
{
    (void)state;
    for (size_t n = 16; n <= 8192; n += 16) {
        struct test_heap t =
            test_heap_open("slab:classes=linear,large=8192,colour=0", 1 << 22, false);
        size_t empty = region_bytes(t.region);
        heap_alloc(t.heap, n);
        size_t slab = region_bytes(t.region) - empty, count = 1;
        while (region_bytes(t.region) == empty + slab) {
            heap_alloc(t.heap, n);
            count++;
        }
        struct last_tail tail = {0};
        t.heap->policy->walk(t.heap, note_tail, &tail);
        assert_true(count - 1 >= 8);
        assert_true((count - 1) * n + slab / 8 + 256 >= slab);
        assert_int_equal(slab % PAGE, 0);
        test_heap_close(&t);
    }
}

/* Successive slabs start their objects at different cache lines, and only if told to. */
static size_t colours_seen(const char *spec)
{
    enum { SLABS = 6 };
    struct test_heap t = test_heap_open(spec, 1 << 22, false);
    size_t seen = 0, brk = 0;
    bool offset_seen[PAGE] = {false};
    for (size_t slabs = 0; slabs < SLABS;) {
        char *p = heap_alloc(t.heap, 700);
        if (region_bytes(t.region) != brk) { /* the first object of a new slab */
            size_t offset = (size_t)p % PAGE;
            seen += !offset_seen[offset];
            offset_seen[offset] = true;
            brk = region_bytes(t.region);
            slabs++;
        }
    }
    test_heap_close(&t);
    return seen;
}

static void test_colour(void **state)
{
    (void)state;
    assert_int_equal(colours_seen("slab:colour=0"), 1);
    assert_true(colours_seen("slab") > 3);
}

/* `keep` empty slabs stay with their cache; the others go back to the page level at once. */
static void test_keep(void **state)
{
    (void)state;
    enum { BLOCKS = 2000 };
    for (size_t keep = 0; keep <= 3; keep++) {
        char spec[64];
        snprintf(spec, sizeof spec, "slab:keep=%zu", keep);
        struct test_heap t = test_heap_open(spec, 1 << 22, false);
        size_t empty = region_bytes(t.region);
        void *p[BLOCKS];
        for (size_t i = 0; i < BLOCKS; i++) {
            p[i] = heap_alloc(t.heap, 64);
        }
        for (size_t i = BLOCKS; i-- > 0;) {
            heap_free(t.heap, p[i]);
        }
        size_t kept = test_sum_spans(t.heap, SPAN_SLACK).bytes;
        assert_in_range(kept, keep * PAGE * 7 / 8, keep * PAGE);
        assert_true(region_bytes(t.region) - empty <= BLOCKS * 64 / 7 * 8);
        assert_null(heap_check(t.heap));
        test_heap_close(&t);
    }
}

/* Slabs that one class keeps are given back when another class needs the memory. */
static void test_reap(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("slab:keep=1000000", 1 << 18, true);
    void *last = NULL, *p;
    size_t bytes = 0;
    while ((p = heap_alloc(t.heap, 64))) { /* linked through their payload */
        memcpy(p, &last, sizeof last);
        last = p;
        bytes += 64;
    }
    while (last) {
        void *next;
        memcpy(&next, last, sizeof next);
        heap_free(t.heap, last);
        last = next;
    }
    size_t again = 0;
    while (heap_alloc(t.heap, 512)) {
        again += 512;
    }
    assert_true(again > bytes / 8 * 7);
    test_heap_close(&t);
}

/* A heap large enough for its page map to move up, several times, and small enough again for
 * it to move down: nothing is lost on the way, and in the end the break is where it was. */
static void test_map_moves(void **state)
{
    (void)state;
    enum { BLOCKS = 20000 };
    static const size_t strides[] = {1, BLOCKS - 1, 7919, 101}; /* coprime to BLOCKS */
    static void *p[BLOCKS];
    for (size_t s = 0; s < sizeof strides / sizeof *strides; s++) {
        struct test_heap t = test_heap_open("slab:keep=0", (size_t)1 << 28, false);
        size_t empty = region_bytes(t.region);
        for (size_t i = 0; i < BLOCKS; i++) {
            p[i] = heap_alloc(t.heap, i % 11 ? i * 37 % 2000 : 9000);
        }
        assert_true(region_bytes(t.region) > (size_t)4096 * 4096);
        for (size_t i = 0; i < BLOCKS; i++) {
            heap_free(t.heap, p[i * strides[s] % BLOCKS]);
            if (i % 997 == 0) {
                assert_null(heap_check(t.heap));
            }
        }
        assert_null(heap_check(t.heap));
        assert_int_equal(region_bytes(t.region), empty);
        test_heap_close(&t);
    }
}

/* Fills and frees class after class; returns the footprint at the end and the most live bytes. */
static size_t class_sweep(const char *spec)
{
    enum { LIVE = 1 << 16, LEAST = 16, CLASSES = 6 };
    struct test_heap t = test_heap_open(spec, 1 << 24, false);
    void *p[LIVE / LEAST];
    for (size_t n = LEAST; n < LEAST << CLASSES; n *= 2) {
        for (size_t i = 0; i < LIVE / n; i++) {
            p[i] = heap_alloc(t.heap, n);
            assert_non_null(p[i]);
        }
        for (size_t i = 0; i < LIVE / n; i++) {
            heap_free(t.heap, p[i]);
        }
    }
    size_t times = (size_t)(t.region->peak - t.region->base) / LIVE;
    test_heap_close(&t);
    return times;
}

static void test_class_sweep(void **state)
{
    (void)state;
    assert_int_equal(class_sweep("segregated:mode=storage,classes=power2"), 6);
    assert_int_equal(class_sweep("slab:classes=power2,keep=0"), 1);
}

static const char *const paged[] = {"slab", "segregated:mode=storage"};

/* Eight objects of the largest class share a run, and are handed out from its start. */
static void test_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paged / sizeof *paged; i++) {
        struct test_heap t = test_heap_open(paged[i], (size_t)1 << 20, false);
        char *p[8];
        for (size_t k = 0; k < 8; k++) {
            p[k] = heap_alloc(t.heap, 2048);
            assert_ptr_equal(p[k], p[0] + k * 2048);
        }
        assert_int_equal(test_sum_spans(t.heap, SPAN_META).spans, 2); /* the policy's, one run's */
        test_heap_close(&t);
    }
}

/* A slab heap joins whole runs that are free; segregated storage keeps each for its class. */
static void test_merges_of_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paged / sizeof *paged; i++) {
        struct test_heap t = test_heap_open(paged[i], (size_t)1 << 20, false);
        void *p[5];
        for (size_t k = 0; k < 5; k++) {
            p[k] = heap_alloc(t.heap, 10000);
        }
        heap_free(t.heap, p[1]);
        heap_free(t.heap, p[3]);
        assert_int_equal(t.heap->count.merges, 0);
        heap_free(t.heap, p[2]);
        bool joins = i == 0;
        assert_int_equal(t.heap->count.merges, joins ? 2 : 0);
        void *larger = heap_alloc(t.heap, 20000), *same = heap_alloc(t.heap, 10000);
        assert_int_equal(larger == p[1], joins);
        assert_int_equal(same == p[2], !joins);
        test_heap_close(&t);
    }
}

/* A slab's large block grows into free pages after it if there are enough, and moves otherwise. */
static void test_large_grows_into_room(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("slab", (size_t)1 << 20, false);
    void *p = heap_alloc(t.heap, 12000), *q = heap_alloc(t.heap, 12000);
    heap_alloc(t.heap, 12000);
    heap_free(t.heap, q);
    assert_ptr_equal(heap_realloc(t.heap, p, 24000), p);
    assert_ptr_equal(heap_realloc(t.heap, p, 12000), p);
    void *moved = heap_realloc(t.heap, p, 40000);
    assert_non_null(moved);
    assert_ptr_not_equal(moved, p);
    test_heap_close(&t);
}

/* Empty slabs that their cache would keep serve a large request when there is nothing else. */
static void test_large_reaps(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("slab:keep=1000000", (size_t)1 << 18, true);
    static void *p[1 << 12];
    size_t n = 0;
    while ((p[n] = heap_alloc(t.heap, 64))) {
        n++;
    }
    while (n > 0) {
        heap_free(t.heap, p[--n]);
    }
    assert_non_null(heap_alloc(t.heap, 100000));
    test_heap_close(&t);
}

/* Each allocation counts one probe: its cache. */
static void test_counts_its_looks(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("slab", (size_t)1 << 18, false);
    heap_alloc(t.heap, 100);
    uint64_t before = t.heap->count.probes;
    heap_alloc(t.heap, 100);
    assert_int_equal(t.heap->count.probes - before, 1);
    test_heap_close(&t);
}

/* A hole of the request's own class that is too small is passed by, also among large ones. */
static void test_no_run_too_short(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("slab", (size_t)1 << 20, false);
    void *p = heap_alloc(t.heap, 32 * 4096);
    heap_alloc(t.heap, 10000);
    heap_free(t.heap, p);
    assert_ptr_not_equal(heap_alloc(t.heap, 33 * 4096), p);
    assert_ptr_equal(heap_alloc(t.heap, 32 * 4096), p);
    test_heap_close(&t);
}

/* mode=fits takes a hole of the request's own class, or else of the next. */
static void test_fits_in_its_classes(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{120, 120}, {280, 150}}; /* of the hole, of the request */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct test_heap t =
            test_heap_open("segregated:mode=fits,classes=power2", (size_t)1 << 20, false);
        void *p = heap_alloc(t.heap, sizes[i][0]);
        heap_alloc(t.heap, 100);
        heap_free(t.heap, p);
        assert_ptr_equal(heap_alloc(t.heap, sizes[i][1]), p);
        test_heap_close(&t);
    }
}

/* What small blocks leave serves a larger one in mode=fits, and never in mode=storage. */
static void test_modes(void **state)
{
    (void)state;
    for (int fits = 0; fits < 2; fits++) {
        struct test_heap t = test_heap_open(
            fits ? "segregated:mode=fits" : "segregated:mode=storage", (size_t)1 << 20, false);
        void *p[100], *last;
        for (size_t k = 0; k < 100; k++) {
            p[k] = heap_alloc(t.heap, 100);
        }
        last = heap_alloc(t.heap, 100);
        for (size_t k = 0; k < 100; k++) {
            heap_free(t.heap, p[k]);
        }
        char *large = heap_alloc(t.heap, 1500);
        assert_int_equal(large < (char *)last, fits);
        test_heap_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_reap),
        cmocka_unit_test(test_map_moves),
        cmocka_unit_test(test_class_sweep),
        cmocka_unit_test(test_large_grows_into_room),
        cmocka_unit_test(test_large_reaps),
        cmocka_unit_test(test_counts_its_looks),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_merges_of_runs),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_no_run_too_short),
        cmocka_unit_test(test_fits_in_its_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
