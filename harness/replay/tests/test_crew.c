/* test_crew.c - several threads replay one workload: each block is handed over once, and no event
 * is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region/region_map.h"
#include "replay/crew.h"
#include "spec/policy_spec.h"

/* A policy for any number of threads: libc's malloc, with a head that says whether the block is
 * live. */
struct block {
    atomic_uint live;
    size_t bytes;
    _Alignas(16) char payload[];
};

static struct {
    atomic_ulong asked, freed, twice, by[2];
} seen;

static void *ask(struct heap *h, size_t n)
{
    (void)h;
    struct block *b = malloc(sizeof *b + n);
    atomic_init(&b->live, 1);
    b->bytes = n;
    atomic_fetch_add(&seen.asked, 1);
    atomic_fetch_add(&seen.by[crew_threads.acting() % 2], 1);
    return b->payload;
}

static void give(struct heap *h, void *p)
{
    (void)h;
    struct block *b = (struct block *)((char *)p - offsetof(struct block, payload));
    atomic_fetch_add(atomic_exchange(&b->live, 0) ? &seen.freed : &seen.twice, 1);
    free(b);
}

static size_t usable(const struct heap *h, const void *p)
{
    (void)h;
    return ((const struct block *)((const char *)p - offsetof(struct block, payload)))->bytes;
}

static void *move(struct heap *h, void *p, size_t n)
{
    void *q = ask(h, n);
    size_t old = usable(h, p);
    memcpy(q, p, old < n ? old : n);
    give(h, p);
    return q;
}

static const struct policy counting = {
    .name = "counting", .alloc = ask, .free = give, .usable = usable, .realloc = move};

static struct workload_spec spec;
static struct packed packed;

static void open_workload(const char *text)
{
    struct problem problem;
    if (!workload_spec_parse(text, &spec, &problem) ||
        !packed_open(&packed, &spec, PACKED_BUDGET, &problem)) {
        fail_msg("%s", problem.text);
    }
}

static struct streams make_streams(unsigned count)
{
    struct streams s;
    struct problem problem;
    if (!streams_open(&s, &packed, count, &problem)) {
        fail_msg("%s", problem.text);
    }
    return s;
}

/* Each thread's events are in its stream, in their order; a block that stays with a thread is not
 * handed over. */
static void test_streams(void **state)
{
    (void)state;
    open_workload("producer-consumer:threads=4,blocks=10,events=1000");
    struct streams one = make_streams(1), two = make_streams(2);
    assert_int_equal(one.handed_blocks, 0);
    assert_true(one.stream[0].n == 1000 && one.threads == 4);
    assert_int_equal(two.stream[0].n + two.stream[1].n, 1000);
    assert_int_equal(two.handed_blocks, packed.facts.count[EVENT_FREE]);
    assert_int_equal(one.lefts, 1000 - 2 * packed.facts.count[EVENT_FREE]);
    for (size_t i = 0; i < two.stream[0].n; i++) { /* a batch, then it takes one, and so on */
        assert_int_equal(stream_kind(two.stream[0].event[i]),
                         i % 20 < 10 ? STREAM_HAND : STREAM_TAKE);
    }
    streams_close(&one);
    streams_close(&two);
    packed_close(&packed);
}

static struct crew_count replay(struct crew *c, const struct streams *s, bool fuzz)
{
    struct region region = {0};
    struct heap heap = {.policy = &counting, .region = &region}, *heaps[] = {&heap};
    struct problem problem;
    struct crew_plan plan = {.streams = s, .heap = heaps, .touch = TOUCH_FIRST, .fuzz = fuzz};
    struct crew_count all = {0};
    memset(&seen, 0, sizeof seen);
    assert_true(crew_replay(c, &plan, &problem));
    for (unsigned t = 0; t < s->count; t++) {
        all.waits += c->member[t].count.waits;
        all.waited += c->member[t].count.waited;
        all.skipped += c->member[t].count.skipped;
        all.refused += c->member[t].count.refused;
        assert_true(c->member[t].count.end >= c->member[t].count.start);
    }
    crew_free_left(c, &heap);
    return all;
}

static void check_replays(const char *workload, unsigned count, unsigned times, bool fuzz)
{
    struct problem problem;
    struct crew c;
    open_workload(workload);
    struct streams s = make_streams(count);
    assert_true(crew_open(&c, count, &problem));
    const uint64_t *kinds = packed.facts.count;
    uint64_t asks =
        kinds[EVENT_MALLOC] + kinds[EVENT_CALLOC] + kinds[EVENT_ALIGNED] + kinds[EVENT_REALLOC];
    for (unsigned i = 0; i < times; i++) {
        struct crew_count all = replay(&c, &s, fuzz);
        assert_int_equal(seen.asked, asks);
        assert_int_equal(seen.freed, asks);
        assert_true(seen.twice == 0 && all.skipped == 0 && all.refused == 0);
    }
    crew_close(&c);
    streams_close(&s);
    packed_close(&packed);
}

static void test_replays(void **state)
{
    (void)state;
    check_replays("larson:threads=8,live=100,turn=50,events=20000", 8, 3, false);
    check_replays("mstress:threads=8,events=20000", 3, 2, false);
    check_replays("vector:events=5000", 1, 2, false);
}

/* With random pauses, so that the threads come in many orders. */
static void test_fuzzed(void **state)
{
    (void)state;
    check_replays("xmalloc-test:threads=8,batch=20,batches=4,events=10000", 8, 5, true);
    check_replays("rptest:events=10000", 4, 5, true);
}

#ifndef RACES_ONLY /* the thread sanitizer would not see the locks of layers */

static bool count_used(const struct span *s, void *used)
{
    *(size_t *)used += s->kind == SPAN_USED;
    return true;
}

/* Stacks of layers that are made for threads: afterwards the heap is sound, and empty once what the
 * workload left is freed. */
static void check_stack(const char *text)
{
    struct problem problem;
    struct policy_spec stack;
    struct region_map map;
    struct crew c;
    if (!policy_spec_parse(text, &stack, &problem) ||
        !region_map_open(&map, (size_t)1 << 30, false, 0, &problem)) {
        fail_msg("%s", problem.text);
    }
    open_workload("mstress:threads=8,scale=1,events=12000");
    struct streams s = make_streams(8);
    assert_true(crew_open(&c, 8, &problem));
    for (unsigned round = 0; round < 3; round++) {
        region_map_renew(&map, false);
        map.region.threads = &crew_threads;
        struct heap *heap = stack.policy->open(stack.policy, &map.region, stack.values.number);
        assert_non_null(heap);
        struct crew_plan plan = {
            .streams = &s, .heap = &heap, .touch = TOUCH_ALL, .fuzz = round > 0};
        assert_true(crew_replay(&c, &plan, &problem));
        for (unsigned t = 0; t < s.count; t++) {
            assert_true(c.member[t].count.refused == 0 && c.member[t].count.skipped == 0);
        }
        size_t used = 0;
        heap->policy->walk(heap, count_used, &used);
        assert_int_equal(used, s.lefts);
        crew_free_left(&c, heap);
        assert_null(heap_check(heap));
        used = 0;
        heap->policy->walk(heap, count_used, &used);
        assert_int_equal(used, 0);
    }
    crew_close(&c);
    streams_close(&s);
    packed_close(&packed);
    region_map_close(&map);
}

static void test_stacks(void **state)
{
    (void)state;
    check_stack("lock+best-fit");
    check_stack("arenas:n=8+lock+tlsf");
    check_stack("owner:n=8+first-fit");
    check_stack("cache+lock+segregated");
    check_stack("cache+arenas:n=3+lock+buddy");
}

#endif

/* The consumer cannot be ahead of the producer, and waiting is noted. */
static void test_waits(void **state)
{
    (void)state;
    struct problem problem;
    struct crew c;
    open_workload("producer-consumer:threads=2,blocks=500,events=20000");
    struct streams s = make_streams(2);
    assert_true(crew_open(&c, 2, &problem));
    struct crew_count all = replay(&c, &s, false);
    assert_true(seen.by[0] > 4000 && seen.by[1] > 4000);
    assert_true(all.waits > 0 && all.waited > 0 && all.waited < 2 * crew_ticks(&c));
    crew_close(&c);
    streams_close(&s);
    packed_close(&packed);
}

/* Times of single operations: as many as events, and none of them a wait. */
static void test_windows(void **state)
{
    (void)state;
    struct problem problem;
    struct crew c;
    open_workload("larson:threads=2,events=5000");
    struct streams s = make_streams(2);
    struct region region = {0};
    struct heap heap = {.policy = &counting, .region = &region}, *heaps[] = {&heap};
    struct crew_plan plan = {.streams = &s, .heap = heaps, .timing = CREW_CHAINED};
    assert_true(crew_open(&c, 2, &problem) && crew_replay(&c, &plan, &problem));
    for (unsigned t = 0; t < 2; t++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < s.stream[t].n; i++) {
            sum += c.member[t].window[i];
        }
        const struct crew_count *k = &c.member[t].count;
        assert_true(sum > 0 && sum + k->waited <= k->end - k->start);
    }
    crew_free_left(&c, &heap);
    crew_close(&c);
    streams_close(&s);
    packed_close(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams), cmocka_unit_test(test_replays),
        cmocka_unit_test(test_fuzzed),  cmocka_unit_test(test_waits),
        cmocka_unit_test(test_windows),
#ifndef RACES_ONLY
        cmocka_unit_test(test_stacks),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
