/* SPDX-License-Identifier: MIT */
/* test_layers.c - what each layer promises beyond the contract to one thread after another. */
#include "test_heap.h"

enum { MIB = 1 << 20 };

static void *alloc_by(struct test_heap *t, uint32_t thread, size_t n)
{
    heap_set_thread(t->heap, thread);
    void *p = heap_alloc(t->heap, n);
    assert_non_null(p);
    return p;
}

static void free_by(struct test_heap *t, uint32_t thread, void *p)
{
    heap_set_thread(t->heap, thread);
    heap_free(t->heap, p);
    const char *broken = heap_check(t->heap);
    if (broken) {
        fail_msg("%s", broken);
    }
}

/* The inner heap in whose region a block lies. */
static unsigned heap_of(const struct test_heap *t, const void *p)
{
    const struct heap *inner;
    for (unsigned i = 0; (inner = heap_inner(t->heap, i)); i++) {
        if ((const char *)p >= inner->region->base && (const char *)p < inner->region->brk) {
            return i;
        }
    }
    fail_msg("no inner heap has the block");
    return 0;
}

/* ---- arenas ---- */

/* Threads get arenas in the order of their first requests, whatever their numbers are. */
static void threads_take_turns(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("arenas:n=3+half-fit", 4 * MIB, false);
    static const uint32_t thread[] = {70, 5, 9, 2000, 6};
    char *first[5];
    for (size_t i = 0; i < 5; i++) {
        first[i] = alloc_by(&t, thread[i], 100);
    }
    assert_int_equal(heap_of(&t, first[0]), 0);
    assert_int_equal(heap_of(&t, first[1]), 1);
    assert_int_equal(heap_of(&t, first[2]), 2);
    assert_int_equal(heap_of(&t, first[3]), 2000 % 3); /* beyond those that are remembered */
    assert_int_equal(heap_of(&t, first[4]), 0);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(heap_of(&t, alloc_by(&t, 5, 100)), 1);
    }
    test_heap_close(&t);
}

/* A block returns to its own arena, whoever frees it. */
static void blocks_return_to_their_arena(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("arenas:n=2+half-fit", 4 * MIB, false);
    char *p = alloc_by(&t, 0, 1000), *q = alloc_by(&t, 1, 1000);
    free_by(&t, 1, p);
    char *r = alloc_by(&t, 1, 1000);
    assert_int_equal(heap_of(&t, r), heap_of(&t, q));
    assert_ptr_equal(alloc_by(&t, 0, 1000), p);
    test_heap_close(&t);
}

static void arenas_by_cpu_size_and_contention(void **unused)
{
    (void)unused;
    struct test_heap cpu = test_heap_open("arenas:n=3,by=cpu+half-fit", 4 * MIB, false);
    for (uint32_t thread = 0; thread < 6; thread++) {
        char *p = alloc_by(&cpu, thread, 10);
        const struct heap *inner = heap_inner(cpu.heap, heap_of(&cpu, p));
        assert_int_equal((size_t)(inner->region->base - cpu.region->base) / (MIB + MIB / 4),
                         thread % 3);
    }
    test_heap_close(&cpu);

    struct test_heap size = test_heap_open("arenas:n=3,by=size+half-fit", 4 * MIB, false);
    char *small = alloc_by(&size, 0, 32), *middle = alloc_by(&size, 1, 33),
         *large = alloc_by(&size, 2, 129);
    assert_int_equal(heap_of(&size, small), 0);
    assert_int_equal(heap_of(&size, middle), 1);
    assert_int_equal(heap_of(&size, large), 2);
    assert_int_equal(heap_of(&size, alloc_by(&size, 0, 100000)), 2);
    assert_int_equal(heap_of(&size, alloc_by(&size, 2, 1)), 0);
    test_heap_close(&size);

    /* Two threads that alternate part; one alone stays where it is. */
    struct test_heap busy = test_heap_open("arenas:n=2,by=contention+half-fit", 4 * MIB, false);
    unsigned home = heap_of(&busy, alloc_by(&busy, 0, 10));
    assert_int_equal(heap_of(&busy, alloc_by(&busy, 0, 10)), home);
    unsigned other = heap_of(&busy, alloc_by(&busy, 1, 10));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(heap_of(&busy, alloc_by(&busy, 0, 10)), home);
        assert_int_equal(heap_of(&busy, alloc_by(&busy, 1, 10)), other);
    }
    assert_int_not_equal(home, other);
    test_heap_close(&busy);

    /* A thread that would meet another one goes where nobody has asked yet; 3000 % 3 is 0. */
    struct test_heap met = test_heap_open("arenas:n=3,by=contention+half-fit", 4 * MIB, false);
    static const uint32_t comes[] = {0, 3000, 1};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(heap_of(&met, alloc_by(&met, comes[i], 10)), i);
    }
    test_heap_close(&met);
}

/* Address space of slices that nobody uses is absent: two arenas cost what each of them has taken.
 */
static void unused_slices_cost_nothing(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("arenas:n=4+first-fit", 16 * MIB, false);
    size_t before = region_footprint(t.region);
    assert_true(before < 3 * REGION_ALIGN);
    alloc_by(&t, 0, 100000);
    alloc_by(&t, 1, 50000);
    size_t footprint = region_footprint(t.region);
    assert_true(footprint > before + 150000 && footprint < before + 150000 + 3 * REGION_ALIGN);
    assert_int_equal(region_peak_footprint(t.region), footprint);
    assert_int_equal(test_sum_spans(t.heap, SPAN_ABSENT).bytes, t.region->absent);
    test_heap_close(&t);
}

/* ---- cache ---- */

/* A thread gets back what it freed, the latest first; other threads do not. */
static void a_cache_is_one_threads(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("cache:blocks=4+first-fit", MIB, false);
    char *p[6], *other = alloc_by(&t, 1, 40);
    for (size_t i = 0; i < 6; i++) {
        p[i] = alloc_by(&t, 0, 40);
    }
    free_by(&t, 0, p[1]);
    free_by(&t, 0, p[3]);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 2);
    char *q = alloc_by(&t, 1, 40);
    assert_true(q != p[1] && q != p[3]);
    assert_ptr_equal(alloc_by(&t, 0, 33), p[3]); /* another size of the same list */
    assert_ptr_equal(alloc_by(&t, 0, 40), p[1]);
    free_by(&t, 0, other); /* kept by the thread that frees it */
    assert_ptr_equal(alloc_by(&t, 0, 40), other);
    test_heap_close(&t);
}

/* How many blocks are kept after each of ten frees. */
static void expect_kept(const char *spec, const size_t kept[10])
{
    struct test_heap t = test_heap_open(spec, MIB, false);
    char *p[20];
    for (size_t i = 0; i < 20; i++) {
        p[i] = alloc_by(&t, 0, 100);
    }
    for (size_t i = 0; i < 10; i++) {
        free_by(&t, 0, p[2 * i]); /* not neighbours */
        size_t now = test_sum_spans(t.heap, SPAN_SLACK).spans;
        if (now != kept[i]) {
            fail_msg("%s keeps %zu blocks after %zu frees, not %zu", spec, now, i + 1, kept[i]);
        }
    }
    test_heap_close(&t);
}

static void a_full_list_gives_back(void **unused)
{
    (void)unused;
    expect_kept("cache:blocks=8+first-fit", (size_t[]){1, 2, 3, 4, 5, 6, 7, 8, 7, 8});
    expect_kept("cache:blocks=4+first-fit", (size_t[]){1, 2, 3, 4, 4, 4, 4, 4, 4, 4});
    expect_kept("cache:blocks=4,rule=half+first-fit", (size_t[]){1, 2, 3, 4, 3, 4, 3, 4, 3, 4});
    expect_kept("cache:blocks=4,rule=all+first-fit", (size_t[]){1, 2, 3, 4, 1, 2, 3, 4, 1, 2});
    expect_kept("cache:blocks=4,limit=64+first-fit", (size_t[10]){0});
}

/* What goes back is the oldest. */
static void the_newest_stay(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("cache:blocks=4,rule=half+first-fit", MIB, false);
    char *p[10];
    for (size_t i = 0; i < 10; i++) {
        p[i] = alloc_by(&t, 0, 100);
    }
    for (size_t i = 0; i < 5; i++) {
        free_by(&t, 0, p[2 * i]);
    }
    assert_ptr_equal(alloc_by(&t, 0, 100), p[8]);
    assert_ptr_equal(alloc_by(&t, 0, 100), p[6]);
    assert_ptr_equal(alloc_by(&t, 0, 100), p[4]);
    assert_ptr_equal(alloc_by(&t, 0, 100), p[0]); /* from the heap below, first-fit */
    test_heap_close(&t);
}

static void remote_blocks_go_home(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("cache:remote=home+arenas:n=2+first-fit", 4 * MIB, false);
    char *mine = alloc_by(&t, 0, 40), *its = alloc_by(&t, 1, 40);
    free_by(&t, 0, its);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 0);
    free_by(&t, 0, mine);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 1);
    assert_ptr_equal(alloc_by(&t, 1, 40), its);
    test_heap_close(&t);
}

/* The lists fit the classes of any policy: after one round all requests are served from them. */
static void caches_fit_any_classes(void **unused)
{
    (void)unused;
    static const char *const specs[] = {"cache+first-fit",
                                        "cache+buddy",
                                        "cache+slab",
                                        "cache+segregated",
                                        "cache+textbook:align=4",
                                        "cache+slim-fit:header=tag4"};
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        struct test_heap t = test_heap_open(specs[k], MIB, false);
        for (size_t n = 1; n <= 1000; n += 13) {
            alloc_by(&t, 0, n);
            char *p = alloc_by(&t, 0, n);
            free_by(&t, 0, p);
            if (test_sum_spans(t.heap, SPAN_SLACK).spans && alloc_by(&t, 0, n) != p) {
                fail_msg("%s: a block of %zu bytes does not come back", specs[k], n);
            }
        }
        test_heap_close(&t);
    }
}

/* ---- owner ---- */

/* What another thread frees waits for the owner, and is then its memory again. */
static void remote_frees_wait(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("owner:n=2,batch=2+first-fit", 4 * MIB, false);
    char *p = alloc_by(&t, 0, 100), *q = alloc_by(&t, 0, 100), *end = alloc_by(&t, 0, 100);
    alloc_by(&t, 1, 100);
    free_by(&t, 1, q);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 1);
    assert_true((char *)alloc_by(&t, 0, 100) > end); /* one is no batch */
    free_by(&t, 1, p);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 2);
    assert_ptr_equal(alloc_by(&t, 0, 100), p);
    assert_int_equal(test_sum_spans(t.heap, SPAN_SLACK).spans, 0);
    assert_ptr_equal(alloc_by(&t, 0, 100), q);
    free_by(&t, 0, p); /* the owner's own frees do not wait */
    assert_ptr_equal(alloc_by(&t, 0, 100), p);
    test_heap_close(&t);
}

/* A thread that resizes another's block gets one of its own. */
static void a_resized_block_changes_its_owner(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("owner:n=2+first-fit", 4 * MIB, false);
    char *p = alloc_by(&t, 0, 100);
    memcpy(p, "content", 8);
    heap_set_thread(t.heap, 1);
    char *q = heap_realloc(t.heap, p, 50);
    assert_string_equal(q, "content");
    assert_int_not_equal(heap_of(&t, q), heap_of(&t, p));
    assert_int_equal(heap_counters(t.heap).moved_bytes, 50);
    assert_ptr_equal(alloc_by(&t, 0, 100), p);
    test_heap_close(&t);
}

/* A thread whose heap is full takes others that nobody has, and none of another thread's. */
static void a_full_owner_takes_free_heaps(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("owner:n=4+first-fit", 4 * MIB, false);
    char *its = alloc_by(&t, 1, 100);
    unsigned theirs = heap_of(&t, its), met = 0;
    heap_set_thread(t.heap, 0);
    for (char *p; (p = heap_alloc(t.heap, 10000));) {
        assert_int_not_equal(heap_of(&t, p), theirs);
        met |= 1u << heap_of(&t, p);
    }
    assert_int_equal(__builtin_popcount(met), 3);
    alloc_by(&t, 1, 10000);
    test_heap_close(&t);
}

/* ---- guard ---- */

static void an_overflow_is_seen(void **unused)
{
    (void)unused;
    struct test_heap t = test_heap_open("guard:bytes=4+first-fit", MIB, false);
    char *p = alloc_by(&t, 0, 100);
    size_t usable = heap_usable(t.heap, p);
    assert_in_range(usable, 100, 120);
    memset(p, 0xff, usable);
    assert_null(heap_check(t.heap));
    for (size_t i = 0; i < 4; i++) {
        p[usable + i] ^= 1;
        assert_non_null(heap_check(t.heap));
        p[usable + i] ^= 1;
        assert_null(heap_check(t.heap));
    }
    p[usable] ^= 1;
    heap_free(t.heap, p);
    assert_non_null(heap_check(t.heap)); /* also afterwards */
    test_heap_close(&t);
    t = test_heap_open("guard+first-fit", MIB, false);
    p = alloc_by(&t, 0, 100);
    p[heap_usable(t.heap, p)] ^= 1;
    assert_non_null(heap_realloc(t.heap, p, 2000));
    assert_non_null(heap_check(t.heap));
    test_heap_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_take_turns),
        cmocka_unit_test(blocks_return_to_their_arena),
        cmocka_unit_test(arenas_by_cpu_size_and_contention),
        cmocka_unit_test(unused_slices_cost_nothing),
        cmocka_unit_test(a_cache_is_one_threads),
        cmocka_unit_test(a_full_list_gives_back),
        cmocka_unit_test(the_newest_stay),
        cmocka_unit_test(remote_blocks_go_home),
        cmocka_unit_test(caches_fit_any_classes),
        cmocka_unit_test(remote_frees_wait),
        cmocka_unit_test(a_resized_block_changes_its_owner),
        cmocka_unit_test(a_full_owner_takes_free_heaps),
        cmocka_unit_test(an_overflow_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
