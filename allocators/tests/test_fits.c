/* SPDX-License-Identifier: MIT */
/* test_fits.c - the sequential fits against results of theory, and their parameters. */
#include <stdio.h>

#include "test_heap.h"

enum { HEADER = 8 };

static const char *const fits[] = {"first-fit", "best-fit", "worst-fit", "next-fit", NULL};

/* A heap whose blocks are whole units of `granule` bytes. */
struct units {
    struct test_heap t;
    size_t granule;
    const char *start; /* the first unit */
};

static struct units units_open(const char *spec, size_t granule, size_t most)
{
    struct units u = {.t = test_heap_open(spec, most * granule + 65536, false), .granule = granule};
    void *p = heap_alloc(u.t.heap, granule - HEADER);
    u.start = (const char *)p - HEADER;
    heap_free(u.t.heap, p);
    u.t.region->peak = u.t.region->brk;
    return u;
}

static void *units_alloc(struct units *u, size_t n)
{
    void *p = heap_alloc(u->t.heap, n * u->granule - HEADER);
    assert_non_null(p);
    return p;
}

/* The highest address ever used, in units. */
static size_t units_high_water(const struct units *u)
{
    size_t bytes = (size_t)(u->t.region->peak - u->t.region->base) - u->t.meta;
    assert_int_equal(bytes % u->granule, 0);
    return bytes / u->granule;
}

/* ---- J. M. Robson, "Bounds for Some Functions Concerning Dynamic Storage Allocation",
 * Journal of the ACM 21(3), 1974: an adversary that makes every allocator waste memory ---- */

enum { MOST_LIVE = 1024 };

struct adversary {
    struct units u;
    struct {
        void *p;
        size_t at, size; /* in units */
    } block[MOST_LIVE];
    size_t blocks, live;
};

static void adversary_alloc(struct adversary *a, size_t size)
{
    void *p = units_alloc(&a->u, size);
    size_t at = (size_t)((const char *)p - HEADER - a->u.start) / a->u.granule;
    a->block[a->blocks].p = p;
    a->block[a->blocks].at = at;
    a->block[a->blocks++].size = size;
    a->live += size;
}

/* Whether block i covers an address that is c modulo s. */
static bool covers(const struct adversary *a, size_t i, size_t c, size_t s)
{
    return (c + s - a->block[i].at % s) % s < a->block[i].size;
}

static size_t weight(const struct adversary *a, size_t c, size_t s)
{
    size_t sum = 0;
    for (size_t i = 0; i < a->blocks; i++) {
        sum += covers(a, i, c, s) ? s - a->block[i].size : 0;
    }
    return sum;
}

static void free_uncovering(struct adversary *a, size_t c, size_t s)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->blocks; i++) {
        if (covers(a, i, c, s)) {
            a->block[kept++] = a->block[i];
        } else {
            a->live -= a->block[i].size;
            heap_free(a->u.t.heap, a->block[i].p);
        }
    }
    a->blocks = kept;
}

static size_t play_adversary(const char *spec, size_t granule, size_t live, size_t largest)
{
    static struct adversary a;
    a = (struct adversary){.u = units_open(spec, granule, live * largest)};
    for (size_t i = 0; i < live; i++) {
        adversary_alloc(&a, 1);
    }
    size_t f = 0;
    for (size_t s = 2; s <= largest; s *= 2) {
        f = weight(&a, f + s / 2, s) > weight(&a, f, s) ? f + s / 2 : f;
        free_uncovering(&a, f, s);
        while (a.live + s <= live) {
            adversary_alloc(&a, s);
        }
    }
    size_t high = units_high_water(&a.u);
    test_heap_close(&a.u.t);
    return high;
}

static void test_robsons_adversary(void **state)
{
    (void)state;
    static const struct {
        size_t live, largest, bound;
    } rows[] = {{8, 4, 13}, {64, 8, 153}, {256, 16, 753}, {1024, 32, 3553}};
    for (size_t f = 0; fits[f]; f++) {
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            for (size_t granule = 32; granule <= 64; granule *= 2) {
                char spec[64];
                snprintf(spec, sizeof spec, "%s:order=address,grow=exact", fits[f]);
                assert_int_equal(play_adversary(spec, granule, rows[r].live, rows[r].largest),
                                 rows[r].bound);
            }
        }
    }
}

/* ---- search length ---- */

/* Every other of 2K units is free and none is large enough: a linear list looks at all K. */
static void test_comb(void **state)
{
    (void)state;
    enum { K = 512 };
    for (size_t f = 0; fits[f]; f++) {
        struct units u = units_open(fits[f], 32, 4 * K);
        void *unit[2 * K];
        for (size_t i = 0; i < 2 * K; i++) {
            unit[i] = units_alloc(&u, 1);
        }
        for (size_t i = 0; i < 2 * K; i += 2) {
            heap_free(u.t.heap, unit[i]);
        }
        uint64_t before = u.t.heap->count.probes;
        units_alloc(&u, 2);
        assert_int_equal(u.t.heap->count.probes - before, K);
        test_heap_close(&u.t);
    }
}

/* ---- how the break moves ---- */

static void test_grow_exact(void **state)
{
    (void)state;
    for (size_t f = 0; fits[f]; f++) {
        struct test_heap t = test_heap_open(fits[f], 1 << 20, false);
        char *a = heap_alloc(t.heap, 1000), *b = heap_alloc(t.heap, 24),
             *c = heap_alloc(t.heap, 24);
        assert_int_equal(region_bytes(t.region), t.meta + 1008 + 32 + 32);
        heap_free(t.heap, b);
        assert_int_equal(region_bytes(t.region), t.meta + 1008 + 32 + 32);
        heap_free(t.heap, c);
        assert_int_equal(region_bytes(t.region), t.meta + 1008);
        assert_ptr_equal(heap_realloc(t.heap, a, 2000), a);
        assert_int_equal(region_bytes(t.region), t.meta + 2016);
        heap_free(t.heap, a);
        assert_int_equal(region_bytes(t.region), t.meta);
        test_heap_close(&t);
    }
}

/* All free blocks at the break are given back at once, whether or not they were coalesced. */
static void test_grow_exact_uncoalesced(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("first-fit:coalesce=never", 1 << 20, false);
    void *p[8];
    for (size_t i = 0; i < 8; i++) {
        p[i] = heap_alloc(t.heap, 100);
    }
    for (size_t i = 0; i < 8; i++) {
        heap_free(t.heap, p[i]);
    }
    assert_int_equal(region_bytes(t.region), t.meta);
    assert_int_equal(t.heap->count.trims, 1);
    test_heap_close(&t);
}

static void test_grow_step(void **state)
{
    (void)state;
    enum { STEP = 65536 };
    for (size_t f = 0; fits[f]; f++) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s:grow=step", fits[f]);
        struct test_heap t = test_heap_open(spec, 3 * STEP, false);
        char *a = heap_alloc(t.heap, STEP - 8);
        assert_int_equal(region_bytes(t.region), t.meta + STEP);
        char *b = heap_alloc(t.heap, 24);
        assert_int_equal(region_bytes(t.region), t.meta + 2 * STEP);
        assert_ptr_equal(b, a + STEP);
        /* the last step is shorter and joins the hole after b */
        char *c = heap_alloc(t.heap, 2 * STEP - 32 - t.meta - 8);
        assert_ptr_equal(c, b + 32);
        assert_int_equal(region_bytes(t.region), 3 * STEP);
        assert_null(heap_alloc(t.heap, 0));
        heap_free(t.heap, c);
        assert_int_equal(region_bytes(t.region), 3 * STEP); /* nothing is given back */
        heap_free(t.heap, a);
        heap_free(t.heap, b);
        assert_int_equal(test_sum_spans(t.heap, SPAN_FREE).bytes, 3 * STEP - t.meta);
        assert_null(heap_check(t.heap));
        test_heap_close(&t);
    }
}

static void test_grow_arena(void **state)
{
    (void)state;
    for (size_t f = 0; fits[f]; f++) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s:grow=arena", fits[f]);
        struct test_heap t = test_heap_open(spec, 65536, false);
        assert_int_equal(region_bytes(t.region), 65536);
        assert_int_equal(test_sum_spans(t.heap, SPAN_FREE).bytes, 65536 - t.meta);
        test_heap_close(&t);
    }
}

/* ---- coalescing and splitting ---- */

static void test_deferred_coalesces_before_growing(void **state)
{
    (void)state;
    for (size_t f = 0; fits[f]; f++) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s:coalesce=deferred", fits[f]);
        struct test_heap t = test_heap_open(spec, 1 << 20, false);
        void *p[64];
        for (size_t i = 0; i < 64; i++) {
            p[i] = heap_alloc(t.heap, 1000);
        }
        for (size_t i = 0; i < 63; i++) {
            heap_free(t.heap, p[i]);
        }
        assert_int_equal(t.heap->count.merges, 0);
        char *brk = t.region->brk;
        assert_ptr_equal(heap_alloc(t.heap, 63 * 1008 - HEADER), p[0]);
        assert_int_equal(t.heap->count.merges, 62);
        assert_ptr_equal(t.region->brk, brk);
        test_heap_close(&t);
    }
}

static void test_split_min(void **state)
{
    (void)state;
    for (size_t f = 0; fits[f]; f++) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s:split_min=512", fits[f]);
        struct test_heap t = test_heap_of_hole(spec, 1024);
        void *p = heap_alloc(t.heap, 512 - HEADER);
        assert_int_equal(heap_usable(t.heap, p), 512 - HEADER);
        heap_free(t.heap, p);
        p = heap_alloc(t.heap, 528 - HEADER);
        assert_int_equal(heap_usable(t.heap, p), 1024 - HEADER);
        test_heap_close(&t);
    }
}

/* ---- what is counted, and the rover ---- */

static void test_merges_are_counted(void **state)
{
    (void)state;
    for (size_t f = 0; fits[f]; f++) {
        struct test_heap t = test_heap_open(fits[f], 1 << 20, false);
        void *p[6];
        for (size_t i = 0; i < 6; i++) {
            p[i] = heap_alloc(t.heap, 100);
        }
        heap_free(t.heap, p[1]);
        heap_free(t.heap, p[3]);
        assert_int_equal(t.heap->count.merges, 0);
        heap_free(t.heap, p[2]);
        assert_int_equal(t.heap->count.merges, 2);
        test_heap_close(&t);
    }
}

/* In order of size best-fit takes the first hole that is large enough: it examines no other. */
static void test_size_order_ends_the_search(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("best-fit:order=size", 1 << 20, false);
    void *p[6];
    for (size_t i = 0; i < 6; i++) {
        p[i] = heap_alloc(t.heap, 100 + 100 * i);
    }
    for (size_t i = 0; i < 6; i += 2) {
        heap_free(t.heap, p[i]);
    }
    uint64_t before = t.heap->count.probes;
    assert_ptr_equal(heap_alloc(t.heap, 280), p[2]);
    assert_int_equal(t.heap->count.probes - before, 2);
    test_heap_close(&t);
}

/* A free that joins the holes on both sides of the rover moves it to the start of the new hole. */
static void test_next_fit_goes_back_with_its_hole(void **state)
{
    (void)state;
    struct test_heap t = test_heap_open("next-fit", 1 << 20, false);
    void *p[12];
    for (size_t i = 0; i < 12; i++) {
        p[i] = heap_alloc(t.heap, 100);
    }
    heap_free(t.heap, p[1]);
    heap_free(t.heap, p[3]);
    heap_free(t.heap, p[8]);
    assert_ptr_equal(heap_alloc(t.heap, 100), p[1]);
    heap_free(t.heap, p[2]);
    assert_ptr_equal(heap_alloc(t.heap, 100), p[2]);
    heap_free(t.heap, p[1]);
    heap_free(t.heap, p[2]);
    assert_ptr_equal(heap_alloc(t.heap, 20), p[1]);
    test_heap_close(&t);
}

/* ---- aligned requests ---- */

static const char *const aligned_fits[] = {"first-fit",
                                           "best-fit",
                                           "worst-fit",
                                           "next-fit",
                                           "best-fit:index=exact",
                                           "worst-fit:index=tree",
                                           "tlsf",
                                           "half-fit",
                                           "slim-fit"};

/* Where an aligned block was freed another one like it goes, and the heap does not grow. */
static void test_aligned_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof aligned_fits / sizeof *aligned_fits; i++) {
        struct test_heap t = test_heap_open(aligned_fits[i], (size_t)1 << 24, false);
        void *p[100];
        for (size_t k = 0; k < 100; k++) {
            p[k] = heap_memalign(t.heap, 256, 1000);
            assert_non_null(p[k]);
            assert_non_null(heap_alloc(t.heap, 24));
        }
        size_t bytes = region_bytes(t.heap->region);
        for (size_t k = 0; k < 100; k += 2) {
            heap_free(t.heap, p[k]);
            assert_ptr_equal(heap_memalign(t.heap, 256, 1000), p[k]);
        }
        assert_int_equal(region_bytes(t.heap->region), bytes);
        test_heap_close(&t);
    }
}

/* Two holes hold the request, and the fit's rule chooses the one where no aligned block can lie: a
 * heap that cannot grow takes the other one rather than refuse. */
static void test_aligned_at_last(void **state)
{
    (void)state;
    static const char *const unbounded[] = {"first-fit", "best-fit", "next-fit",
                                            "best-fit:index=exact", "slim-fit"};
    for (size_t i = 0; i < sizeof unbounded / sizeof *unbounded; i++) {
        struct test_heap t = test_heap_open(unbounded[i], 65536, true);
        char *p[2] = {NULL, NULL};
        for (char *q; !p[1] && (q = heap_alloc(t.heap, 264));) { /* 17 units of 16 bytes */
            bool aligned = ((uintptr_t)q & 255) == 0, between = ((uintptr_t)q & 255) == 128;
            p[0] = !p[0] && between ? q : p[0];
            p[1] = p[0] && aligned ? q : NULL;
        }
        assert_non_null(p[1]);
        while (heap_alloc(t.heap, 24)) {
        }
        heap_free(t.heap, p[0]);
        heap_free(t.heap, p[1]);
        assert_ptr_equal(heap_memalign(t.heap, 256, 250), p[1]);
        assert_null(heap_memalign(t.heap, 256, 250));
        test_heap_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_robsons_adversary),
        cmocka_unit_test(test_comb),
        cmocka_unit_test(test_aligned_again),
        cmocka_unit_test(test_aligned_at_last),
        cmocka_unit_test(test_grow_exact),
        cmocka_unit_test(test_grow_exact_uncoalesced),
        cmocka_unit_test(test_grow_step),
        cmocka_unit_test(test_grow_arena),
        cmocka_unit_test(test_deferred_coalesces_before_growing),
        cmocka_unit_test(test_split_min),
        cmocka_unit_test(test_merges_are_counted),
        cmocka_unit_test(test_size_order_ends_the_search),
        cmocka_unit_test(test_next_fit_goes_back_with_its_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
