/* exp_worst_cases.c - exact worst cases proven again, and what first-fit needs by the number of
 * blocks that are live. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data_files.h"
#include "base/table.h"
#include "theory/adversary.h"
#include "theory/experiment.h"
#include "theory/prove/explore.h"

/* Rows with more states than this take too long for a result that is run with all others. */
enum { FEW_STATES = 6000 };

/* The columns of exact.csv that are read. */
enum column { POLICY, SIZES, LIVE, LARGEST, WORST, STATES, COLUMNS };
static const char *const column_name[COLUMNS] = {"policy",  "sizes", "live",
                                                 "largest", "worst", "states"};

static unsigned number(const struct table *t, size_t row, size_t column)
{
    return (unsigned)strtoul(table_cell(t, row, column), NULL, 10);
}

static bool prove_row(struct experiment_run *run, const struct table *t, size_t row,
                      const size_t *column, struct problem *problem)
{
    struct policy_spec spec;
    struct answer a;
    const char *policy = table_cell(t, row, column[POLICY]);
    const char *sizes = table_cell(t, row, column[SIZES]);
    const struct question q = {.live = number(t, row, column[LIVE]),
                               .largest = number(t, row, column[LARGEST]),
                               .powers = !strcmp(sizes, "pow2"),
                               .memory = (size_t)1 << 30};
    if (!experiment_policy(run, policy, &spec, problem) ||
        !explore(&spec, &q, &a, NULL, NULL, problem)) {
        return false;
    }
    expect_exactly(run, number(t, row, column[WORST]), (double)a.explored.worst,
                   "%s; M = %u; n = %u; %s", policy, q.live, q.largest,
                   q.powers ? "powers of two" : "all sizes");
    answer_release(&a);
    return true;
}

static bool run_worst_cases(struct experiment_run *run, struct problem *problem)
{
    char folder[4096], path[4200];
    size_t column[COLUMNS];
    data_file_find("results/worst-cases", FITLAB_DATA_FROM_PROGRAM "/worst-cases", folder,
                   sizeof folder);
    snprintf(path, sizeof path, "%s/exact.csv", folder);
    struct table *t = table_read(path, problem);
    bool ok = t != NULL;
    for (size_t i = 0; ok && i < COLUMNS; i++) {
        ok = table_column(t, column_name[i], &column[i], problem);
    }
    for (size_t row = 0; ok && row < t->rows; row++) {
        if (number(t, row, column[STATES]) <= FEW_STATES &&
            number(t, row, column[LIVE]) > number(t, row, column[LARGEST]) + 1) {
            ok = prove_row(run, t, row, column, problem);
        }
    }
    table_free(t);
    return ok;
}

const struct experiment experiment_worst_cases = {
    .name = "worst-cases",
    .summary = "the exact worst cases of results/worst-cases, where they have few states",
    .source = "every state of the policy visited; the fits also by a second exploration",
    .run = run_worst_cases,
};

/* First-fit's worst ratio under Robson's adversary with M = n = `blocks` units of `granule` bytes,
 * so that no more blocks than that are ever live; and how many were. */
static bool ratio_of(const struct experiment_run *run, size_t blocks, size_t granule, double *ratio,
                     struct problem *problem)
{
    struct policy_spec spec;
    struct player p;
    struct player_setup setup = {.granule = granule,
                                 .limit = adversary_region(blocks, blocks, granule)};
    if (!experiment_policy(run, "first-fit:index=tree", &spec, problem) ||
        !player_open(&p, &spec, &setup, problem)) {
        return false;
    }
    bool ok = adversary_robson.play(&p, blocks, blocks);
    *ratio = (double)player_high_water(&p) / (double)blocks;
    player_close(&p);
    return ok || problem_set(problem, "first-fit refused a request");
}

static bool run_luby96(struct experiment_run *run, struct problem *problem)
{
    static const size_t unit[] = {64, 1024};
    for (size_t blocks = 4; blocks <= 1024; blocks *= 4) {
        double harmonic = 0, k = (double)blocks;
        for (size_t i = 1; i <= blocks; i++) {
            harmonic += 1 / (double)i;
        }
        for (size_t u = 0; u < sizeof unit / sizeof *unit; u++) {
            double ratio;
            if (!ratio_of(run, blocks, unit[u], &ratio, problem)) {
                return false;
            }
            expect_exactly(run, log2(k) / 2 + 1 / k, ratio,
                           "forced with %zu blocks live, units of %zu bytes", blocks, unit[u]);
            expect_at_most(run, harmonic / log(2), ratio,
                           "at most H(k) / ln 2; k = %zu, units of %zu bytes", blocks, unit[u]);
        }
    }
    return true;
}

const struct experiment experiment_luby96 = {
    .name = "luby96",
    .summary = "what first-fit can need grows with the logarithm of the number of live blocks, "
               "however large they are",
    .source = "M. G. Luby, J. Naor and A. Orda, SIAM J. Discrete Mathematics 9(1), 1996",
    .run = run_luby96,
};
