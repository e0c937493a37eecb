/* test_cost.c - the most that one operation can cost: it grows with M where holes are in a list and
 * does not in TLSF and half-fit, and the witness replays to the count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/heap.h"
#include "measure/lines.h"
#include "theory/prove/explore.h"

static struct policy_spec parse(const char *text)
{
    struct policy_spec spec;
    struct problem problem = {""};
    assert_true(policy_spec_parse(text, &spec, &problem));
    return spec;
}

static struct answer ask(const char *policy, unsigned live, unsigned largest, enum measure measure)
{
    struct policy_spec spec = parse(policy);
    struct answer a;
    struct problem problem = {""};
    const struct question q = {
        .live = live, .largest = largest, .measure = measure, .memory = (size_t)1 << 30, .jobs = 2};
    if (!explore(&spec, &q, &a, NULL, NULL, &problem)) {
        fail_msg("%s: %s", policy, problem.text);
    }
    assert_true(a.complete);
    return a;
}

static uint64_t most_probes(const char *policy, unsigned live)
{
    struct answer a = ask(policy, live, 2, MEASURE_PROBES);
    answer_release(&a);
    return a.explored.worst;
}

/* A request of 2 units passes a hole of 1 between every two blocks. */
static void test_lists_grow_with_M(void **state)
{
    (void)state;
    assert_int_equal(most_probes("first-fit", 4), 2);
    assert_int_equal(most_probes("first-fit", 6), 3);
    assert_int_equal(most_probes("first-fit", 8), 5);
    assert_int_equal(most_probes("first-fit", 10), 6);
    assert_int_equal(most_probes("best-fit", 6), 4);
}

static void test_constant_time_is_constant(void **state)
{
    (void)state;
    for (unsigned live = 4; live <= 8; live++) {
        assert_int_equal(most_probes("half-fit", live), 2);
        assert_in_range(most_probes("tlsf", live), 2, 4);
    }
}

/* Plays the witness on a fresh heap; what each operation but the last costs is less than the worst,
 * which the last one costs. */
static void replay(const char *policy, enum measure measure)
{
    enum { ACCESSES = 4096, BLOCKS = 64 };
    static struct lines_access access[ACCESSES];
    enum { LIVE = 6, LARGEST = 3 };
    struct answer a = ask(policy, LIVE, LARGEST, measure);
    struct policy_spec spec = parse(policy);
    struct unit_heap u;
    struct problem problem = {""};
    void *at[BLOCKS] = {NULL};
    spec.policy = measure == MEASURE_ACCESSES ? lines_policy(spec.policy) : spec.policy;
    /* as large as that of the search: what buddy does depends on it */
    assert_true(unit_heap_open(&u, &spec, (size_t)2 * LIVE * (LARGEST + 1), false, &problem));
    struct lines_log log = {
        .base = u.map.region.base, .bytes = 1 << 20, .access = access, .most = ACCESSES};
    lines_log(&log);
    for (size_t i = 0; i < a.moves; i++) {
        const struct move *m = &a.witness[i];
        log.n = 0;
        u.heap->count = (struct counters){0};
        if (m->is_free) {
            heap_free(u.heap, at[m->address]);
        } else {
            at[m->address] = heap_alloc(u.heap, unit_request(&u, m->asked));
        }
        uint64_t probes = u.heap->count.probes + u.heap->count.insert_probes;
        uint64_t cost = measure == MEASURE_ACCESSES ? log.n : probes;
        if (i + 1 == a.moves ? cost != a.explored.worst : cost >= a.explored.worst) {
            fail_msg("%s: operation %zu of %zu costs %zu, and the worst %zu", policy, i + 1,
                     a.moves, (size_t)cost, (size_t)a.explored.worst);
        }
    }
    lines_log(NULL);
    unit_heap_close(&u);
    answer_release(&a);
}

static void test_witnesses_replay(void **state)
{
    (void)state;
    static const char *const policy[] = {"first-fit", "best-fit", "next-fit", "tlsf", "buddy"};
    for (size_t i = 0; i < sizeof policy / sizeof *policy; i++) {
        replay(policy[i], MEASURE_PROBES);
        replay(policy[i], MEASURE_ACCESSES);
    }
}

static void test_a_plugin_has_no_accesses(void **state)
{
    (void)state;
    struct policy_spec spec = parse("first-fit");
    struct policy other = *spec.policy;
    struct answer a;
    struct problem problem = {""};
    const struct question q = {
        .live = 2, .largest = 1, .measure = MEASURE_ACCESSES, .memory = 1 << 20};
    spec.policy = &other;
    assert_false(explore(&spec, &q, &a, NULL, NULL, &problem));
    assert_non_null(strstr(problem.text, "--cost probes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_grow_with_M),
        cmocka_unit_test(test_constant_time_is_constant),
        cmocka_unit_test(test_witnesses_replay),
        cmocka_unit_test(test_a_plugin_has_no_accesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
