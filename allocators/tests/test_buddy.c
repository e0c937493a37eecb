/* SPDX-License-Identifier: MIT */
/* test_buddy.c - buddy systems: addresses, sequences of sizes, and the known worst case. */
#include <stdio.h>

#include "test_heap.h"

enum { TAG = 8, UNIT = 32 };

static const char *const systems[] = {"binary", "fibonacci", "weighted"};

static struct test_heap open_system(size_t system, size_t bytes)
{
    char spec[64];
    snprintf(spec, sizeof spec, "buddy:system=%s", systems[system]);
    return test_heap_open(spec, bytes, false);
}

/* Bytes of the block that a request is granted, tag included. */
static size_t granted(struct test_heap *t, size_t n)
{
    void *p = heap_alloc(t->heap, n);
    assert_non_null(p);
    size_t bytes = heap_usable(t->heap, p) + TAG;
    heap_free(t->heap, p);
    return bytes;
}

/* The sequences as their authors give them, in units. */
static void test_classes(void **state)
{
    (void)state;
    static const size_t classes[3][12] = {{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048},
                                          {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233},
                                          {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64}};
    for (size_t s = 0; s < 3; s++) {
        struct test_heap t = open_system(s, 1 << 20);
        size_t below = 0;
        for (size_t k = 0; k < 12; k++) {
            size_t bytes = classes[s][k] * UNIT;
            assert_int_equal(granted(&t, bytes - TAG), bytes);
            assert_int_equal(granted(&t, below + 1 - (below ? TAG : 0)), bytes);
            below = bytes;
        }
        test_heap_close(&t);
    }
}

/* A binary block's distance from the first block is a multiple of its size. */
static void test_binary_alignment(void **state)
{
    (void)state;
    struct test_heap t = open_system(0, 1 << 20);
    const char *first = t.region->base + t.meta;
    void *p[200];
    for (size_t i = 0; i < 200; i++) {
        size_t n = (i * 7919) % 2000;
        p[i] = heap_alloc(t.heap, n);
        size_t bytes = heap_usable(t.heap, p[i]) + TAG;
        assert_int_equal((size_t)((char *)p[i] - TAG - first) % bytes, 0);
        if (i % 3 == 2) {
            heap_free(t.heap, p[i - 1]);
        }
    }
    test_heap_close(&t);
}

/* Whatever was split, freeing everything in any order leaves the holes there were at first. */
static void test_everything_merges(void **state)
{
    (void)state;
    enum { BLOCKS = 300 };
    static const size_t strides[] = {1, 7, 101, 299}; /* coprime to BLOCKS */
    for (size_t s = 0; s < 3; s++) {
        for (size_t i = 0; i < sizeof strides / sizeof *strides; i++) {
            char spec[64];
            snprintf(spec, sizeof spec, "buddy:system=%s", systems[s]);
            struct test_heap t = test_heap_open(spec, 500000, true);
            struct test_span_sum before = test_sum_spans(t.heap, SPAN_FREE);
            void *p[BLOCKS];
            for (size_t k = 0; k < BLOCKS; k++) {
                p[k] = heap_alloc(t.heap, (k * 6151) % 900);
            }
            assert_true(test_sum_spans(t.heap, SPAN_FREE).bytes < before.bytes);
            for (size_t k = 0; k < BLOCKS; k++) {
                heap_free(t.heap, p[k * strides[i] % BLOCKS]);
            }
            struct test_span_sum after = test_sum_spans(t.heap, SPAN_FREE);
            assert_null(heap_check(t.heap));
            assert_int_equal(after.spans, before.spans);
            assert_int_equal(after.bytes, before.bytes);
            test_heap_close(&t);
        }
    }
}

/* Frees all that does not start at a multiple of 2^k and fills with blocks of 2^k: the
 * binary system reaches (1 + r/2) times what was ever live. */
static size_t play_killer(size_t live, unsigned rounds)
{
    struct test_heap t = open_system(0, live * 64 * UNIT);
    const char *first = t.region->base + t.meta;
    void **p = calloc(2 * live, sizeof *p);
    assert_non_null(p);
    size_t count = 0;
    for (; count < live; count++) {
        p[count] = heap_alloc(t.heap, UNIT - TAG);
    }
    for (unsigned k = 1; k <= rounds; k++) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            size_t at = (size_t)((char *)p[i] - TAG - first) / UNIT;
            if (at % ((size_t)1 << k)) {
                heap_free(t.heap, p[i]);
            } else {
                p[kept++] = p[i];
            }
        }
        count = kept;
        for (size_t i = 0; i < live >> (k + 1); i++) {
            p[count++] = heap_alloc(t.heap, ((size_t)UNIT << k) - TAG);
        }
    }
    size_t high = (size_t)(t.region->peak - t.region->base - (ptrdiff_t)t.meta) / UNIT;
    free(p);
    test_heap_close(&t);
    return high;
}

static void test_killer(void **state)
{
    (void)state;
    assert_int_equal(play_killer(8, 2), 16);
    assert_int_equal(play_killer(64, 3), 160);
    assert_int_equal(play_killer(256, 4), 768);
    assert_int_equal(play_killer(1024, 5), 3584);
}

/* When all blocks are free, as many merges as splits have been counted. */
static void test_splits_and_merges_balance(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++) {
        char spec[64];
        snprintf(spec, sizeof spec, "buddy:system=%s", systems[s]);
        struct test_heap t = test_heap_open(spec, 100000, true);
        void *p[64];
        for (size_t i = 0; i < 64; i++) {
            p[i] = heap_alloc(t.heap, i * 13 % 900);
        }
        for (size_t i = 0; i < 64; i++) {
            heap_free(t.heap, p[i * 37 % 64]);
        }
        assert_true(t.heap->count.splits > 0);
        assert_int_equal(t.heap->count.splits, t.heap->count.merges);
        test_heap_close(&t);
    }
}

static void test_realloc_gives_back(void **state)
{
    (void)state;
    for (size_t s = 0; s < 3; s++) {
        struct test_heap t = open_system(s, 1 << 20);
        void *p = heap_alloc(t.heap, 5000);
        assert_ptr_equal(heap_realloc(t.heap, p, 20), p);
        assert_int_equal(heap_usable(t.heap, p), UNIT - TAG);
        test_heap_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_binary_alignment),
        cmocka_unit_test(test_everything_merges),
        cmocka_unit_test(test_killer),
        cmocka_unit_test(test_splits_and_merges_balance),
        cmocka_unit_test(test_realloc_gives_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
