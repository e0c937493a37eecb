/* test_map.c - a heap map holds exactly the region: no byte twice, none missing, none beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/policy.h"
#include "cell/cell.h"
#include "cell/heap_map.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

struct run {
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell;
    struct cell_process process;
};

static void run_cell(struct run *run, const char *policy, const char *workload, unsigned samples)
{
    struct problem problem = {""};
    assert_true(policy_spec_parse(policy, &run->policy, &problem));
    assert_true(workload_spec_parse(workload, &run->workload, &problem));
    cell_init(&run->cell, &run->policy, &run->workload);
    run->cell.pass = PASS_MAP;
    run->cell.samples = samples;
    assert_true(cell_start(&run->cell, &run->process, &problem));
    cell_wait(&run->process);
}

static uint64_t held_in(const struct heap_map_moment *m, size_t bin)
{
    uint64_t sum = 0;
    for (size_t kind = 0; kind < HEAP_MAP_KINDS; kind++) {
        sum += m->held[bin][kind];
    }
    return sum;
}

/* Every bin below the break is full, the bin with the break holds what is below the break, and the
 * others are empty. */
static void check_moment(const struct heap_map *map, const struct heap_map_moment *m)
{
    uint64_t left = m->height_bytes;
    for (size_t bin = 0; bin < HEAP_MAP_BINS; bin++) {
        uint64_t here = left < map->bin_bytes ? left : map->bin_bytes;
        assert_int_equal(held_in(m, bin), here);
        left -= here;
    }
    assert_int_equal(left, 0);
}

static void test_bins_tile_the_region(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "best-fit:order=lifo", "buddy"};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct run run;
        run_cell(&run, policies[i], "sawtooth", 50);
        const struct cell_result *r = &run.process.result;
        assert_int_equal(r->status, CELL_OK);
        assert_int_equal(r->map->moments, 50);
        uint64_t event = 0, highest = 0;
        for (size_t t = 0; t < r->map->moments; t++) {
            const struct heap_map_moment *m = &r->map->moment[t];
            check_moment(r->map, m);
            assert_true(m->event > event);
            event = m->event;
            highest = m->height_bytes > highest ? m->height_bytes : highest;
        }
        assert_int_equal(event, r->metrics.value[METRIC_events].count);
        assert_true(highest > r->map->bin_bytes * (HEAP_MAP_BINS / 2));
        cell_release(&run.process);
    }
}

static void test_used_and_free_are_told_apart(void **state)
{
    (void)state;
    struct run run;
    run_cell(&run, "first-fit", "swiss-cheese", 100);
    const struct heap_map *map = run.process.result.map;
    uint64_t most[HEAP_MAP_KINDS] = {0};
    for (size_t t = 0; t < map->moments; t++) {
        for (size_t kind = 0; kind < HEAP_MAP_KINDS; kind++) {
            uint64_t sum = 0;
            for (size_t bin = 0; bin < HEAP_MAP_BINS; bin++) {
                sum += map->moment[t].held[bin][kind];
            }
            most[kind] = sum > most[kind] ? sum : most[kind];
        }
    }
    assert_true(most[SPAN_USED] > 0);
    assert_true(most[SPAN_FREE] > most[SPAN_USED] / 4); /* every other block was freed */
    assert_int_equal(most[SPAN_SLACK], 0); /* a sequential fit keeps no memory for one size class */
    cell_release(&run.process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bins_tile_the_region),
        cmocka_unit_test(test_used_and_free_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
