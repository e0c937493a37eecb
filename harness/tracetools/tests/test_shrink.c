/* test_shrink.c - what is left fails still, and nothing of it can go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tracetools/shrink.h"

struct needle {
    uint64_t sizes[3]; /* blocks of these sizes, born in this order, 0: no matter */
    bool resized;      /* ... and the last one is resized */
    bool freed;        /* ... and the first one is freed while the last is live */
    size_t tests;
};

/* Slots hold sizes: sound events, or the test fails. */
static bool fails(const struct event *e, size_t n, void *context, struct problem *problem)
{
    (void)problem;
    struct needle *needle = context;
    bool full[1000] = {false};
    size_t found = 0, bound = 0;
    uint32_t first = 0, last = 0;
    needle->tests++;
    for (size_t i = 0; i < n; i++) {
        assert_true(e[i].slot < 1000 && e[i].slot <= bound);
        assert_true(full[e[i].slot] == (e[i].kind == EVENT_FREE || e[i].kind == EVENT_REALLOC));
        bound = e[i].slot == bound ? bound + 1 : bound;
        full[e[i].slot] = e[i].kind != EVENT_FREE;
        if (e[i].kind == EVENT_MALLOC) {
            if (found < 3 && needle->sizes[found] && e[i].size >= needle->sizes[found]) {
                first = found == 0 ? e[i].slot : first;
                last = e[i].slot;
                found++;
            }
        }
        bool all = found == 3 || (found < 3 && !needle->sizes[found]);
        bool resized = !needle->resized || (e[i].kind == EVENT_REALLOC && e[i].slot == last);
        bool freed =
            !needle->freed || (e[i].kind == EVENT_FREE && e[i].slot == first && full[last]);
        if (all && resized && freed) {
            return true;
        }
    }
    return false;
}

/* 300 blocks that come and go, some resized. */
static struct event *hay(size_t *count)
{
    struct event *e = calloc(1000, sizeof *e);
    *count = 0;
    for (uint32_t i = 0; i < 300; i++) {
        e[(*count)++] = (struct event){.kind = EVENT_MALLOC, .slot = i, .size = 10 + i};
        if (i % 3 == 0) {
            e[(*count)++] = (struct event){.kind = EVENT_REALLOC, .slot = i, .size = 5 + i};
        }
        if (i >= 40) {
            e[(*count)++] = (struct event){.kind = EVENT_FREE, .slot = i - 40};
        }
    }
    return e;
}

static void check(struct needle needle, size_t expected)
{
    size_t n;
    struct event *e = hay(&n);
    struct problem problem = {""};
    struct shrink_test test = {.fails = fails, .context = &needle, .budget = 100000};
    assert_true(fails(e, n, &needle, &problem));
    assert_true(shrink_events(e, &n, &test, &problem));
    assert_true(fails(e, n, &needle, &problem));
    assert_int_equal(n, expected);
    assert_true(needle.tests < 400);
    free(e);
}

static void test_one_block(void **state)
{
    (void)state;
    check((struct needle){.sizes = {200, 0, 0}}, 1);
}

static void test_three_blocks(void **state)
{
    (void)state;
    check((struct needle){.sizes = {64, 128, 256}}, 3);
}

static void test_resize_and_free_that_matter(void **state)
{
    (void)state;
    check((struct needle){.sizes = {64, 0, 0}, .resized = true}, 2);
    check((struct needle){.sizes = {64, 80, 0}, .freed = true}, 3);
}

/* Out of budget: what there is fails still. */
static void test_budget(void **state)
{
    (void)state;
    size_t n, all;
    struct event *e = hay(&n);
    struct needle needle = {.sizes = {64, 128, 256}};
    struct problem problem = {""};
    struct shrink_test test = {.fails = fails, .context = &needle, .budget = 20};
    all = n;
    assert_true(shrink_events(e, &n, &test, &problem));
    assert_true(n < all && fails(e, n, &needle, &problem));
    free(e);
}

static bool cannot_tell(const struct event *e, size_t n, void *context, struct problem *problem)
{
    (void)e;
    (void)n;
    (void)context;
    return problem_set(problem, "the disk is full");
}

static void test_cannot_tell(void **state)
{
    (void)state;
    size_t n;
    struct event *e = hay(&n);
    struct problem problem = {""};
    struct shrink_test test = {.fails = cannot_tell, .budget = 1000};
    assert_false(shrink_events(e, &n, &test, &problem));
    assert_string_equal(problem.text, "the disk is full");
    assert_int_equal(test.budget, 999);
    free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_block),
        cmocka_unit_test(test_three_blocks),
        cmocka_unit_test(test_resize_and_free_that_matter),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_cannot_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
