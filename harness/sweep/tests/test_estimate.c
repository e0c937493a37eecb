/* How long cells will take, learned from those that ended. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cell/pass_kind.h"
#include "sweep/estimate.h"

enum { SMALL, LARGE, WORKLOADS };
enum { SMALL_EVENTS = 2000, LARGE_EVENTS = 20000000 };

struct bed {
    struct policy_spec policy[2];
    struct workload_spec workload[WORKLOADS];
    struct sweep_spec spec;
    struct grid grid;
    struct estimate e;
};

static void open_bed(struct bed *b)
{
    static const char *const text[WORKLOADS] = {"uniform:events=2000", "uniform:events=20000000"};
    struct problem problem;
    *b = (struct bed){.spec.policies = 2, .grid.workloads = WORKLOADS};
    b->spec.policy = b->policy;
    b->grid.workload = b->workload;
    for (size_t w = 0; w < WORKLOADS; w++) {
        assert_true(workload_spec_parse(text[w], &b->workload[w], &problem));
    }
    assert_true(estimate_open(&b->e, &b->spec, &b->grid, &problem));
    b->e.events[SMALL] = SMALL_EVENTS;
    b->e.events[LARGE] = LARGE_EVENTS;
}

static struct cell cell_of(struct bed *b, size_t policy, size_t workload)
{
    struct cell cell = {.policy = &b->policy[policy], .workload = &b->workload[workload]};
    cell.pass = PASS_THROUGHPUT;
    return cell;
}

/* A timed cell of a few events takes as long as there is enough to time: that is no time an event. */
static void a_few_events_do_not_foretell_millions(void **state)
{
    (void)state;
    struct bed b;
    open_bed(&b);
    struct cell small = cell_of(&b, 0, SMALL), large = cell_of(&b, 0, LARGE);
    estimate_learn(&b.e, &small, 0.5);
    double most = 4 * pass_kinds[PASS_THROUGHPUT]->guess_ns * 1e-9 * LARGE_EVENTS;
    assert_true(estimate_cell(&b.e, &large) <= most + 0.1);
    assert_true(fabs(estimate_cell(&b.e, &small) - 0.5) < 0.02);
    assert_false(estimate_is_guess(&b.e, &large));
    estimate_close(&b.e);
}

/* What one policy took on a workload foretells what another takes there, as many times as it takes
 * elsewhere. */
static void a_slow_policy_is_slow_elsewhere(void **state)
{
    (void)state;
    struct bed b;
    open_bed(&b);
    struct cell fast[] = {cell_of(&b, 0, SMALL), cell_of(&b, 0, LARGE)};
    struct cell slow[] = {cell_of(&b, 1, SMALL), cell_of(&b, 1, LARGE)};
    estimate_learn(&b.e, &fast[SMALL], 1);
    estimate_learn(&b.e, &fast[LARGE], 10);
    assert_true(estimate_is_guess(&b.e, &slow[LARGE]));
    assert_true(fabs(estimate_cell(&b.e, &slow[LARGE]) - 10) < 1);
    estimate_learn(&b.e, &slow[SMALL], 3);
    double foretold = estimate_cell(&b.e, &slow[LARGE]);
    assert_true(foretold > 12 && foretold < 31);
    estimate_close(&b.e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_events_do_not_foretell_millions),
        cmocka_unit_test(a_slow_policy_is_slow_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
