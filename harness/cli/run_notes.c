/* run_notes.c - what `fitlab run` says below a table: failures, how near the best possible the best
 * policy is, and how far the times can be trusted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/run.h"
#include "measure/comparison.h"

static void print_details(const struct run_group *g)
{
    for (size_t p = 0; p < g->run->policies; p++) {
        const struct run_row *worst = run_worst(g, p);
        if (worst->status != CELL_OK) {
            printf("%s: %s: %s\n", g->run->policy[p].label, cell_status_name(worst->status),
                   worst->detail);
        }
    }
}

/* Peak live bytes are a lower bound for every allocator, so the footprint alone shows how near the
 * best possible a policy is. */
static void print_certificate(const struct run_group *g)
{
    double least = INFINITY, jw4;
    size_t best = 0;
    for (size_t p = 0; g->pass == PASS_MEMORY && p < g->run->policies; p++) {
        const struct run_row *row = run_row_of(g, p, 0);
        if (row->status == CELL_OK && row->cell.region.form == REGION_GROW &&
            row->metrics.known[METRIC_high_water_bytes] && run_median(g, p, METRIC_jw4_pct, &jw4) &&
            jw4 < least) {
            least = jw4;
            best = p;
        }
    }
    if (!isinf(least)) {
        printf("%s is within %.2f %% of any allocator on this workload\n",
               g->run->policy[best].label, least);
    }
}

/* From the fastest on, each compared with the one before it. */
static void print_ranking(const struct run_group *g, const struct comparison *c,
                          const struct interval *aa)
{
    struct rank *rank = malloc((c->policies + 1) * sizeof *rank);
    size_t n = rank ? comparison_ranking(c, aa, rank) : 0, alike = 0;
    for (size_t i = 0; n > 1 && i < n; i++) {
        alike += i && !rank[i].apart;
        printf("%s%s",
               i == 0          ? "ranking: "
               : rank[i].apart ? " < "
                               : " ~ ",
               g->run->policy[rank[i].policy].label);
    }
    if (n > 1) {
        puts(alike ? "   (~: these runs cannot tell the two apart)" : "");
    }
    free(rank);
}

/* Who has runs that differ much more than the others' do. */
static void print_loud(const struct run_group *g, const struct comparison *c)
{
    struct own_noise *own = calloc(c->policies + 1, sizeof *own);
    if (!own) {
        return;
    }
    comparison_own_noise(c, own);
    for (size_t p = 0; p < c->policies; p++) {
        if (own[p].loud) {
            printf("! %s: two runs of it in a row differ by up to %.0f %%, much more than those of "
                   "the others: repeat it before you believe its ratio\n",
                   g->run->policy[p].label, own[p].pct);
        }
    }
    free(own);
}

static void print_null(const struct run_group *g)
{
    if (g->pass == PASS_LATENCY) {
        puts("null: the same quantile of bump, which does next to nothing, in the same cells; "
             "~: not above it, so it is the machine's and not the policy's");
    }
}

/* How reliable the ratios are. */
static void print_noise(const struct run_group *g)
{
    struct comparison c;
    if (!cell_pass_is_timed(g->pass) || !run_compare(g, run_judged(g->pass), &c)) {
        return;
    }
    struct interval aa = comparison_aa(&c);
    if (!isnan(aa.low)) {
        printf("A/A of all policies: %.3f [%.3f, %.3f]: differences of medians below %.1f %% are "
               "noise; each policy's own runs: column A/A\n",
               aa.median, aa.low, aa.high, comparison_noise_pct(&aa));
    }
    if (!interval_includes(&aa, 1)) {
        puts("WARNING: the A/A comparison excludes 1: the machine changed while it was "
             "measured, and none of these ratios can be trusted: run it again");
    } else if (!isnan(aa.low)) {
        print_loud(g, &c);
        print_ranking(g, &c, &aa);
    }
    free(c.value);
}

void run_print_notes(const struct run_group *g)
{
    print_details(g);
    print_certificate(g);
    print_null(g);
    print_noise(g);
}
