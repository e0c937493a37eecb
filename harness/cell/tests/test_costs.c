/* test_costs.c - what single operations cost, as counted and not as timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scripted.h"

/* The costliest operation is the search that passes every hole: the holes of 16 bytes, of which a
 * list in address order has `HOLES` before the one that fits. */
static void the_worst_operation_is_found(void **state)
{
    (void)state;
    enum { HOLES = 20, EVENTS = 3 * HOLES + 4 };
    struct event events[EVENTS];
    size_t n = 0;
    for (uint32_t i = 0; i < 2 * HOLES; i++) {
        events[n++] = scripted_malloc(i, 24);
    }
    events[n++] = scripted_malloc(2 * HOLES, 600);
    events[n++] = scripted_malloc(2 * HOLES + 1, 24); /* so that the hole is not the last block */
    for (uint32_t i = 0; i < 2 * HOLES; i += 2) {
        events[n++] = scripted_free(i); /* every other one, so that they do not join */
    }
    events[n++] = scripted_free(2 * HOLES);
    events[n++] = scripted_malloc(0, 500); /* event EVENTS */
    assert_int_equal(EVENTS, n);
    struct policy_spec policy;
    struct workload_spec workload = scripted_workload(events, EVENTS, 0);
    struct problem problem;
    struct cell cell;
    assert_true(policy_spec_parse("first-fit", &policy, &problem));
    cell_init(&cell, &policy, &workload);
    struct cell_process process;
    assert_true(cell_start(&cell, &process, &problem));
    cell_wait(&process);
    const struct metrics *m = &process.result.metrics;
    assert_string_equal("", process.result.detail);
    assert_int_equal(HOLES + 1, m->value[METRIC_most_probes].count);
    assert_int_equal(EVENTS, m->value[METRIC_most_probes_event].count);
    cell_release(&process);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_operation_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
