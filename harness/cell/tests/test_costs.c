/* test_costs.c - what single operations cost, as counted and not as timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scripted.h"

/* Events whose last one is the costliest under first-fit: a search that passes `holes` holes of 16
 * bytes, which a list in address order has before the one that fits. */
enum { HOLES_MOST = 60, EVENTS_MOST = 3 * HOLES_MOST + 4, ASKED = 500 };

static size_t comb(struct event *events, uint32_t holes)
{
    size_t n = 0;
    for (uint32_t i = 0; i < 2 * holes; i++) {
        events[n++] = scripted_malloc(i, 24);
    }
    events[n++] = scripted_malloc(2 * holes, 600);
    events[n++] = scripted_malloc(2 * holes + 1, 24); /* so that the hole is not the last block */
    for (uint32_t i = 0; i < 2 * holes; i += 2) {
        events[n++] = scripted_free(i); /* every other one, so that they do not join */
    }
    events[n++] = scripted_free(2 * holes);
    events[n++] = scripted_malloc(0, ASKED);
    return n;
}

static struct metrics measure(const struct event *events, size_t n, enum cell_pass pass)
{
    struct policy_spec policy;
    struct workload_spec workload = scripted_workload(events, n, 0);
    struct problem problem;
    struct cell cell;
    assert_true(policy_spec_parse("first-fit", &policy, &problem));
    cell_init(&cell, &policy, &workload);
    cell.pass = pass;
    struct cell_process process;
    assert_true(cell_start(&cell, &process, &problem));
    cell_wait(&process);
    assert_string_equal("", process.result.detail);
    struct metrics m = process.result.metrics;
    cell_release(&process);
    return m;
}

static void the_operation_with_most_probes_is_found(void **state)
{
    (void)state;
    struct event events[EVENTS_MOST];
    size_t n = comb(events, 20);
    struct metrics m = measure(events, n, PASS_MEMORY), d = measure(events, n, PASS_LINES);
    assert_int_equal(20 + 1, m.value[METRIC_most_probes].count);
    assert_int_equal(n, m.value[METRIC_most_probes_event].count);
    assert_int_equal(20 + 1, d.value[METRIC_most_probes].count);
    assert_int_equal(n, d.value[METRIC_most_probes_event].count);
    assert_int_equal(EVENT_MALLOC, d.value[METRIC_most_probes_kind].count);
    assert_int_equal(ASKED, d.value[METRIC_most_probes_bytes].count);
    /* The 42 mallocs before it find an empty list. Of the n = 64 operations that is more than a
     * half; the frees pass the holes before their places, at most 20. */
    assert_int_equal(0, d.value[METRIC_p50_probes].count);
    assert_in_range(d.value[METRIC_p99_probes].count, 20, 21);
    assert_int_equal(21, d.value[METRIC_p9999_probes].count);
}

static uint64_t most_accesses(uint32_t holes)
{
    struct event events[EVENTS_MOST];
    size_t n = comb(events, holes);
    struct metrics m = measure(events, n, PASS_LINES);
    assert_int_equal(n, m.value[METRIC_most_accesses_event].count);
    assert_int_equal(EVENT_MALLOC, m.value[METRIC_most_accesses_kind].count);
    assert_int_equal(ASKED, m.value[METRIC_most_accesses_bytes].count);
    assert_true(m.value[METRIC_p50_accesses].count <= m.value[METRIC_p99_accesses].count);
    assert_true(m.value[METRIC_p99_accesses].count <= m.value[METRIC_most_accesses].count);
    assert_int_equal(m.value[METRIC_most_accesses].count, m.value[METRIC_p9999_accesses].count);
    return m.value[METRIC_most_accesses].count;
}

/* Each hole more that is passed costs the same: its link and its size are loaded, and a compiler
 * that does not optimise much loads one of them twice. */
static void the_operation_with_most_accesses_grows_with_the_list(void **state)
{
    (void)state;
    uint64_t a = most_accesses(20), b = most_accesses(40), c = most_accesses(60);
    assert_int_equal(b - a, c - b);
    assert_true(b - a == 2 * 20 || b - a == 3 * 20);
}

/* Without the last malloc the costliest is the free before it, which passes all holes to its place
 * in the list. Its size is that of the block. */
static void a_free_has_the_size_of_its_block(void **state)
{
    (void)state;
    struct event events[EVENTS_MOST];
    size_t n = comb(events, 20) - 1;
    struct metrics m = measure(events, n, PASS_LINES);
    assert_int_equal(n, m.value[METRIC_most_probes_event].count);
    assert_int_equal(EVENT_FREE, m.value[METRIC_most_probes_kind].count);
    assert_int_equal(600, m.value[METRIC_most_probes_bytes].count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_operation_with_most_probes_is_found),
        cmocka_unit_test(the_operation_with_most_accesses_grows_with_the_list),
        cmocka_unit_test(a_free_has_the_size_of_its_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
