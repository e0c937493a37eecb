/* SPDX-License-Identifier: MIT */
/* test_half_fit.c - what half-fit promises: constant search, bins by powers of two, and blocks of a
 * power of two where they are asked for. */
#include <stdio.h>

#include "test_heap.h"

enum { TAG = 8 };

/* The address of a request of n bytes after a block of `hole` bytes was freed before a live one. */
static bool takes(const char *spec, size_t hole, size_t n)
{
    struct test_heap t = test_heap_open(spec, 1 << 20, false);
    char *p = heap_alloc(t.heap, hole - TAG);
    assert_non_null(p);
    assert_non_null(heap_alloc(t.heap, 1));
    heap_free(t.heap, p);
    bool found = heap_alloc(t.heap, n - TAG) == p;
    test_heap_close(&t);
    return found;
}

/* A hole below the next power of two is passed by, the power itself is taken, and one that is a
 * power of two serves itself. */
static void test_bins(void **state)
{
    (void)state;
    for (size_t power = 64; power <= 1 << 18; power *= 2) {
        assert_true(takes("half-fit", power, power));
        assert_true(takes("half-fit", power, power / 2 + 16));
        assert_false(takes("half-fit", power - 16, power / 2 + 16));
        assert_true(takes("half-fit", power - 16, power / 2));
    }
}

/* At most three words of the bitmap, its summary included, and one hole, however many holes. */
static void test_constant_search(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("half-fit", (size_t)1 << 24, false);
    static void *block[20000];
    for (size_t i = 0; i < 20000; i++) {
        block[i] = heap_alloc(t.heap, 40 + i % 500);
        assert_non_null(block[i]);
    }
    for (size_t i = 0; i < 20000; i += 2) {
        heap_free(t.heap, block[i]);
    }
    for (size_t i = 0; i < 20000; i += 2) {
        uint64_t before = t.heap->count.probes;
        assert_non_null(heap_alloc(t.heap, 40 + i % 400));
        uint64_t probes = t.heap->count.probes - before;
        assert_in_range(probes, 1, 4);
    }
    test_heap_close(&t);
}

/* One hole in the heap: a search that succeeds looks at one word and at that hole. */
static void test_probes(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("half-fit:grow=arena", (size_t)1 << 16, true);
    uint64_t before = t.heap->count.probes;
    assert_non_null(heap_alloc(t.heap, 100));
    assert_int_equal(t.heap->count.probes - before, 2);
    test_heap_close(&t);
}

static void test_powers(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("half-fit:round=power", (size_t)1 << 24, false);
    for (size_t n = 1; n < 300000; n += 1 + n / 7) {
        size_t power = 32;
        while (power < n + TAG) {
            power *= 2;
        }
        char *p = heap_alloc(t.heap, n);
        assert_int_equal(heap_usable(t.heap, p), power - TAG);
        p = heap_realloc(t.heap, p, 3 * n);
        size_t again = power;
        while (again < 3 * n + TAG) {
            again *= 2;
        }
        assert_int_equal(heap_usable(t.heap, p), again - TAG);
    }
    test_heap_close(&t);
}

/* A request that no bin promises room for takes the hole at the break if that is large enough, and the
 * break moves by one step at most otherwise. */
static void test_step(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("half-fit:grow=step", (size_t)1 << 24, false);
    char *first = heap_alloc(t.heap, 900000);
    assert_non_null(first);
    heap_free(t.heap, first);
    size_t bytes = region_bytes(t.heap->region);
    assert_non_null(heap_alloc(t.heap, 600000));
    assert_int_equal(region_bytes(t.heap->region), bytes);
    test_heap_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bins),   cmocka_unit_test(test_constant_search),
        cmocka_unit_test(test_probes), cmocka_unit_test(test_powers),
        cmocka_unit_test(test_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
