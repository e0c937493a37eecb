/* run_table.c - the tables of `fitlab run`, one for each workload and pass, and rows before the
 * table is complete. */
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
            return run_median(g, policy, tails[i][1], &null) && ns <= null;
        }
    }
    return false;
}

static void add_ns(struct text_table *t, const struct run_group *g, size_t policy,
                   enum metric_id id, double ns)
{
    double quantum;
    bool coarse = id >= METRIC_p50_ns && id <= METRIC_null_max_ns &&
                  run_median(g, policy, METRIC_clock_quantum_ns, &quantum) && ns <= quantum;
    const char *mark = is_null(g, policy, id, ns) ? "~" : "";
    text_table_add(t, coarse ? "%s<=%.0f" : ns < 100 ? "%s%.2f" : "%s%.0f", mark, ns);
}

static void add_rate(struct text_table *t, const struct run_group *g, size_t policy, double value)
{
    static const enum metric_id requests[] = {METRIC_mallocs, METRIC_callocs, METRIC_aligneds,
                                              METRIC_reallocs};
    double all = 0, n;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        all += run_median(g, policy, requests[i], &n) ? n : 0;
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
    if (says_nothing(g, policy, c->id) || !run_median(g, policy, c->id, &value)) {
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
    case FORM_KIND:
        text_table_add(t, "%s", event_kind_names[(size_t)value]);
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

static const struct pass_column *columns_of(const struct run_group *g)
{
    const struct pass_kind *kind = pass_kinds[g->pass];
    return run_row_of(g, 0, 0)->cell.threads > 1 && kind->threaded ? kind->threaded : kind->columns;
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
    for (const struct pass_column *c = columns_of(g); c->head; c++) {
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
    text_table_add(t, "%s", cell_status_name(run_worst(g, policy)->status));
    if (cell_pass_is_timed(g->pass) && run_compare(g, run_judged(g->pass), &c)) {
        add_comparison(t, &c, policy);
        free(c.value);
    }
    for (const struct pass_column *column = columns_of(g); column->head; column++) {
        add_value(t, g, policy, column);
    }
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
    if (row->cell.threads > 1) {
        printf(", %u threads", row->cell.threads);
        if (row->metrics.known[METRIC_processors]) {
            printf(" on %" PRIu64 " processors", row->metrics.value[METRIC_processors].count);
        }
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
    for (const struct pass_column *c = columns_of(g); c->head; c++) {
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
    run_print_notes(g);
}

static void print_clock(void)
{
    const struct clock *c = clock_get();
    printf("\nclock: %s, %.4f ticks a ns, in steps of %.1f ns, %.1f ns a reading\n",
           clock_source_name(c->source), 1 / c->ns_per_tick, clock_ns(c, (double)c->quantum_ticks),
           clock_ns(c, (double)c->overhead_ticks));
}

void run_print_group(const struct run_group *g)
{
    const struct cell *first = &g->run->row[0].cell;
    fputs(g->workload == first->workload && g->pass == first->pass ? "" : "\n", stdout);
    print_group(g);
    fflush(stdout);
}

void run_print_row(const struct run *r, const struct run_row *row)
{
    enum { MOST = 4 };
    struct run_group g = {.run = r, .workload = row->cell.workload, .pass = row->cell.pass};
    size_t policy = (size_t)(row->cell.policy - r->policy);
    fprintf(stderr, "%s on %s, %s pass: %s after %.1f s", row->cell.policy->label,
            row->cell.workload->label, cell_pass_name(row->cell.pass),
            cell_status_name(row->status), row->seconds);
    const struct pass_column *column = pass_kinds[g.pass]->columns;
    for (size_t i = 0; row->status == CELL_OK && i < MOST && column[i].head; i++) {
        struct text_table value;
        text_table_open(&value, 1, NULL);
        add_value(&value, &g, policy, &column[i]);
        fprintf(stderr, ", %s %s", column[i].head, value.cell[0]);
        text_table_close(&value);
    }
    fputc('\n', stderr);
}

void run_print_end(const struct run *r)
{
    struct warnings warnings = {0};
    for (size_t i = 0; i < r->rows; i++) {
        if (r->row[i].ran) {
            warnings_note(&warnings, &r->row[i].cell, &r->row[i].metrics);
        }
    }
    if (warnings.timed) {
        print_clock();
    }
    fflush(stdout);
    struct setting setting = setting_now();
    warnings_print(&warnings, &setting, stderr);
}
