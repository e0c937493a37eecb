/* Regions, packed events, ownership maps and payload patterns have the properties that the passes
 * need. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "region/payload_pattern.h"
#include "region/region_map.h"
#include "replay/hole_sizes.h"
#include "replay/packed.h"
#include "replay/shadow_map.h"

static void region_specs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
        enum region_form form;
        size_t bytes_at_1000;
    } good[] = {
        {"grow", "grow", REGION_GROW, REGION_RESERVE},
        {"grow:64M", "grow:64M", REGION_GROW, (size_t)64 << 20},
        {"65536K", "64M", REGION_FIXED, (size_t)64 << 20},
        {"4097", "4097", REGION_FIXED, 4112},
        {"1.5x", "1.5x", REGION_MULTIPLE, 1504},
        {"01.50x", "1.5x", REGION_MULTIPLE, 1504},
    };
    static const struct {
        const char *text, *told;
    } bad[] = {
        {"", "give 'grow'"},        {"gro", "give 'grow'"},     {"grow:", "give 'grow'"},
        {"grow:1T", "give 'grow'"}, {"64Q", "give 'grow'"},     {"x", "give 'grow'"},
        {"0x", "give 'grow'"},      {"1.5", "give 'grow'"},     {"-1", "out of range"},
        {"65G", "out of range"},    {"grow:1", "out of range"},
    };
    struct region_spec spec;
    struct problem problem;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(region_spec_parse(good[i].text, &spec, &problem));
        assert_string_equal(good[i].canonical, spec.text);
        assert_int_equal(good[i].form, spec.form);
        assert_int_equal(good[i].bytes_at_1000, region_spec_bytes(&spec, 1000));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (region_spec_parse(bad[i].text, &spec, &problem)) {
            fail_msg("'%s' was taken for a region", bad[i].text);
        }
        assert_non_null(strstr(problem.text, bad[i].told));
    }
}

static void a_renewed_region_holds_zeroes(void **state)
{
    (void)state;
    struct region_map m;
    struct problem problem;
    enum { BYTES = 1 << 20 };
    assert_true(region_map_open(&m, BYTES, false, 3, &problem));
    char *base = m.region.base;
    assert_int_equal(3 * REGION_ALIGN, (uintptr_t)base & (((size_t)1 << 30) - 1));
    memset(region_extend(&m.region, 70000), 7, 70000);
    region_trim(&m.region, base + 10);
    region_map_renew(&m, false);
    assert_ptr_equal(base, m.region.brk);
    assert_ptr_equal(base, m.region.peak);
    for (size_t i = 0; i < 70000; i++) {
        assert_int_equal(0, base[i]);
    }
    region_map_close(&m);
    assert_true(region_map_open(&m, BYTES, true, 0, &problem));
    assert_ptr_equal(m.region.limit, m.region.brk);
    assert_int_equal(0, region_room(&m.region));
    region_map_close(&m);
}

/* Unpacking gives the events that were packed, for any budget. */
static void packing_keeps_every_event(void **state)
{
    (void)state;
    static const uint64_t budgets[] = {0, EVENT_CHUNK, PACKED_BUDGET};
    struct problem problem = {""};
    struct workload_spec spec;
    assert_true(
        workload_spec_parse("uniform:events=200000,live=500,max=1000000000", &spec, &problem));
    for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
        struct packed p;
        assert_true(packed_open(&p, &spec, budgets[b], &problem));
        for (int twice = 0; twice < 2; twice++) {
            struct workload *w = workload_spec_open(&spec, &problem);
            uint64_t n = 0, side = 0;
            packed_rewind(&p);
            for (const struct packed_chunk *c; (c = packed_next(&p, &problem)); n += c->n) {
                side += c->sides;
                for (size_t i = 0; i < c->n; i++) {
                    struct event expected, found = packed_event(c, i);
                    assert_int_equal(1, workload_next(w, &expected, 1, &problem));
                    assert_int_equal(expected.kind, found.kind);
                    assert_int_equal(expected.slot, found.slot);
                    assert_int_equal(expected.size, found.size);
                    assert_int_equal(expected.align_log2, found.align_log2);
                }
            }
            assert_int_equal(p.facts.events, n);
            assert_true(side > 0); /* some sizes do not fit in a packed event */
            workload_close(w);
        }
        assert_int_equal(500, p.facts.peak_live_blocks);
        packed_close(&p);
    }
}

static void shadow_maps_find_overlap(void **state)
{
    (void)state;
    static char ground[1 << 16] __attribute__((aligned(64)));
    struct shadow_map m;
    struct problem problem;
    assert_true(shadow_map_open(&m, ground, sizeof ground, &problem));
    assert_true(shadow_map_take(&m, ground + 64, 100));
    assert_false(shadow_map_take(&m, ground + 64, 1));
    assert_false(shadow_map_take(&m, ground, 65));
    assert_false(shadow_map_take(&m, ground + 160, 8));
    assert_true(shadow_map_take(&m, ground + 168, 5000)); /* across many words */
    assert_false(shadow_map_take(&m, ground + 4096, 0)); /* a block of 0 bytes owns its place too */
    assert_true(shadow_map_starts(&m, ground + 168));
    assert_false(shadow_map_starts(&m, ground + 176));
    assert_false(shadow_map_starts(&m, ground + 169));
    shadow_map_give(&m, ground + 168, 5000);
    assert_false(shadow_map_starts(&m, ground + 168));
    assert_true(shadow_map_take(&m, ground + 4096, 0));
    assert_true(shadow_map_take(&m, ground + 168, 4096 - 168));
    shadow_map_close(&m);
}

static void patterns_show_damage(void **state)
{
    (void)state;
    static char block[5000];
    size_t at;
    for (size_t size = 0; size <= sizeof block; size = size < 200 ? size + 1 : size + 97) {
        memset(block, 0x55, sizeof block);
        pattern_write(block, size, size + 1);
        assert_true(pattern_is_whole(block, size, size, size + 1, &at));
        for (size_t i = size; i < sizeof block && i < size + 16; i++) {
            assert_int_equal(0x55, block[i]); /* nothing beyond the block */
        }
        size_t edges[] = {0, size / 2 < 64 ? size / 2 : 63, size - 1};
        for (size_t e = 0; size && e < 3; e++) {
            block[edges[e]] ^= 1;
            assert_false(pattern_is_whole(block, size, size, size + 1, &at));
            assert_true(at <= edges[e] && edges[e] < at + 8);
            block[edges[e]] ^= 1;
        }
        for (size_t kept = 0; kept <= size; kept += size / 7 + 1) {
            assert_true(pattern_is_whole(block, size, kept, size + 1, &at));
        }
    }
}

static void hole_sizes_by_hand(void **state)
{
    (void)state;
    struct hole_sizes h = {0};
    static const uint64_t holes[] = {16, 40, 100, 8};
    for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
        hole_sizes_add(&h, holes[i]);
    }
    static const struct {
        uint64_t size, holes, bytes;
        double usable;
    } expected[] = {{16, 2, 24, 16 + 32 + 96},
                    {24, 0, 0, 24 + 96},
                    {32, 1, 40, 32 + 96},
                    {48, 0, 0, 96},
                    {64, 0, 0, 64},
                    {96, 1, 100, 96},
                    {128, 0, 0, 0}};
    for (size_t b = 0; b < sizeof expected / sizeof *expected; b++) {
        assert_int_equal(expected[b].size, hole_band_bytes(b));
        assert_int_equal(expected[b].holes, h.holes[b]);
        assert_int_equal(expected[b].bytes, h.bytes[b]);
        double unusable = 100 * (1 - expected[b].usable / 164);
        assert_true(hole_unusable_pct(&h, b) - unusable < 1e-9 &&
                    unusable - hole_unusable_pct(&h, b) < 1e-9);
    }
    struct hole_sizes none = {0};
    assert_true(hole_unusable_pct(&none, 3) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(region_specs),
        cmocka_unit_test(a_renewed_region_holds_zeroes),
        cmocka_unit_test(packing_keeps_every_event),
        cmocka_unit_test(shadow_maps_find_overlap),
        cmocka_unit_test(patterns_show_damage),
        cmocka_unit_test(hole_sizes_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
