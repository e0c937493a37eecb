/* test_workers.c - synthetic workloads of several threads: who frees whose blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kinds.h"

/* Who frees whose blocks. */
struct crossing {
    uint64_t frees, foreign;
    uint64_t asks[8], frees_by[8]; /* by thread */
};

static struct crossing crossing_of(const char *name, const struct setting *set)
{
    size_t n;
    struct event *all = generator_events(name, set, &n);
    uint16_t *owner = calloc(n, sizeof *owner);
    struct crossing c = {0};
    for (size_t i = 0; i < n; i++) {
        assert_true(all[i].thread < 8);
        if (all[i].kind == EVENT_FREE) {
            c.frees++;
            c.frees_by[all[i].thread]++;
            c.foreign += owner[all[i].slot] != all[i].thread;
        } else {
            c.asks[all[i].thread]++;
            owner[all[i].slot] = all[i].thread;
        }
    }
    free(owner);
    free(all);
    return c;
}

static void test_larson_crosses_threads(void **state)
{
    (void)state;
    struct crossing c = crossing_of("larson", (struct setting[]){{"threads", 4}, {NULL, 0}});
    assert_true(c.foreign > c.frees / 4 && c.foreign < c.frees);
}

/* In a chain every block is freed by the thread after the one that allocated it, and one batch is
 * live; in pairs one thread only allocates. */
static void test_producer_consumer(void **state)
{
    (void)state;
    struct setting chain[] = {{"threads", 3}, {"blocks", 100}, {"events", 6000}, {NULL, 0}};
    size_t n;
    struct event *all = generator_events("producer-consumer", chain, &n);
    struct tally t = generator_tally(all, n);
    uint16_t owner[100];
    assert_int_equal(t.totals.peak_live_blocks, 100);
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind == EVENT_FREE) {
            assert_int_equal(all[i].thread, (owner[all[i].slot] + 1) % 3);
        } else {
            owner[all[i].slot] = all[i].thread;
        }
    }
    tally_close(&t);
    free(all);
    struct crossing c =
        crossing_of("producer-consumer", (struct setting[]){{"hand", 1}, {NULL, 0}});
    assert_true(c.foreign == c.frees && c.frees_by[0] == 0 && c.asks[1] == 0 && c.frees_by[3] > 0);
}

static void test_xmalloc(void **state)
{
    (void)state;
    struct setting set[] = {{"threads", 8}, {"batch", 50}, {"batches", 3}, {NULL, 0}};
    struct crossing c = crossing_of("xmalloc-test", set);
    assert_true(c.foreign == c.frees && c.frees > 80000);
    for (size_t t = 0; t < 8; t++) {
        assert_true(t % 2 ? c.asks[t] == 0 && c.frees_by[t] > 0 : c.frees_by[t] == 0);
    }
}

/* Threads free mainly their own blocks, and a share of others'. */
static void test_exchanges(void **state)
{
    (void)state;
    struct crossing c = crossing_of("mstress", NULL);
    assert_true(c.foreign > c.frees / 20 && c.foreign < c.frees / 2);
    assert_true(c.asks[0] > 0 && c.asks[7] > 0);
    c = crossing_of("rptest", NULL);
    assert_true(c.foreign > c.frees / 20 && c.foreign < c.frees / 2);
    c = crossing_of("rptest", (struct setting[]){{"cross", 0}, {NULL, 0}});
    assert_int_equal(c.foreign, 0);
    c = crossing_of("shbench", NULL);
    assert_int_equal(c.foreign, 0);
    c = crossing_of("shbench", (struct setting[]){{"form", 1}, {NULL, 0}});
    assert_int_equal(c.foreign, c.frees);
}

/* The loop frees the responses, which the workers allocated, and the workers only their own blocks.
 */
static void test_event_loop(void **state)
{
    (void)state;
    struct crossing c = crossing_of("event-loop", NULL);
    assert_true(c.foreign > c.frees / 20 && c.foreign < c.frees / 2);
    assert_true(c.frees_by[0] > c.asks[0] && c.asks[4] > c.frees_by[4]);
}

/* Each thread has one block at a time; at the start, only in cache-scratch, all are the first's. */
static void test_one_block(void **state)
{
    (void)state;
    struct crossing c = crossing_of("cache-thrash", NULL);
    assert_int_equal(c.foreign, 0);
    c = crossing_of("cache-scratch", (struct setting[]){{"threads", 6}, {NULL, 0}});
    assert_int_equal(c.foreign, 5);
    size_t n;
    struct event *all = generator_events("cache-scratch", NULL, &n);
    struct tally t = generator_tally(all, n);
    assert_int_equal(t.totals.peak_live_blocks, 4);
    tally_close(&t);
    free(all);
}

static void test_refuses(void **state)
{
    (void)state;
    struct problem problem;
    assert_null(open_kind("producer-consumer",
                          (struct setting[]){{"threads", 3}, {"hand", 1}, {NULL, 0}}, &problem));
    assert_non_null(strstr(problem.text, "even number of threads"));
    assert_null(open_kind("rptest", (struct setting[]){{"min", 20000}, {NULL, 0}}, &problem));
    assert_non_null(strstr(problem.text, "min=20000 is above max=16000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_larson_crosses_threads),
        cmocka_unit_test(test_producer_consumer),
        cmocka_unit_test(test_xmalloc),
        cmocka_unit_test(test_exchanges),
        cmocka_unit_test(test_event_loop),
        cmocka_unit_test(test_one_block),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
