/* SPDX-License-Identifier: MIT */
/* test_textbook.c - the policy `textbook` does what the chapter says: which hole each fit takes in
 * which order of the list, what headers and rounding add, how holes are joined, how the heap grows.
 */
#include "test_heap.h"

enum { BLOCKS = 32, REGION = 1 << 16, REFUSED = -1 };

/* Plays "+10,-0,+20", where -0 frees the first block, and expects the offsets of the pointers of
 * the last requests, from the heap's base. All of the heap is a part of a page: it is filled with
 * zeroes. */
static void expect(const char *spec, const char *operations, size_t n, const long *offset)
{
    struct test_heap t = test_heap_open(spec, REGION, true);
    char *block[BLOCKS];
    size_t blocks = 0;
    for (const char *at = operations; at && *at;
         at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t number = strtoul(at + 1, NULL, 10);
        if (*at == '-') {
            heap_free(t.heap, block[number]);
        } else {
            assert_in_range(blocks, 0, BLOCKS - 1);
            block[blocks++] = heap_alloc(t.heap, number);
        }
        if (heap_check(t.heap)) {
            fail_msg("%s, %s: %s", spec, at, heap_check(t.heap));
        }
    }
    assert_true(blocks >= n);
    for (size_t i = 0; i < n; i++) {
        const char *p = block[blocks - n + i];
        long observed = p ? (long)(p - t.region->base) : REFUSED;
        if (observed != offset[i]) {
            fail_msg("%s, %s: request %zu of the last %zu returns %ld, expected %ld", spec,
                     operations, i + 1, n, observed, offset[i]);
        }
    }
    test_heap_close(&t);
}

#define EXPECT(spec, operations, ...)                                                              \
    expect(spec, operations, sizeof((long[]){__VA_ARGS__}) / sizeof(long), (long[]){__VA_ARGS__})

#define PLAIN "header=0,align=1"

/* Holes of 10 at 0, 30 at 11 and 20 at 42, freed in the order 30, 10, 20. */
#define THREE_HOLES "+10,+1,+30,+1,+20,-2,-0,-4,"
#define OF_62       PLAIN ",heap=62"

static void test_fits(void **state)
{
    (void)state;
    EXPECT("textbook:fit=first," OF_62, THREE_HOLES "+15", 11);
    EXPECT("textbook:fit=best," OF_62, THREE_HOLES "+15", 42);
    EXPECT("textbook:fit=worst," OF_62, THREE_HOLES "+5", 11);
    EXPECT("textbook:fit=first," OF_62, THREE_HOLES "+20", 11);
    EXPECT("textbook:fit=best," OF_62, THREE_HOLES "+10,+20,+30", 0, 42, 11);
    EXPECT("textbook:fit=worst," OF_62, THREE_HOLES "+31,+30,+20", REFUSED, 11, 42);
}

/* Of holes of one size: four of 10 at 0, 11, 22, 33. */
static void test_ties(void **state)
{
    (void)state;
    const char *four = "+10,+1,+10,+1,+10,+1,+10,-0,-2,-4,-6,+4,+10";
    EXPECT("textbook:fit=best," PLAIN ",heap=43", four, 0, 11);
    EXPECT("textbook:fit=worst," PLAIN ",heap=43", four, 0, 11);
}

/* First-fit takes the first hole of the list that is large enough: requests of 1 and then of 15
 * show which holes come before which. */
static void test_orders(void **state)
{
    (void)state;
    EXPECT("textbook:order=address,coalesce=no," OF_62, THREE_HOLES "+1,+20", 0, 11);
    EXPECT("textbook:order=size-ascending,coalesce=no," OF_62, THREE_HOLES "+1,+20", 0, 42);
    EXPECT("textbook:order=size-descending,coalesce=no," OF_62, THREE_HOLES "+1,+20", 11, 12);
    EXPECT("textbook:order=lifo,coalesce=no," OF_62, THREE_HOLES "+1,+20", 42, 11);
    EXPECT("textbook:order=fifo,coalesce=no," OF_62, THREE_HOLES "+1,+10", 11, 12);
    /* of equal holes, the one that came first */
    EXPECT("textbook:order=size-ascending,coalesce=no," PLAIN ",heap=22", "+10,+1,+10,+1,-2,-0,+10",
           11);
    EXPECT("textbook:order=size-descending,coalesce=no," PLAIN ",heap=22",
           "+10,+1,+10,+1,-2,-0,+10", 11);
    /* of the holes that splitting left too small for their places, the next free makes order again
     */
    EXPECT("textbook:order=size-descending,coalesce=no," OF_62, "+10,+1,+30,+1,+20,-2,-4,+25,-0,+1",
           42);
    EXPECT("textbook:order=size-ascending,coalesce=no," OF_62, "+10,+1,+30,+1,+20,-4,-2,+25,-0,+1",
           36);
}

/* Next-fit goes on where it was, and begins again at the head behind the end. */
static void test_next_fit(void **state)
{
    (void)state;
    const char *two = "+10,+10,+10,+10,-0,-2,+5,+5,+5,-4,+5,+5,+6";
    EXPECT("textbook:fit=next,coalesce=no," PLAIN ",heap=40", two, 0, 5, 20, 25, 0, REFUSED);
    EXPECT("textbook:fit=first,coalesce=no," PLAIN ",heap=40", two, 0, 5, 20, 0, 25, REFUSED);
    /* where it was is taken in by the hole before it: at 28 by 20 */
    EXPECT("textbook:fit=next," PLAIN ",heap=50", "+10,+10,+10,+10,+10,-0,-2,+3,+8,-6,+1", 20);
}

static void test_coalescing(void **state)
{
    (void)state;
    const char *all = "+10,+10,+10,-0,-2,-1,+20,+10";
    EXPECT("textbook:coalesce=yes," PLAIN ",heap=30", all, 0, 20);
    EXPECT("textbook:coalesce=no," PLAIN ",heap=30", all, REFUSED, 0);
    EXPECT("textbook:coalesce=yes," PLAIN ",heap=30", "+10,+10,+10,-0,-2,-1,+30", 0);
    EXPECT("textbook:coalesce=yes,header=8,align=1,heap=54", "+10,+10,+10,-0,-1,-2,+46", 8);
    /* in another order only neighbours that follow one another on the list are joined */
    EXPECT("textbook:coalesce=yes,order=fifo," PLAIN ",heap=30", "+10,+10,+10,-0,-1,+20", 0);
    EXPECT("textbook:coalesce=yes,order=fifo," PLAIN ",heap=30", "+10,+10,+10,-1,-0,+20", REFUSED);
    EXPECT("textbook:coalesce=yes,order=fifo," PLAIN ",heap=30", "+10,+10,+10,-0,-2,-1,+11",
           REFUSED);
    EXPECT("textbook:coalesce=yes,order=lifo," PLAIN ",heap=30", "+10,+10,+10,-1,-0,+20", 0);
}

/* A request of 1 byte takes a header and 1 rounded up, one of none at least something. */
static void test_sizes(void **state)
{
    (void)state;
    static const size_t headers[] = {0, 4, 8, 16}, aligns[] = {1, 4, 8, 16};
    for (size_t h = 0; h < 4; h++) {
        for (size_t a = 0; a < 4; a++) {
            char spec[128];
            size_t header = headers[h], align = aligns[a], none = header ? header : align;
            long first = (long)header, second = (long)(align + header) + first,
                 third = second + (long)none;
            snprintf(spec, sizeof spec, "textbook:header=%zu,align=%zu,heap=200", header, align);
            EXPECT(spec, "+1,+0,+1", first, second, third);
            struct test_heap t = test_heap_open(spec, REGION, true);
            assert_int_equal(heap_usable(t.heap, heap_alloc(t.heap, 1)), align);
            assert_int_equal(t.heap->count.splits, 1);
            test_heap_close(&t);
        }
    }
    EXPECT("textbook:" PLAIN ",heap=100", "+100,+1,-0,+99,+1,+1", 0, 99, REFUSED);
    EXPECT("textbook:" PLAIN ",heap=100", "+101", REFUSED);
}

/* A hole that is no larger than a header has its size and link, too. */
static void test_marks(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("textbook:header=8,align=1,heap=16", REGION, true);
    uint32_t mark[2];
    heap_alloc(t.heap, 0);
    heap_free(t.heap, heap_alloc(t.heap, 0));
    memcpy(mark, t.region->base + 8, sizeof mark);
    assert_int_equal(mark[0], 0);          /* its size without the header */
    assert_int_equal(mark[1], UINT32_MAX); /* it is the last on the list */
    test_heap_close(&t);
}

/* Without a size the heap takes what a request needs, and a hole at its end is added to. */
static void test_growth(void **state)
{
    (void)state;
    EXPECT("textbook:" PLAIN, "+100,-0,+60,+60", 0, 60);
    EXPECT("textbook:" PLAIN ",coalesce=no", "+100,-0,+60,+60", 0, 100);
    struct test_heap t = test_heap_open("textbook:" PLAIN, REGION, true);
    heap_alloc(t.heap, 100);
    heap_free(t.heap, heap_alloc(t.heap, 50));
    heap_alloc(t.heap, 50);
    assert_int_equal(t.heap->count.grows, 2);
    test_heap_close(&t);
}

/* In a region that is not its own yet, what lies between the heap and its table is not in the
 * footprint. */
static void test_absence(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("textbook:" PLAIN, REGION, false);
    for (size_t i = 1; i < 10; i++) {
        heap_alloc(t.heap, 10 * i);
        size_t absent = test_sum_spans(t.heap, SPAN_ABSENT).bytes;
        assert_true(absent > 0);
        assert_int_equal(region_footprint(t.region), REGION - absent);
    }
    test_heap_close(&t);
}

/* What the chapter counts: holes that a search looks at. */
static void test_counters(void **state)
{
    (void)state;
    static const char *const fits[] = {"first", "best", "worst"};
    static const uint64_t probes[] = {2, 3, 3};
    for (size_t i = 0; i < 3; i++) {
        char spec[64];
        void *p[5];
        snprintf(spec, sizeof spec, "textbook:fit=%s," OF_62, fits[i]);
        struct test_heap t = test_heap_open(spec, REGION, true);
        static const size_t sizes[] = {10, 1, 30, 1, 20};
        for (size_t k = 0; k < 5; k++) {
            p[k] = heap_alloc(t.heap, sizes[k]);
        }
        for (size_t k = 0; k < 5; k += 2) {
            heap_free(t.heap, p[k]);
        }
        uint64_t before = t.heap->count.probes;
        heap_alloc(t.heap, 15);
        assert_int_equal(t.heap->count.probes - before, probes[i]);
        heap_free(t.heap, p[1]);
        heap_free(t.heap, p[3]);
        assert_true(t.heap->count.merges > 0);
        test_heap_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits),       cmocka_unit_test(test_ties),
        cmocka_unit_test(test_orders),     cmocka_unit_test(test_next_fit),
        cmocka_unit_test(test_coalescing), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_growth),     cmocka_unit_test(test_counters),
        cmocka_unit_test(test_absence),    cmocka_unit_test(test_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
