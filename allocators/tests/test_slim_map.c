/* SPDX-License-Identifier: MIT */
/* test_slim_map.c - the bitmap of slim-fit: how many bytes it takes, that it grows and shrinks with
 * the break, and that blocks never overlap its own memory, which lies between them. */
#include <stdint.h>

#include "slim_headers.h"

/* ---- what it takes ---- */

/* A heap that grows block by block, with holes, has no more bitmap than 1/64 and an eighth of
 * that, and the first bits of 256 bytes. */
static void test_map_is_one_64th(void **state)
{
    (void)state;
    struct test_heap t = open_with(BITMAP, "", (size_t)1 << 26, false);
    size_t state_bytes = t.meta;
    while (region_bytes(t.region) < (size_t)1 << 25) {
        void *p = heap_alloc(t.heap, 1 + draw(3000));
        assert_non_null(p);
        if (draw(4) == 0) {
            heap_free(t.heap, p);
        }
        size_t bytes = region_bytes(t.region);
        if (draw(64) == 0) {
            size_t map = test_sum_spans(t.heap, SPAN_META).bytes - state_bytes + 256;
            assert_in_range(map, bytes / 64, bytes / 64 + bytes / 64 / 8 + 512);
        }
    }
    assert_null(heap_check(t.heap));
    test_heap_close(&t);
}

/* The bits laid for a large block go with it. */
static void test_map_goes_down_with_the_break(void **state)
{
    (void)state;
    struct test_heap t = open_with(BITMAP, "", (size_t)1 << 24, false);
    void *low = heap_alloc(t.heap, 1000);
    size_t before = region_bytes(t.region);
    for (size_t n = 1000; n < 1 << 22; n *= 2) {
        void *p = heap_alloc(t.heap, n), *q = heap_alloc(t.heap, 2 * n);
        assert_non_null(q);
        heap_free(t.heap, p);
        heap_free(t.heap, q);
        assert_int_equal(region_bytes(t.region), before);
        assert_null(heap_check(t.heap));
    }
    heap_free(t.heap, low);
    test_heap_close(&t);
}

/* ---- the map's own memory lies between blocks, which never overlap it ---- */

static const char *const growths[] = {"", ",grow=step"};

/* Blocks of whole steps, of which a step with bits in front holds none. */
static void test_steps_have_room_for_the_map(void **state)
{
    (void)state;
    struct test_heap t = open_with(BITMAP, ",grow=step", (size_t)1 << 23, false);
    while (region_room(t.region) >= 2 * 65536) {
        assert_non_null(heap_alloc(t.heap, 65536));
    }
    assert_null(heap_check(t.heap));
    test_heap_close(&t);
}

static void test_resizes_up_to_the_map(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct test_heap t = open_with(BITMAP, growths[i], (size_t)1 << 26, false);
        unsigned char *p = heap_alloc(t.heap, 100);
        for (size_t n = 100; n < 3 << 20; n += 10000) {
            memset(p, (int)(n % 251), n);
            unsigned char *q = heap_realloc(t.heap, p, n + 10000);
            assert_non_null(q);
            p = q;
            assert_int_equal(p[0], n % 251);
            assert_int_equal(p[n - 1], n % 251);
            assert_int_equal(heap_usable(t.heap, p), (n + 10000 + 15) / 16 * 16);
            assert_null(heap_check(t.heap));
        }
        test_heap_close(&t);
    }
}

static void test_aligns_beyond_the_map(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct test_heap t = open_with(BITMAP, growths[i], (size_t)1 << 25, false);
        random_state = 3;
        for (unsigned round = 0; round < 1500; round++) {
            size_t align = (size_t)32 << draw(7), n = draw(10000);
            char *p = heap_memalign(t.heap, align, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % align, 0);
            assert_int_equal(heap_usable(t.heap, p), n ? (n + 15) / 16 * 16 : 16);
        }
        assert_null(heap_check(t.heap));
        test_heap_close(&t);
    }
}

/* ---- damage ---- */

/* The check finds a bit that is set or cleared by mistake, unless the granule lies in used blocks:
 * nothing else in the heap says where these begin. */
static void expect_flips_seen(struct heap *h, uint64_t *map, size_t g, bool in_hole)
{
    for (size_t kind = in_hole ? 0 : 1; kind < 2; kind++) {
        uint64_t *word = &map[g / 64 * 2 + kind];
        *word ^= 1ull << g % 64;
        if (!heap_check(h)) {
            fail_msg("%s bit %zu", kind ? "free" : "start", g);
        }
        *word ^= 1ull << g % 64;
    }
}

static void test_bits_count(void **state)
{
    (void)state;
    struct test_heap t = open_with(BITMAP, ",bins=16", 1 << 16, false);
    char *base = t.region->base, *p[40];
    uint64_t *map = (uint64_t *)(void *)(t.region->brk - 256); /* pairs: start, free */
    size_t hole_to = 0, first = t.meta / 16;
    for (size_t i = 0; i < 40; i++) {
        p[i] = heap_alloc(t.heap, i % 13 ? 1 + 3 * i : 2100 - i);
    }
    for (size_t i = 0; i < 39; i += 3) {
        heap_free(t.heap, p[i]);
    }
    size_t end = region_bytes(t.region) / 16;
    assert_in_range(end, 600, 1023);
    assert_null(heap_check(t.heap));
    for (size_t g = first, i = 0; g < end; g++) {
        bool at_block = i < 40 && (size_t)(p[i] - base) / 16 == g;
        hole_to = at_block && i % 3 == 0 && i < 39 ? (size_t)(p[i + 1] - base) / 16 : hole_to;
        i += at_block;
        expect_flips_seen(t.heap, map, g, g < hole_to);
    }
    assert_null(heap_check(t.heap));
    test_heap_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_is_one_64th),
        cmocka_unit_test(test_map_goes_down_with_the_break),
        cmocka_unit_test(test_steps_have_room_for_the_map),
        cmocka_unit_test(test_resizes_up_to_the_map),
        cmocka_unit_test(test_aligns_beyond_the_map),
        cmocka_unit_test(test_bits_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
