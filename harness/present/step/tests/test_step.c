/* The operations that people write, going back, and what is told of a step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "allocators/registry.h"
#include "present/step/group.h"
#include "present/step/until.h"

/* ---- operations ---- */

static void expect_texts(const char *text, const char *const *expected, size_t n)
{
    struct operations o;
    struct problem problem;
    if (!operations_parse(text, &o, &problem)) {
        fail_msg("%s: %s", text, problem.text);
    }
    assert_int_equal(o.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(o.list[i].text, expected[i]);
    }
    operations_release(&o);
}

static void operations_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const char *const c[] = {"p = alloc(10)",
                                    "q = calloc(4, 8)",
                                    "free(p)",
                                    "p = realloc(q, 40)",
                                    "r = aligned_alloc(64, 2048)",
                                    "b6 = alloc(1)"};
    expect_texts("void *p=malloc(10);q = calloc( 4,8 ) ; free(p); p=realloc(q,40)\n"
                 "r = memalign(64, 2K); # a comment; free(x)\nalloc(1);",
                 c, 6);
    static const char *const list[] = {"ptr[0] = alloc(10)", "free(ptr[0])", "ptr[1] = alloc(20)"};
    expect_texts("+10,-0,+20", list, 3);
}

static void expect_wrong(const char *text, const char *said)
{
    struct operations o;
    struct problem problem;
    assert_false(operations_parse(text, &o, &problem));
    if (!strstr(problem.text, said) || !strstr(problem.text, ";")) {
        fail_msg("'%s' for %s", problem.text, text);
    }
}

static void bad_operations_name_the_place_and_the_remedy(void **state)
{
    (void)state;
    expect_wrong("p=alloc(10); free(q)", "operation 2, 'free(q)': q holds no block");
    expect_wrong("p=alloc(10); free(p); free(p)", "p was freed already");
    expect_wrong("p=alloc(10); p=alloc(20)", "p holds a block already");
    expect_wrong("p=alloc(ten)", "a size is missing");
    expect_wrong("p=aloc(10)", "aloc is no operation");
    expect_wrong("p=alloc(10", "a ')' is missing");
    expect_wrong("p=alloc(10) free(p)", "something follows the operation");
    expect_wrong("p=aligned_alloc(48, 10)", "no power of two");
    expect_wrong("+10,-1", "ptr[1] holds no block");
    expect_wrong("", "there is no operation");
}

/* ---- going back ---- */

/* All of the region but what is absent, which may be much. */
static bool hash_span(const struct span *span, void *hash)
{
    if (span->kind != SPAN_ABSENT) {
        XXH64_update(hash, span->addr, span->bytes);
    }
    return true;
}

static uint64_t state_of(const struct stepper *s)
{
    XXH64_state_t *hash = XXH64_createState();
    XXH64_reset(hash, 0);
    s->heap->policy->walk(s->heap, hash_span, hash);
    XXH64_update(hash, s->ledger.block, s->ledger.slots * sizeof *s->ledger.block);
    XXH64_update(hash, &s->ledger.live_bytes, sizeof s->ledger.live_bytes);
    uint64_t value = XXH64_digest(hash);
    XXH64_freeState(hash);
    return value;
}

static void open_group(struct step_group *g, struct timeline *t, const char *const *policy,
                       size_t policies, bool goes_back)
{
    struct problem problem;
    struct region_spec region;
    assert_true(region_spec_parse("grow", &region, &problem));
    const struct step_group_setup setup = {
        .policy = policy, .policies = policies, .region = &region, .goes_back = goes_back};
    if (!step_group_open(g, t, &setup, &problem)) {
        fail_msg("%s", problem.text);
    }
}

/* The bytes of the region and the blocks are at each step what they were on the way there. */
static void check_back(const char *policy, bool goes_back)
{
    enum { EVENTS = 3000, APART = 250 };
    struct timeline t;
    struct step_group g;
    struct problem problem;
    uint64_t known[EVENTS / APART + 1];
    assert_true(timeline_of_workload(&t, "uniform:events=3000,live=60,max=3000", &problem));
    open_group(&g, &t, &policy, 1, goes_back);
    struct stepper *s = &g.member[0].stepper;
    for (size_t i = 0; i <= EVENTS / APART; i++) {
        assert_true(stepper_go(s, i * APART, &problem));
        known[i] = state_of(s);
    }
    assert_true(goes_back == (s->copies > 2));
    for (size_t i = EVENTS / APART + 1; i-- > 0;) {
        assert_true(stepper_go(s, i * APART, &problem));
        assert_int_equal(state_of(s), known[i]);
    }
    static const unsigned order[] = {7, 2, 11, 1, 9, 0, 5};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_true(stepper_go(s, order[i] * APART, &problem));
        assert_int_equal(state_of(s), known[order[i]]);
    }
    assert_false(stepper_go(s, EVENTS + 1, &problem));
    step_group_close(&g);
    timeline_close(&t);
}

static void back_is_exact_for_every_policy(void **state)
{
    (void)state;
    for (size_t i = 0; registry_policies[i]; i++) {
        check_back(registry_policies[i]->name, true);
    }
    check_back("best-fit", false);
}

/* ---- what is told ---- */

static const char *told(const struct story *s, const char *topic)
{
    for (size_t i = 0; i < s->lines; i++) {
        if (!strcmp(s->line[i].topic, topic)) {
            return s->line[i].text;
        }
    }
    return "";
}

static const char holes_text[] =
    "a=alloc(100); x=alloc(10); b=alloc(50); y=alloc(10); "
    "c=alloc(200); z=alloc(10); free(a); free(b); free(c); p=alloc(40)";

static void expect_reason(const char *policy, const char *reason, size_t looks)
{
    struct timeline t;
    struct step_group g;
    struct problem problem;
    assert_true(timeline_of_operations(&t, holes_text, &problem));
    open_group(&g, &t, &policy, 1, false);
    assert_true(step_group_show(&g, t.events, &problem));
    const struct story *s = &g.member[0].story;
    if (strcmp(told(s, "because"), reason) != 0 || s->looks != looks) {
        fail_msg("%s: '%s', %zu holes looked at", policy, told(s, "because"), s->looks);
    }
    step_group_close(&g);
    timeline_close(&t);
}

static void a_hole_is_taken_for_its_policys_reason(void **state)
{
    (void)state;
    expect_reason("first-fit", "112 is the first hole looked at that holds 40 + 8", 1);
    expect_reason("best-fit", "64 is the smallest hole that holds 40 + 8", 3);
    expect_reason("best-fit:order=size", "64 is the smallest hole that holds 40 + 8", 1);
    expect_reason("worst-fit", "208 is the largest hole, and holds 40 + 8", 3);
    expect_reason("first-fit:order=lifo", "208 is the first hole looked at that holds 40 + 8", 1);
    expect_reason("first-fit:order=fifo", "112 is the first hole looked at that holds 40 + 8", 1);
}

/* ---- until ---- */

static uint64_t first_step(const char *condition, const char *policy)
{
    struct timeline t;
    struct step_group g;
    struct problem problem;
    struct until until;
    bool found;
    assert_true(until_parse(condition, &until, &problem));
    assert_true(timeline_of_operations(&t, holes_text, &problem));
    open_group(&g, &t, &policy, 1, false);
    assert_true(until_seek(&until, &g.member[0].stepper, t.events, &found, &problem));
    uint64_t step = found ? g.member[0].stepper.ledger.events : 0;
    step_group_close(&g);
    timeline_close(&t);
    return step;
}

static void a_condition_stops_at_its_step(void **state)
{
    (void)state;
    struct until until;
    struct problem problem;
    assert_int_equal(first_step("free", "first-fit"), 7);
    assert_int_equal(first_step("split", "first-fit"), 10);
    assert_int_equal(first_step("holes >= 2", "first-fit"), 8);
    assert_int_equal(first_step("external > 30", "first-fit"), 8);
    assert_int_equal(first_step("live > 150", "first-fit"), 3);
    assert_int_equal(first_step("probes = 3", "best-fit"), 10);
    assert_int_equal(first_step("fail", "first-fit"), 0);
    assert_int_equal(first_step("largest < 0", "first-fit"), 0);
    assert_false(until_parse("exernal > 5", &until, &problem));
    assert_false(until_parse("external ! 5", &until, &problem));
    assert_false(until_parse("split 3", &until, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_read_as_people_write_them),
        cmocka_unit_test(bad_operations_name_the_place_and_the_remedy),
        cmocka_unit_test(back_is_exact_for_every_policy),
        cmocka_unit_test(a_hole_is_taken_for_its_policys_reason),
        cmocka_unit_test(a_condition_stops_at_its_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
