/* test_schedules.c - the search for the worst order of threads finds one, the same each time, and
 * what it writes down is that order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "theory/attack/schedules.h"

static struct schedule_search search(const char *policy, const char *workload, uint64_t rounds,
                                     struct workload_spec *w)
{
    struct policy_spec p;
    struct problem problem = {""};
    struct schedule_search found;
    const struct schedule_plan plan = {.rounds = rounds, .seed = 1, .window = 1 << 16};
    if (!policy_spec_parse(policy, &p, &problem) || !workload_spec_parse(workload, w, &problem) ||
        !schedule_attack(&found, &p, w, &plan, &problem)) {
        fail_msg("%s", problem.text);
    }
    return found;
}

static void test_search(void **state)
{
    (void)state;
    static const char policy[] = "arenas:n=4+best-fit:grow=step";
    static const char workload[] = "shbench:live=300,events=12000";
    struct workload_spec w;
    struct problem problem = {""};
    struct schedule_search a = search(policy, workload, 12, &w);
    struct schedule_search b = search(policy, workload, 12, &w);
    assert_true(a.worst == b.worst && a.rounds == 12 && a.threads == 4 && a.events == 12000);
    for (unsigned order = 0; order <= ORDER_ADVERSARIAL; order++) {
        double one = order == ORDER_RANDOM ? a.random[SCHEDULE_RANDOMS - 1] : a.blow_up[order];
        assert_true(one >= 1 && a.worst >= one);
    }
    assert_true(a.random[0] <= a.random[SCHEDULE_RANDOMS - 1]);
    assert_true(a.worst > 1.02 * a.blow_up[ORDER_RECORDED]);

    char path[64];
    struct provenance provenance = {.text = ""};
    snprintf(path, sizeof path, "./fitlab-schedules-%d.fltrace", (int)getpid());
    struct trace_writer *out = trace_create(path, &provenance, 0, &problem);
    assert_true(schedule_write(&a, &w, 1 << 16, out, &problem));
    assert_true(trace_finish(out, NULL, &problem));
    struct schedule_search again = search(policy, path, 1, &w);
    unlink(path);
    assert_true(again.blow_up[ORDER_RECORDED] == a.worst && again.events == a.events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_search)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
