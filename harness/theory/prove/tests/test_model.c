/* test_model.c - the table of exact worst cases against second explorations. Of the sequential fits
 * on paper (fit_model.h): the same worst case in every row, and the same number of states where a
 * state is nothing but a layout. Next-fit's rover makes states that the model has only one of. Of
 * the others on their heaps, with another description of a state (plain_search.h). The argument
 * says up to how many states a row is checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/table.h"
#include "fit_model.h"
#include "plain_search.h"

static uint64_t states_most = 20000, plain_most = 700;

struct row {
    const char *policy;
    bool powers;
    unsigned live, largest, worst;
    uint64_t states;
};

static const char *cell(const struct table *t, size_t row, const char *name)
{
    struct problem problem = {""};
    size_t column;
    if (!table_column(t, name, &column, &problem)) {
        fail_msg("%s", problem.text);
    }
    return table_cell(t, row, column);
}

static unsigned number(const struct table *t, size_t row, const char *name)
{
    return (unsigned)strtoul(cell(t, row, name), NULL, 10);
}

/* Whether the model knows the policy, and as what. */
static bool fit_of(const char *policy, enum fit *fit)
{
    static const char *const name[] = {"first-fit", "best-fit", "worst-fit", "next-fit"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        if (!strcmp(policy, name[i])) {
            *fit = (enum fit)i;
            return true;
        }
    }
    return false;
}

static void check(const struct row *r, enum fit fit)
{
    struct fit_answer a = fit_model_worst(fit, r->live, r->largest, r->powers);
    if (a.worst != r->worst || (fit != FIT_NEXT && a.states != r->states)) {
        fail_msg("%s at (%u,%u): the table has %u with %llu states, the model %u with %llu",
                 r->policy, r->live, r->largest, r->worst, (unsigned long long)r->states, a.worst,
                 (unsigned long long)a.states);
    }
}

static void check_plainly(const struct row *r)
{
    struct policy_spec spec;
    struct problem problem = {""};
    assert_true(policy_spec_parse(r->policy, &spec, &problem));
    unsigned worst = plain_search_worst(&spec, r->live, r->largest, r->powers);
    if (worst != r->worst) {
        fail_msg("%s at (%u,%u): the table has %u, a plain search %u", r->policy, r->live,
                 r->largest, r->worst, worst);
    }
}

static void test_table_and_second_explorations_agree(void **state)
{
    (void)state;
    char path[1024];
    struct problem problem = {""};
    size_t checked = 0;
    snprintf(path, sizeof path, "%s/results/worst-cases/exact.csv", getenv("FITLAB_SOURCE"));
    struct table *t = table_read(path, &problem);
    assert_non_null(t);
    for (size_t i = 0; i < t->rows; i++) {
        struct row r = {.policy = cell(t, i, "policy"),
                        .powers = !strcmp(cell(t, i, "sizes"), "pow2"),
                        .live = number(t, i, "live"),
                        .largest = number(t, i, "largest"),
                        .worst = number(t, i, "worst"),
                        .states = number(t, i, "states")};
        enum fit fit;
        bool on_paper = fit_of(r.policy, &fit);
        if (on_paper && r.states <= states_most) {
            check(&r, fit);
            checked++;
        } else if (!on_paper && r.states <= plain_most) {
            check_plainly(&r);
            checked++;
        }
    }
    assert_true(checked > 100);
    table_free(t);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table_and_second_explorations_agree)};
    if (argc > 1) {
        states_most = plain_most = strtoull(argv[1], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
