/* SPDX-License-Identifier: MIT */
/* test_quick.c - which blocks quick-fit keeps, reuses and coalesces. */
#include "test_heap.h"

enum { TAG = 8 };

/* Whether a freed block of so many bytes is kept from coalescing with the heap's last hole. */
static bool is_kept(const char *spec, size_t bytes)
{
    struct test_heap t = test_heap_open(spec, (size_t)1 << 20, true);
    void *p = heap_alloc(t.heap, bytes - TAG);
    assert_int_equal(heap_usable(t.heap, p), bytes - TAG);
    heap_free(t.heap, p);
    bool kept = t.heap->count.merges == 0;
    test_heap_close(&t);
    return kept;
}

static void test_keeps_up_to_its_limit(void **state)
{
    (void)state;
    assert_true(is_kept("quick-fit", 32));
    assert_true(is_kept("quick-fit:quick=512", 512));
    assert_false(is_kept("quick-fit:quick=512", 528));
    assert_true(is_kept("quick-fit:quick=1024", 528));
    assert_false(is_kept("quick-fit:quick=0", 32));
}

static void test_takes_back_the_last(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("quick-fit", (size_t)1 << 20, false);
    void *p = heap_alloc(t.heap, 100), *q = heap_alloc(t.heap, 100);
    heap_free(t.heap, p);
    heap_free(t.heap, q);
    uint64_t before = t.heap->count.probes;
    assert_ptr_equal(heap_alloc(t.heap, 97), q);
    assert_ptr_equal(heap_alloc(t.heap, 100), p);
    assert_int_equal(t.heap->count.probes - before, 2);
    test_heap_close(&t);
}

/* Freed small blocks, then a larger request: whether it was served without moving the break. */
static bool makes_room(const char *spec)
{
    struct test_heap t = test_heap_open(spec, (size_t)1 << 20, false);
    void *p[100];
    for (size_t i = 0; i < 100; i++) {
        p[i] = heap_alloc(t.heap, 100);
    }
    heap_alloc(t.heap, 100);
    for (size_t i = 0; i < 100; i++) {
        heap_free(t.heap, p[i]);
    }
    uint64_t grows = t.heap->count.grows;
    assert_non_null(heap_alloc(t.heap, 400));
    bool stayed = t.heap->count.grows == grows;
    test_heap_close(&t);
    return stayed;
}

static void test_holds_no_more_than_its_share(void **state)
{
    (void)state;
    assert_true(makes_room("quick-fit:hold=0"));
    assert_true(makes_room("quick-fit:hold=50"));
    assert_false(makes_room("quick-fit:hold=100"));
}

/* When memory runs out, all kept blocks are coalesced, however much the lists may hold. */
static void gives_all_up_for(size_t bytes)
{
    struct test_heap t = test_heap_open("quick-fit:hold=100", (size_t)1 << 16, true);
    void *p[1 << 10];
    size_t n = 0;
    while ((p[n] = heap_alloc(t.heap, 100)) != NULL) {
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        heap_free(t.heap, p[i]);
    }
    assert_non_null(heap_alloc(t.heap, bytes));
    test_heap_close(&t);
}

static void test_gives_all_up_when_memory_runs_out(void **state)
{
    (void)state;
    gives_all_up_for(1000); /* a bin could hold it */
    gives_all_up_for(10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_up_to_its_limit),
        cmocka_unit_test(test_takes_back_the_last),
        cmocka_unit_test(test_holds_no_more_than_its_share),
        cmocka_unit_test(test_gives_all_up_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
