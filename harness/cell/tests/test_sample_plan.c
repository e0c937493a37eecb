#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cell/sample_plan.h"

struct seen {
    uint64_t grid, spent, nearest, furthest; /* even samples; spans; events from one to the next */
};

/* Plays the plan of a heap that grows evenly up to `most` spans at its end. */
static struct seen play(uint64_t events, uint64_t asked, uint64_t most)
{
    struct sample_plan plan = sample_plan_open(events, asked, most);
    struct seen seen = {.nearest = UINT64_MAX};
    uint64_t before = 0;
    for (uint64_t event = 1; event <= events; event++) {
        enum sample_reason reason = SAMPLE_REASON_COUNT;
        if (!sample_plan_wants(&plan, event, &reason)) {
            continue;
        }
        uint64_t spans = most * event / events, apart = event - before;
        sample_plan_spend(&plan, spans);
        seen.spent += spans;
        seen.grid++;
        seen.nearest = apart < seen.nearest ? apart : seen.nearest;
        seen.furthest = apart > seen.furthest ? apart : seen.furthest;
        before = event;
    }
    return seen;
}

static void small_heaps_get_all_that_is_asked_for(void **state)
{
    (void)state;
    struct seen seen = play(100000, 200, 1000);
    assert_int_equal(seen.grid, 200);
    assert_int_equal(seen.nearest, 500);
    assert_int_equal(seen.furthest, 500);
}

static void large_heaps_get_fewer_that_are_even(void **state)
{
    (void)state;
    const uint64_t events = 30000000, most = 3000000;
    struct seen seen = play(events, 200, most);
    assert_in_range(seen.grid, 10, 60);
    assert_in_range(seen.furthest - seen.nearest, 0, 1);
    assert_in_range(seen.spent, events, 3 * events);
}

/* More is seen than was planned: walks get rarer, but the last one is taken. */
static void more_than_planned_is_left_out(void **state)
{
    (void)state;
    const uint64_t events = 10000000;
    struct sample_plan plan = sample_plan_open(events, 100, 1);
    uint64_t samples = 0;
    enum sample_reason reason = SAMPLE_REASON_COUNT;
    for (uint64_t event = 1; event <= events; event++) {
        if (sample_plan_wants(&plan, event, &reason)) {
            sample_plan_spend(&plan, 10000000);
            samples++;
        }
    }
    assert_in_range(samples, 3, 10);
    assert_int_equal(reason, SAMPLE_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_heaps_get_all_that_is_asked_for),
        cmocka_unit_test(large_heaps_get_fewer_that_are_even),
        cmocka_unit_test(more_than_planned_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
