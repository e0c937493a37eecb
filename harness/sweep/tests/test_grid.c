/* From a spec to cells: which combinations there are, in which order, and what a key identifies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <unistd.h>

#include "sweep/grid.h"
#include "sweep/precision.h"

static char path[] = "./fitlab-grid-XXXXXX";

static struct sweep_spec spec;
static struct grid grid;

static void expand(const char *text)
{
    struct problem problem;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    if (!sweep_spec_read(path, &(struct sweep_replacement){0}, &spec, &problem) ||
        !grid_expand(&spec, &grid, &problem)) {
        fail_msg("%s", problem.text);
    }
}

static void discard(void)
{
    grid_free(&grid);
    sweep_spec_free(&spec);
}

static void every_combination_is_a_cell(void **state)
{
    (void)state;
    expand("policies:\n"
           "  - first-fit: {order: [address, lifo], split_min: [32, 64]}\n"
           "  - bump\n"
           "workloads: [uniform: {live: [10, 20, 30]}, ramp]\n"
           "regions: [grow, 2x]\n"
           "passes: [check, memory]\n");
    assert_int_equal(grid.cells, 5 * 4 * 2 * 2);
    for (size_t i = 0; i < grid.cells; i++) {
        assert_ptr_equal(grid_find(&grid, grid.cell[i].key), &grid.cell[i]);
    }
    assert_null(grid_find(&grid, grid.cell[0].key + 1));
    discard();
}

static void rows_go_by_workload_region_pass_policy(void **state)
{
    (void)state;
    expand("policies: [first-fit: {order: [address, lifo]}]\n"
           "workloads: [uniform, ramp]\n"
           "passes: [memory, throughput]\n"
           "repetitions: 2\n");
    static const struct {
        const char *workload, *policy;
        enum cell_pass pass;
        unsigned rep;
    } expected[] = {
        {"uniform", "first-fit", PASS_MEMORY, 0},
        {"uniform", "first-fit:order=lifo", PASS_MEMORY, 0},
        {"uniform", "first-fit", PASS_THROUGHPUT, 0},
        {"uniform", "first-fit", PASS_THROUGHPUT, 1},
        {"uniform", "first-fit:order=lifo", PASS_THROUGHPUT, 0},
        {"uniform", "first-fit:order=lifo", PASS_THROUGHPUT, 1},
        {"ramp", "first-fit", PASS_MEMORY, 0},
    };
    assert_int_equal(grid.cells, 12);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct cell *cell = &grid.cell[i].cell;
        assert_string_equal(cell->workload->label, expected[i].workload);
        assert_string_equal(cell->policy->label, expected[i].policy);
        assert_int_equal(cell->pass, expected[i].pass);
        assert_int_equal(cell->rep, expected[i].rep);
    }
    discard();
}

static void seeds_go_to_those_that_have_one_and_do_not_set_it(void **state)
{
    (void)state;
    expand("policies: [bump]\n"
           "workloads: [uniform, 'uniform:live=10', 'uniform:seed=9', 'vector']\n"
           "seeds: [1, 2, 3]\n");
    size_t seeded = 0;
    for (size_t i = 0; i < grid.workloads; i++) {
        seeded += strstr(grid.workload[i].full, "seed=9") != NULL;
    }
    assert_int_equal(seeded, 1);
    assert_string_equal(grid.workload[1].label, "uniform:seed=2");
    discard();
    expand("policies: [bump]\nworkloads: [uniform, 'uniform:seed=2']\nseeds: [1, 2, 2]\n");
    assert_int_equal(grid.workloads, 2);
    discard();
}

static void equal_combinations_are_one_cell(void **state)
{
    (void)state;
    expand("policies: [first-fit, 'first-fit:order=address', first-fit: {order: [address, lifo]}]\n"
           "workloads: [uniform, 'uniform:min=16']\n");
    assert_int_equal(spec.policies, 2);
    assert_int_equal(spec.workloads, 1);
    discard();
}

static void limits_are_no_part_of_a_key_and_samples_are(void **state)
{
    (void)state;
    static const char base[] = "policies: [bump]\nworkloads: [uniform]\n";
    char text[256];
    uint64_t key[3];
    static const char *const more[] = {"", "limits: {time: 1s, memory: 1G}\n", "samples: 7\n"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%s%s", base, more[i]);
        expand(text);
        key[i] = grid.cell[0].key;
        discard();
    }
    assert_true(key[0] == key[1]);
    assert_true(key[0] != key[2]);
}

static void precision_is_the_t_interval_of_the_mean(void **state)
{
    (void)state;
    /* mean 2, standard deviation 1, t(0.975, 2) = 4.302653 */
    const double values[] = {1, NAN, 2, 3};
    assert_true(fabs(precision_pct(values, 4) - 100 * 4.302653 / sqrt(3) / 2) < 1e-4);
    assert_true(isinf(precision_pct(values, 3)));
    const double same[] = {5, 5, 5};
    assert_true(precision_pct(same, 3) == 0);
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0) {
        return 1;
    }
    close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_is_a_cell),
        cmocka_unit_test(rows_go_by_workload_region_pass_policy),
        cmocka_unit_test(seeds_go_to_those_that_have_one_and_do_not_set_it),
        cmocka_unit_test(equal_combinations_are_one_cell),
        cmocka_unit_test(limits_are_no_part_of_a_key_and_samples_are),
        cmocka_unit_test(precision_is_the_t_interval_of_the_mean),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
