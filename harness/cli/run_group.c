/* run_group.c - the rows of one workload and pass, as one comparison. */
#include <math.h>
#include <stdlib.h>

#include "cli/run.h"
#include "measure/comparison.h"

const struct run_row *run_row_of(const struct run_group *g, size_t policy, unsigned rep)
{
    for (size_t i = 0; i < g->run->rows; i++) {
        const struct run_row *row = &g->run->row[i];
        const struct cell *c = &row->cell;
        if (c->workload == g->workload && c->pass == g->pass && c->rep == rep &&
            c->policy == &g->run->policy[policy]) {
            return row->ran ? row : NULL;
        }
    }
    return NULL;
}

enum metric_id run_judged(enum cell_pass pass)
{
    return pass == PASS_LATENCY ? METRIC_block_mean_ns : METRIC_ns_per_op;
}

static size_t repetitions(const struct run_group *g)
{
    unsigned n = 0;
    while (run_row_of(g, g->run->policies - 1, n) || run_row_of(g, 0, n)) {
        n++;
    }
    return n;
}

bool run_compare(const struct run_group *g, enum metric_id id, struct comparison *c)
{
    size_t reps = repetitions(g), policies = g->run->policies;
    double *value = malloc((policies * reps + 1) * sizeof *value);
    for (size_t p = 0; value && p < policies; p++) {
        for (unsigned rep = 0; rep < reps; rep++) {
            const struct run_row *row = run_row_of(g, p, rep);
            bool known = row && row->metrics.known[id];
            value[p * reps + rep] = !known ? NAN
                                    : metric_table[id].type == METRIC_REAL
                                        ? row->metrics.value[id].real
                                        : (double)row->metrics.value[id].count;
        }
    }
    *c = (struct comparison){
        .policies = policies, .repetitions = reps, .baseline = g->run->baseline, .value = value};
    return value && reps;
}

bool run_median(const struct run_group *g, size_t policy, enum metric_id id, double *median)
{
    struct comparison c;
    if (!run_compare(g, id, &c)) {
        return false;
    }
    *median = comparison_median(&c, policy).median;
    free(c.value);
    return !isnan(*median);
}

const struct run_row *run_worst(const struct run_group *g, size_t policy)
{
    const struct run_row *worst = run_row_of(g, policy, 0);
    const struct run_row *row;
    for (unsigned rep = 1; (row = run_row_of(g, policy, rep)); rep++) {
        worst = row->status > worst->status ? row : worst;
    }
    return worst;
}
