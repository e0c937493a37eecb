/* run_table.c - the tables of `fitlab run`: one for each workload and pass. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_table.h"
#include "cell/pass_kind.h"
#include "cli/run.h"
#include "measure/comparison.h"
#include "results/warnings.h"

/* The median over the repetitions that know the metric; false: none does. */
static bool group_median(const struct run_group *g, size_t policy, enum metric_id id,
                         double *median)
{
    struct comparison c;
    if (!run_compare(g, id, &c)) {
        return false;
    }
    *median = comparison_median(&c, policy).median;
    free(c.value);
    return !isnan(*median);
}

/* The worst of a policy's repetitions. */
static const struct run_row *group_worst(const struct run_group *g, size_t policy)
{
    const struct run_row *worst = run_row_of(g, policy, 0);
    const struct run_row *row;
    for (unsigned rep = 1; (row = run_row_of(g, policy, rep)); rep++) {
        worst = row->status > worst->status ? row : worst;
    }
    return worst;
}

static void add_bytes(struct text_table *t, double bytes)
{
    static const char *const unit[] = {"", "K", "M", "G", "T"};
    size_t u = 0;
    for (; bytes >= 10240 && u < 4; u++) {
        bytes /= 1024;
    }
    text_table_add(t, u ? "%.1f%s" : "%.0f%s", bytes, unit[u]);
}

/* Whether a tail does not exceed that of bump in the same cells, and so is the machine's. */
static bool is_null(const struct run_group *g, size_t policy, enum metric_id id, double ns)
{
    static const enum metric_id tails[][2] = {{METRIC_p99_ns, METRIC_null_p99_ns},
                                              {METRIC_p999_ns, METRIC_null_p999_ns},
                                              {METRIC_p9999_ns, METRIC_null_p9999_ns}};
    double null;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        if (tails[i][0] == id) {
            return group_median(g, policy, tails[i][1], &null) && ns <= null;
        }
    }
    return false;
}

static void add_ns(struct text_table *t, const struct run_group *g, size_t policy,
                   enum metric_id id, double ns)
{
    double quantum;
    bool coarse = id >= METRIC_p50_ns && id <= METRIC_null_max_ns &&
                  group_median(g, policy, METRIC_clock_quantum_ns, &quantum) && ns <= quantum;
    const char *mark = is_null(g, policy, id, ns) ? "~" : "";
    text_table_add(t, coarse ? "%s<=%.0f" : ns < 100 ? "%s%.2f" : "%s%.0f", mark, ns);
}

static void add_rate(struct text_table *t, const struct run_group *g, size_t policy, double value)
{
    static const enum metric_id requests[] = {METRIC_mallocs, METRIC_callocs, METRIC_aligneds,
                                              METRIC_reallocs};
    double all = 0, n;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        all += group_median(g, policy, requests[i], &n) ? n : 0;
    }
    text_table_add(t, "%.2f", all > 0 ? value / all : 0);
}

/* In a region of fixed size the footprint is the region's size, which says nothing about the
 * policy. */
static bool says_nothing(const struct run_group *g, size_t policy, enum metric_id id)
{
    return run_row_of(g, policy, 0)->cell.region.form != REGION_GROW &&
           (id == METRIC_jw1_pct || id == METRIC_jw4_pct || id == METRIC_jw4_policy_pct);
}

static void add_value(struct text_table *t, const struct run_group *g, size_t policy,
                      const struct pass_column *c)
{
    double value;
    if (says_nothing(g, policy, c->id) || !group_median(g, policy, c->id, &value)) {
        text_table_add(t, "-");
        return;
    }
    switch (c->form) {
    case FORM_BYTES:
        add_bytes(t, value);
        break;
    case FORM_COUNT:
        text_table_add(t, "%.0f", value);
        break;
    case FORM_PCT:
        text_table_add(t, "%.2f", value);
        break;
    case FORM_REAL:
        add_ns(t, g, policy, c->id, value);
        break;
    case FORM_PER_REQUEST:
        add_rate(t, g, policy, value);
        break;
    }
}

/* "2.41 [2.35, 2.50]"; without brackets where there is no interval. */
static void add_interval(struct text_table *t, const struct interval *i)
{
    if (isnan(i->median)) {
        text_table_add(t, "-");
    } else if (isnan(i->low)) {
        text_table_add(t, "%.3f", i->median);
    } else {
        text_table_add(t, "%.3f [%.3f, %.3f]", i->median, i->low, i->high);
    }
}

static void add_heads(struct text_table *t, const struct run_group *g)
{
    text_table_add(t, "policy");
    text_table_add(t, "status");
    if (cell_pass_is_timed(g->pass)) {
        text_table_add(t, "+-%%");
        text_table_add(t, "ratio [95 %% interval]");
        text_table_add(t, "A/A");
    }
    for (const struct pass_column *c = pass_kinds[g->pass]->columns; c->head; c++) {
        text_table_add(t, "%s", c->head);
    }
}

/* How much its own runs differ, as a range of ratios; "!" where that is out of the ordinary. */
static void add_own_noise(struct text_table *t, const struct comparison *c, size_t policy)
{
    struct own_noise *own = calloc(c->policies + 1, sizeof *own);
    if (!own) {
        abort();
    }
    comparison_own_noise(c, own);
    if (own[policy].pairs) {
        text_table_add(t, "%s%.2f-%.2f", own[policy].loud ? "! " : "", own[policy].least,
                       own[policy].most);
    } else {
        text_table_add(t, "-");
    }
    free(own);
}

/* The columns by which timed policies are compared. */
static void add_comparison(struct text_table *t, const struct comparison *c, size_t policy)
{
    struct interval median = comparison_median(c, policy), ratio = comparison_ratio(c, policy);
    double precision = interval_precision_pct(&median);
    text_table_add(t, isinf(precision) ? "-" : "%.1f", precision);
    if (policy == c->baseline) {
        text_table_add(t, "1 (baseline)");
    } else {
        add_interval(t, &ratio);
    }
    add_own_noise(t, c, policy);
}

static void add_policy(struct text_table *t, const struct run_group *g, size_t policy)
{
    struct comparison c;
    text_table_add(t, "%s", g->run->policy[policy].label);
    text_table_add(t, "%s", cell_status_name(group_worst(g, policy)->status));
    if (cell_pass_is_timed(g->pass) && run_compare(g, run_judged(g->pass), &c)) {
        add_comparison(t, &c, policy);
        free(c.value);
    }
    for (const struct pass_column *column = pass_kinds[g->pass]->columns; column->head; column++) {
        add_value(t, g, policy, column);
    }
}

static void print_details(const struct run_group *g)
{
    for (size_t p = 0; p < g->run->policies; p++) {
        const struct run_row *worst = group_worst(g, p);
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
            row->metrics.known[METRIC_high_water_bytes] &&
            group_median(g, p, METRIC_jw4_pct, &jw4) && jw4 < least) {
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

static void print_title(const struct run_group *g, const struct run_row *row)
{
    printf("%s, %s pass", g->workload->label, cell_pass_name(g->pass));
    if (row->metrics.known[METRIC_events]) {
        printf(", %" PRIu64 " events", row->metrics.value[METRIC_events].count);
    }
    if (strcmp(row->cell.region.text, "grow") != 0) {
        printf(", region %s", row->cell.region.text);
    }
    if (row->cell.touch != TOUCH_NONE) {
        printf(", touch %s", touch_names[row->cell.touch]);
    }
    if (row->cell.release.form != RELEASE_NEVER && row->cell.release.form != RELEASE_OWN) {
        printf(", release %s", row->cell.release.text);
    }
    if (cell_pass_is_timed(g->pass)) {
        unsigned reps = 1;
        while (run_row_of(g, 0, reps)) {
            reps++;
        }
        printf(", median of %u", reps);
    }
    puts("");
}

static void print_group(const struct run_group *g)
{
    enum { MOST_COLUMNS = 20 };
    static const bool left[MOST_COLUMNS] = {true, true};
    size_t n = cell_pass_is_timed(g->pass) ? 5 : 2;
    for (const struct pass_column *c = pass_kinds[g->pass]->columns; c->head; c++) {
        n++;
    }
    struct text_table t;
    text_table_open(&t, n, left);
    add_heads(&t, g);
    for (size_t p = 0; p < g->run->policies; p++) {
        add_policy(&t, g, p);
    }
    print_title(g, run_row_of(g, 0, 0));
    text_table_print(&t, stdout);
    text_table_close(&t);
    print_details(g);
    print_certificate(g);
    print_null(g);
    print_noise(g);
}

static void print_clock(void)
{
    const struct clock *c = clock_get();
    printf("\nclock: %s, %.4f ticks a ns, in steps of %.1f ns, %.1f ns a reading\n",
           clock_source_name(c->source), 1 / c->ns_per_tick, clock_ns(c, (double)c->quantum_ticks),
           clock_ns(c, (double)c->overhead_ticks));
}

void run_print(const struct run *r)
{
    bool first = true;
    struct warnings warnings = {0};
    for (size_t i = 0; i < r->rows; i++) {
        if (r->row[i].ran) {
            warnings_note(&warnings, &r->row[i].cell, &r->row[i].metrics);
        }
    }
    for (size_t w = 0; w < r->workloads; w++) {
        for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
            struct run_group g = {
                .run = r, .workload = &r->workload[w], .pass = (enum cell_pass)pass};
            if (run_row_of(&g, 0, 0)) {
                fputs(first ? "" : "\n", stdout);
                print_group(&g);
                first = false;
            }
        }
    }
    if (warnings.timed) {
        print_clock();
    }
    fflush(stdout);
    struct setting setting = setting_now();
    warnings_print(&warnings, &setting, stderr);
}
