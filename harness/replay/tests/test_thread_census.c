/* test_thread_census.c - who owns which blocks, and in which lines threads meet; counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/thread_census.h"

enum { SLOTS = 40 };

static struct ledger_block block[SLOTS];
static const struct ledger ledger = {.block = block, .slots = SLOTS};
static struct thread_census census;

static int open_census(void **state)
{
    (void)state;
    return thread_census_open(&census, SLOTS) ? 0 : -1;
}

static int close_census(void **state)
{
    (void)state;
    thread_census_close(&census);
    return 0;
}

/* Line 1 begins at address 64. */
static void ask(uint16_t thread, uint32_t slot, uintptr_t at, uint64_t bytes)
{
    block[slot] = (struct ledger_block){.p = (char *)at, .size = bytes};
    thread_census_event(&census, &ledger,
                        &(struct event){.kind = EVENT_MALLOC, .slot = slot, .thread = thread});
}

static void resize(uint16_t thread, uint32_t slot, uintptr_t at, uint64_t bytes)
{
    block[slot] = (struct ledger_block){.p = (char *)at, .size = bytes};
    thread_census_event(&census, &ledger,
                        &(struct event){.kind = EVENT_REALLOC, .slot = slot, .thread = thread});
}

static void give(uint16_t thread, uint32_t slot)
{
    thread_census_event(&census, &ledger,
                        &(struct event){.kind = EVENT_FREE, .slot = slot, .thread = thread});
}

static void test_bytes_and_remote_frees(void **state)
{
    (void)state;
    ask(0, 0, 64, 100);
    ask(1, 1, 1024, 50);
    resize(1, 0, 64, 120); /* thread 1 owns it from here on */
    give(0, 1);            /* remote */
    give(1, 0);
    assert_int_equal(census.frees, 2);
    assert_int_equal(census.remote_frees, 1);
    assert_int_equal(thread_census_largest_peak(&census), 170);
    assert_int_equal(thread_census_sum_of_peaks(&census), 270);
    assert_int_equal(census.lines, 0);
}

static void test_active_sharing(void **state)
{
    (void)state;
    ask(0, 0, 64, 16);
    ask(0, 1, 80, 16); /* the same thread */
    assert_int_equal(census.active, 0);
    ask(1, 2, 96, 16);
    assert_int_equal(census.active, 1);
    ask(1, 3, 128 - 16, 200); /* in line 1, and its end in line 4 */
    assert_int_equal(census.active, 2);
    assert_int_equal(census.shared_now, 1);
    ask(2, 4, 320 - 8, 8); /* in line 4, behind it */
    assert_int_equal(census.shared_now, 2);
    give(1, 3);
    assert_int_equal(census.shared_now, 1); /* line 1: threads 0 and 1 */
    give(1, 2);
    assert_true(census.shared_now == 0 && census.shared_most == 2 && census.passive == 0);
}

/* Thread 1 frees a block of thread 0, gets its memory again, and thread 0 still has the other half.
 */
static void test_passive_sharing(void **state)
{
    (void)state;
    ask(0, 0, 64, 16);
    ask(0, 1, 80, 16);
    give(1, 0);
    ask(1, 0, 64, 16);
    assert_true(census.passive == 1 && census.active == 0 && census.shared_now == 1);
    give(1, 0);
    ask(2, 0, 64, 16); /* it did not free anything there */
    assert_true(census.passive == 1 && census.active == 1);
}

/* The table of lines grows and forgets; its count is that of a table without hashes. */
static void test_many_lines(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < SLOTS; i++) {
            ask((uint16_t)(i % 2), i, 64 + 32 * (uintptr_t)(i + 1000 * round), 16);
        }
        assert_int_equal(census.lines, SLOTS / 2);
        assert_int_equal(census.shared_now, SLOTS / 2);
        for (uint32_t i = 0; i < SLOTS; i++) {
            give(0, i * 7 % SLOTS);
        }
        assert_true(census.lines == 0 && census.shared_now == 0);
    }
    enum { BLOCKS = 5000 };
    struct ledger_block many[BLOCKS];
    const struct ledger large = {.block = many, .slots = BLOCKS};
    struct thread_census t;
    assert_true(thread_census_open(&t, BLOCKS));
    for (uint32_t i = 0; i < BLOCKS; i++) {
        many[i] = (struct ledger_block){.p = (char *)(64 + 64 * (uintptr_t)i), .size = 64};
        thread_census_event(&t, &large, &(struct event){.kind = EVENT_MALLOC, .slot = i});
    }
    assert_true(t.lines == BLOCKS && t.shared_most == 0);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        thread_census_event(&t, &large,
                            &(struct event){.kind = EVENT_FREE, .slot = i * 3 % BLOCKS});
    }
    assert_true(t.lines == 0 && t.frees == BLOCKS && t.remote_frees == 0);
    thread_census_close(&t);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, open_census, close_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bytes_and_remote_frees),
        TEST(test_active_sharing),
        TEST(test_passive_sharing),
        TEST(test_many_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
