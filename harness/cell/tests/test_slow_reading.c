/* Readings of a resident set that takes long to count: few on a big heap, one at the peak always. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cell/slow_reading.h"

enum { EVENTS = 100000, PEAK_EVENT = 77777 };

/* Plays EVENTS events with so many live bytes, which grow by 16 an event until PEAK_EVENT. Returns
 * how often the set is read; false in `peak` if not at the peak. */
static unsigned play(uint64_t start_bytes, struct slow_reading *r, bool *peak)
{
    const struct workload_facts facts = {.events = EVENTS,
                                         .peak_live_bytes = start_bytes + 16 * PEAK_EVENT};
    struct ledger l = {.allocated_bytes = start_bytes};
    unsigned readings = 0;
    *r = (struct slow_reading){0};
    *peak = false;
    for (l.events = 1; l.events <= EVENTS; l.events++) {
        uint64_t steps = l.events < PEAK_EVENT ? l.events : 2 * PEAK_EVENT - l.events;
        l.live_bytes = start_bytes + 16 * steps;
        if (slow_reading_due(r, &l, &facts)) {
            slow_reading_take(r, l.live_bytes, &l, &facts);
            *peak = *peak || l.events == PEAK_EVENT;
            readings++;
        }
    }
    return readings;
}

static void a_small_heap_is_read_often(void **state)
{
    (void)state;
    struct slow_reading r;
    bool peak;
    unsigned readings = play(100000, &r, &peak);
    assert_true(peak);
    assert_in_range(readings, SLOW_READINGS, 8 * SLOW_READINGS);
}

/* A quarter of the time of the pass, and what is free, at 200 ns a page and 100 ns an event. */
static void a_large_heap_is_read_seldom(void **state)
{
    (void)state;
    const uint64_t start = (uint64_t)4 << 30, pages = start / 4096;
    struct slow_reading r;
    bool peak;
    unsigned readings = play(start, &r, &peak);
    assert_true(peak);
    assert_in_range(readings, 2, 40);
    assert_in_range(r.pages * 200, 0, 200000000 + (100 * EVENTS + 200 * pages) / 3 + 3 * 200 * pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_heap_is_read_often),
        cmocka_unit_test(a_large_heap_is_read_seldom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
