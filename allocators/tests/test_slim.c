/* SPDX-License-Identifier: MIT */
/* test_slim.c - what the parameter `header` changes, and what it must not change: with tags of 8
 * bytes slim-fit places blocks as best-fit does; requests that need blocks of the same sizes get the
 * same addresses with each header; and each header takes as many bytes as documented. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

#include "slim_headers.h"
#include "twins.h"

/* ---- placement ---- */

static void expect_best_fit(const char *settings)
{
    static uint8_t data[4 * 4000];
    char one[96], other[96], message[256];
    snprintf(one, sizeof one, "best-fit%s%s", *settings ? ":" : "", settings);
    snprintf(other, sizeof other, "slim-fit:header=tag8%s%s", *settings ? "," : "", settings);
    for (random_state = 1; random_state < 4; random_state++) {
        uint64_t seed = random_state;
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] = (uint8_t)draw(256);
        }
        if (!twins_agree(one, other, 0, data, sizeof data, message)) {
            fail_msg("%s", message);
        }
        random_state = seed;
    }
}

static void test_tag8_is_best_fit(void **state)
{
    (void)state;
    expect_best_fit("");
    expect_best_fit("grow=step");
    expect_best_fit("grow=arena");
}

enum { SLOTS = 200, OPERATIONS = 20000, ROOM = 1 << 20 };

/* The heap of one header, given requests that make blocks of whole units of 32 bytes, which all
 * headers know. */
struct player {
    struct test_heap t;
    size_t header;
    char *first, *block[SLOTS];
};

static void play(struct player *p, unsigned slot, size_t units, bool resize)
{
    struct heap *h = p->t.heap;
    char **block = &p->block[slot];
    size_t n = units * 32 - headers[p->header].bytes;
    if (!*block) {
        *block = heap_alloc(h, n);
    } else if (resize) {
        char *moved = heap_realloc(h, *block, n);
        *block = moved ? moved : *block;
    } else {
        heap_free(h, *block);
        *block = NULL;
    }
}

/* In a fixed region, where all of the bitmap is laid before the first block. */
static void test_headers_place_alike(void **state)
{
    (void)state;
    struct player player[HEADERS];
    for (size_t k = 0; k < HEADERS; k++) {
        struct test_heap probe = open_with(k, ",bins=64", ROOM, true);
        size_t meta = probe.meta + test_sum_spans(probe.heap, SPAN_FREE).bytes % 32;
        size_t hole = ROOM - meta - (size_t)16384;
        test_heap_close(&probe);
        player[k] = (struct player){.t = open_with(k, ",bins=64", hole + meta, true), .header = k};
        assert_true(test_sum_spans(player[k].t.heap, SPAN_FREE).bytes >= hole);
        player[k].first = heap_alloc(player[k].t.heap, 32 - headers[k].bytes);
    }
    random_state = 7;
    for (int i = 0; i < OPERATIONS; i++) {
        unsigned slot = draw(SLOTS), units = 1 + draw(draw(8) ? 12 : 300);
        bool resize = draw(3) == 0;
        for (size_t k = 0; k < HEADERS; k++) {
            play(&player[k], slot, units, resize);
            const char *other = player[k].block[slot], *one = player[TAG8].block[slot];
            if (!one != !other || (one && one - player[TAG8].first != other - player[k].first)) {
                fail_msg("operation %d: %td with header=%s", i, other - player[k].first,
                         headers[k].name);
            }
        }
    }
    for (size_t k = 0; k < HEADERS; k++) {
        assert_null(heap_check(player[k].t.heap));
        test_heap_close(&player[k].t);
    }
}

/* ---- cost ---- */

/* The distance of two blocks is the request and its header, rounded to 16, and all of it but the
 * header is usable, at any place in a word of the bitmap. */
static void test_costs_its_header(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEADERS; k++) {
        struct test_heap t = open_with(k, ",grow=arena", 1 << 23, false);
        for (size_t n = 0; n < 5000; n += n < 40 ? 1 : 13) {
            char *p = heap_alloc(t.heap, n), *q = heap_alloc(t.heap, 100);
            size_t bytes = (n + headers[k].bytes + 15) / 16 * 16;
            bytes = bytes < headers[k].least ? headers[k].least : bytes;
            assert_int_equal(q - p, bytes);
            assert_int_equal(heap_usable(t.heap, p), bytes - headers[k].bytes);
        }
        test_heap_close(&t);
    }
}

/* A hole of one granule, from a free or from a split, is used again like any other. */
static void test_least_holes(void **state)
{
    (void)state;
    for (size_t k = TAG4; k <= BITMAP; k++) {
        struct test_heap t = open_with(k, ",grow=arena", 1 << 20, false);
        char *three = heap_alloc(t.heap, 48 - headers[k].bytes);
        heap_alloc(t.heap, 1);
        heap_free(t.heap, three);
        assert_ptr_equal(heap_alloc(t.heap, 32 - headers[k].bytes), three);
        assert_ptr_equal(heap_alloc(t.heap, 1), three + 32);
        char *p[1000];
        for (size_t i = 0; i < 1000; i++) {
            p[i] = heap_alloc(t.heap, 12);
            assert_true(i == 0 || p[i] - p[i - 1] == 16);
        }
        for (size_t i = 0; i < 1000; i += 2) {
            heap_free(t.heap, p[i * 7 % 1000]);
        }
        assert_int_equal(test_sum_spans(t.heap, SPAN_FREE).spans, 500 + 1);
        for (size_t i = 0; i < 1000; i += 2) {
            assert_ptr_equal(heap_alloc(t.heap, 1), p[i]);
        }
        test_heap_close(&t);
    }
}

static size_t small_and_large(size_t i)
{
    return i % 3 ? 100 : 9000 + i % 1000;
}

/* The number of holes that a search examines grows with the logarithm of the number of holes. */
static uint64_t most_probes(size_t k, size_t holes)
{
    struct test_heap t = open_with(k, "", (size_t)1 << 28, false);
    uint64_t most = test_most_probes(t.heap, holes, small_and_large);
    test_heap_close(&t);
    return most;
}

static void test_searches_are_short(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEADERS; k++) {
        assert_in_range(most_probes(k, 10000), 3, 60);
    }
}

/* ---- damage and limits ---- */

static void test_lost_holes_are_missed(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEADERS; k++) {
        struct test_heap t = open_with(k, "", 1 << 20, false);
        char *p[9];
        for (size_t i = 0; i < 9; i++) {
            p[i] = heap_alloc(t.heap, 200);
        }
        for (size_t i = 1; i < 9; i += 2) {
            heap_free(t.heap, p[i]);
        }
        assert_null(heap_check(t.heap));
        for (size_t i = 1; i < 9; i += 2) {
            memset(p[i], 0, 2 * sizeof(uint32_t)); /* no links but the root's */
        }
        assert_non_null(heap_check(t.heap));
        test_heap_close(&t);
    }
}

static bool opens(size_t header, size_t bytes)
{
    char spec[64], mutated[SPEC_MAX_TEXT];
    snprintf(spec, sizeof spec, "slim-fit:header=%s", headers[header].name);
    struct policy_spec s;
    struct problem problem = {""};
    assert_true(policy_spec_parse(test_mutated_spec(spec, mutated, sizeof mutated), &s, &problem));
    char *memory = aligned_alloc(REGION_ALIGN, REGION_ALIGN * 4);
    assert_non_null(memory);
    char *end = memory + bytes;
    struct region r = {.base = memory, .brk = end, .limit = end, .peak = end};
    struct heap *h = s.policy->open(s.policy, &r, s.values.number);
    bool useful = h && heap_alloc(h, 1);
    assert_true(!h || useful);
    free(memory);
    return useful;
}

/* The smallest region that is not refused has room for a block. */
static void test_least_region(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEADERS; k++) {
        size_t bytes = 0;
        while (!opens(k, bytes)) {
            bytes += 8;
        }
        assert_in_range(bytes, 2048, 4096);
    }
}

/* Whether two blocks of so many bytes fit in a region of 24 GiB. */
static bool two_fit(size_t header, size_t bytes)
{
    const size_t room = (size_t)24 << 30;
    char *base = mmap(NULL, room, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        skip();
    }
    char spec[64], mutated[SPEC_MAX_TEXT];
    snprintf(spec, sizeof spec, "slim-fit:header=%s", headers[header].name);
    struct policy_spec s;
    struct problem problem = {""};
    assert_true(policy_spec_parse(test_mutated_spec(spec, mutated, sizeof mutated), &s, &problem));
    struct region r = {.base = base, .brk = base, .limit = base + room, .peak = base};
    struct heap *h = s.policy->open(s.policy, &r, s.values.number);
    assert_non_null(heap_alloc(h, bytes));
    bool both = heap_alloc(h, bytes) != NULL;
    assert_null(heap_check(h));
    munmap(base, room);
    return both;
}

static void test_reach(void **state)
{
    (void)state;
    assert_true(two_fit(TAG8, (size_t)9 << 30));
    assert_false(two_fit(TAG4, (size_t)9 << 30));
    assert_true(two_fit(TAG4, (size_t)7 << 30));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag8_is_best_fit),   cmocka_unit_test(test_headers_place_alike),
        cmocka_unit_test(test_costs_its_header),   cmocka_unit_test(test_least_holes),
        cmocka_unit_test(test_searches_are_short), cmocka_unit_test(test_lost_holes_are_missed),
        cmocka_unit_test(test_least_region),       cmocka_unit_test(test_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
