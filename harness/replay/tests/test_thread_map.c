/* test_thread_map.c - a footprint divided by thread, counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "replay/thread_map.h"

/* A heap of 1024 bytes whose walk shows what a test has put down. */
enum { BYTES = 1024, SLOTS = 8 };

static _Alignas(4096) char memory[BYTES];
static struct span span[16];
static size_t spans;

static void walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    (void)h;
    for (size_t i = 0; i < spans && visit(&span[i], ctx); i++) {
    }
}

static const struct policy policy = {.name = "shown", .walk = walk};
static struct region region = {
    .base = memory, .brk = memory + BYTES, .limit = memory + BYTES, .peak = memory + BYTES};
static struct heap heap = {.policy = &policy, .region = &region};
static struct ledger_block block[SLOTS];
static const struct ledger ledger = {.block = block, .slots = SLOTS};
static struct thread_map map;
static struct thread_share share[THREAD_OWNERS];

static int open_map(void **state)
{
    (void)state;
    spans = 0;
    return thread_map_open(&map, &heap) ? 0 : -1;
}

static int close_map(void **state)
{
    (void)state;
    thread_map_close(&map);
    return 0;
}

static void ask(uint16_t thread, uint32_t slot, size_t at, uint64_t granted)
{
    block[slot] = (struct ledger_block){.p = memory + at, .size = granted, .granted = granted};
    thread_map_event(&map, &ledger,
                     &(struct event){.kind = EVENT_MALLOC, .slot = slot, .thread = thread});
}

static void show(size_t from, size_t to, enum span_kind kind)
{
    const char *payload = kind == SPAN_USED ? memory + from + 8 : NULL;
    span[spans++] = (struct span){memory + from, to - from, payload, kind};
}

static void test_used_and_freed_memory(void **state)
{
    (void)state;
    ask(0, 0, 64, 56);  /* from here on freed */
    ask(3, 1, 128, 24); /* live, with a header of 8 bytes before it */
    ask(3, 2, 192, 64); /* freed */
    show(0, 56, SPAN_META);
    show(56, 120, SPAN_FREE); /* 8 bytes before the first block were nobody's */
    show(120, 160, SPAN_USED);
    show(160, 512, SPAN_FREE);
    show(512, 768, SPAN_ABSENT);
    show(768, BYTES, SPAN_SLACK);
    thread_map_divide(&map, &heap, share);
    assert_int_equal(share[THREAD_NOBODY].used_bytes, 56);
    assert_int_equal(share[1].used_bytes, 0);
    assert_int_equal(share[1].free_bytes, 56);
    assert_int_equal(share[4].used_bytes, 40);
    assert_int_equal(share[4].free_bytes, 64);
    assert_int_equal(share[THREAD_NOBODY].free_bytes, 8 + (192 - 160) + (512 - 256) + 256);
    uint64_t sum = 0;
    for (size_t i = 0; i < THREAD_OWNERS; i++) {
        sum += share[i].used_bytes + share[i].free_bytes;
    }
    assert_int_equal(sum, BYTES - 256);
}

/* Memory belongs to whoever had the last block there, in whole or in part. */
static void test_another_thread_takes_over(void **state)
{
    (void)state;
    ask(0, 0, 0, 256);
    ask(1, 1, 64, 64);
    ask(2, 2, 120, 0); /* a block without bytes still is one */
    show(0, BYTES, SPAN_FREE);
    thread_map_divide(&map, &heap, share);
    assert_int_equal(share[1].free_bytes, 64 + 128);
    assert_int_equal(share[2].free_bytes, 48);
    assert_int_equal(share[3].free_bytes, 16);
    assert_int_equal(share[THREAD_NOBODY].free_bytes, BYTES - 256);
}

/* Threads from THREADS_APART - 1 on are one. */
static void test_many_threads(void **state)
{
    (void)state;
    ask(THREADS_APART - 2, 0, 0, 16);
    ask(THREADS_APART - 1, 1, 16, 16);
    ask(THREADS_APART, 2, 32, 16);
    ask(UINT16_MAX, 3, 48, 16);
    assert_int_equal(thread_map_owner(&map, memory), THREADS_APART - 1);
    for (size_t at = 16; at < 64; at += 16) {
        assert_int_equal(thread_map_owner(&map, memory + at), THREADS_APART);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_used_and_freed_memory, open_map, close_map),
        cmocka_unit_test_setup_teardown(test_another_thread_takes_over, open_map, close_map),
        cmocka_unit_test_setup_teardown(test_many_threads, open_map, close_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
