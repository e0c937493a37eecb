/* SPDX-License-Identifier: MIT */
/* test_tlsf.c - properties of two-level segregated fit: a search takes constant time, the rounding
 * is bounded, and a block has the size of the request, not of its bin. */
#include <stdio.h>

#include "test_heap.h"

enum { TAG = 8, LEAST = 32 };

static void assert_rounding(const char *search)
{
    for (size_t second = 8; second <= 64; second *= 2) {
        for (size_t n = 24; n < 300000; n += 16 + n / 9 / 16 * 16) {
            char spec[64];
            snprintf(spec, sizeof spec, "tlsf:second_level=%zu,search=%s", second, search);
            struct test_heap t = test_heap_open(spec, 1 << 20, false);
            size_t hole = (n + TAG) + (n + TAG) / second / 16 * 16 + 16;
            char *p = heap_alloc(t.heap, hole - TAG), *end = heap_alloc(t.heap, 1);
            assert_int_equal(end - p, hole);
            heap_free(t.heap, p);
            assert_ptr_equal(heap_alloc(t.heap, n), p);
            test_heap_close(&t);
        }
    }
}

/* A hole that is larger by one part in second_level, plus the 16 bytes between sizes,
 * always serves. */
static void test_rounding(void **state)
{
    (void)state;
    assert_rounding("own");
    assert_rounding("above");
}

/* Whether the block that was just freed is used for the next request of the same size. */
static bool is_found_again(const char *spec, size_t n)
{
    struct test_heap t = test_heap_open(spec, 1 << 20, false);
    char *p = heap_alloc(t.heap, n);
    assert_non_null(p);
    assert_non_null(heap_alloc(t.heap, 1));
    heap_free(t.heap, p);
    bool found = heap_alloc(t.heap, n) == p;
    test_heap_close(&t);
    return found;
}

static void test_own_bin(void **state)
{
    (void)state;
    for (size_t n = 24; n < 300000; n += 16 + n / 9 / 16 * 16) {
        assert_true(is_found_again("tlsf", n));
    }
}

/* search=above, as published, does not find a hole of the request's own size, unless that is a
 * power of two. */
static void test_above_alone(void **state)
{
    (void)state;
    assert_false(is_found_again("tlsf:search=above", 65536 - 64));
    assert_false(is_found_again("tlsf:search=above", 65536 + 64));
    for (size_t n = 32; n <= 1 << 18; n *= 2) {
        assert_true(is_found_again("tlsf:search=above", n));
    }
}

/* The first hole of the request's bin is the only one there that is looked at. */
static void test_looks_at_one(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("tlsf", (size_t)1 << 20, false);
    char *large = heap_alloc(t.heap, 65536 + 512), *end = heap_alloc(t.heap, 1);
    char *small = heap_alloc(t.heap, 65536 + 64);
    assert_non_null(heap_alloc(t.heap, 1));
    heap_free(t.heap, large);
    heap_free(t.heap, small);
    assert_true((char *)heap_alloc(t.heap, 65536 + 256) > end);
    assert_ptr_equal(heap_alloc(t.heap, 65536 + 64), small);
    assert_ptr_equal(heap_alloc(t.heap, 65536 + 256), large);
    test_heap_close(&t);
}

static void test_carves_the_request(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("tlsf", 1 << 20, true);
    for (size_t n = 1; n < 5000; n += 37) {
        size_t before = test_sum_spans(t.heap, SPAN_FREE).bytes;
        void *p = heap_alloc(t.heap, n);
        size_t bytes = (n + TAG + 15) / 16 * 16;
        bytes = bytes < LEAST ? LEAST : bytes;
        assert_int_equal(heap_usable(t.heap, p), bytes - TAG);
        assert_int_equal(before - test_sum_spans(t.heap, SPAN_FREE).bytes, bytes);
        heap_free(t.heap, p);
    }
    test_heap_close(&t);
}

static size_t many_sizes(size_t i)
{
    return 24 + i * 16 % 4000;
}

/* With K holes of many sizes, none or some of them fitting, a search costs the same. */
static uint64_t most_probes(size_t holes)
{
    struct test_heap t = test_heap_open("tlsf", (size_t)1 << 28, false);
    uint64_t most = test_most_probes(t.heap, holes, many_sizes);
    test_heap_close(&t);
    return most;
}

static void test_constant_search(void **state)
{
    (void)state;
    assert_in_range(most_probes(10), 1, 5);
    assert_in_range(most_probes(20000), 1, 5);
}

static uint64_t most_aligned_probes(const char *spec, size_t blocks)
{
    struct test_heap t = test_heap_open(spec, (size_t)1 << 28, false);
    uint64_t most = test_most_aligned_probes(t.heap, blocks);
    test_heap_close(&t);
    return most;
}

/* An aligned request is two searches, however many blocks there are. */
static void test_constant_aligned_search(void **state)
{
    (void)state;
    static const char *const bounded[] = {"tlsf", "tlsf:search=above", "half-fit"};
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        assert_in_range(most_aligned_probes(bounded[i], 10), 1, 10);
        assert_in_range(most_aligned_probes(bounded[i], 20000), 1, 10);
    }
}

/* From the request's bin to the one hole far above: a word, the summary, a word, and the hole. */
static void test_counts_its_words(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("tlsf", (size_t)1 << 20, true);
    uint64_t before = t.heap->count.probes;
    assert_non_null(heap_alloc(t.heap, 100));
    assert_int_equal(t.heap->count.probes - before, 4);
    test_heap_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounding),           cmocka_unit_test(test_own_bin),
        cmocka_unit_test(test_above_alone),        cmocka_unit_test(test_looks_at_one),
        cmocka_unit_test(test_carves_the_request), cmocka_unit_test(test_constant_search),
        cmocka_unit_test(test_counts_its_words),   cmocka_unit_test(test_constant_aligned_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
