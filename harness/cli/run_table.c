/* run_table.c - the tables of `fitlab run`: one for each workload and pass. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "text_table.h"

enum form { FORM_BYTES, FORM_COUNT, FORM_PCT, FORM_NS, FORM_RATE };

/* A column of a pass's table; FORM_RATE is the metric per request. */
struct column {
    const char *head;
    enum metric_id id;
    enum form form;
};

static const struct column memory_columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"footprint", METRIC_peak_footprint_bytes, FORM_BYTES},
    {"JW#4 %", METRIC_jw4_pct, FORM_PCT},
    {"JW#1 %", METRIC_jw1_pct, FORM_PCT},
    {"placement %", METRIC_jw4_policy_pct, FORM_PCT},
    {"internal %", METRIC_internal_of_granted_pct, FORM_PCT},
    {"external %", METRIC_mean_external_index_pct, FORM_PCT},
    {"probes/request", METRIC_probes, FORM_RATE},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

static const struct column throughput_columns[] = {
    {"ns/op", METRIC_ns_per_op, FORM_NS},
    {"floor", METRIC_floor_ns_per_op, FORM_NS},
    {"net", METRIC_net_ns_per_op, FORM_NS},
    {"page faults", METRIC_minor_faults, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

static const struct column latency_columns[] = {
    {"mean ns", METRIC_block_mean_ns, FORM_NS},
    {"p50 of 16", METRIC_block_median_ns, FORM_NS},
    {"p50", METRIC_p50_ns, FORM_NS},
    {"p90", METRIC_p90_ns, FORM_NS},
    {"p99", METRIC_p99_ns, FORM_NS},
    {"p99.9", METRIC_p999_ns, FORM_NS},
    {"p99.99", METRIC_p9999_ns, FORM_NS},
    {"max", METRIC_max_ns, FORM_NS},
    {0},
};

static const struct column check_columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"blocks", METRIC_peak_live_blocks, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

static const struct column *const columns_of[CELL_PASS_COUNT] = {
    [PASS_MEMORY] = memory_columns,
    [PASS_THROUGHPUT] = throughput_columns,
    [PASS_THROUGHPUT_COLD] = throughput_columns,
    [PASS_LATENCY] = latency_columns,
    [PASS_CHECK] = check_columns,
    [PASS_MAP] = check_columns,
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Rows of one policy, workload and pass: its repetitions. */
struct group {
    const struct run *run;
    const struct policy_spec *policy;
    const struct workload_spec *workload;
    enum cell_pass pass;
};

static const struct run_row *group_row(const struct group *g, size_t *at)
{
    for (; *at < g->run->rows; ++*at) {
        const struct cell *c = &g->run->row[*at].cell;
        if (c->policy == g->policy && c->workload == g->workload && c->pass == g->pass) {
            return &g->run->row[(*at)++];
        }
    }
    return NULL;
}

/* The median over the repetitions that know the metric; false: none does. */
static bool group_median(const struct group *g, enum metric_id id, double *median)
{
    double *value = malloc((g->run->rows + 1) * sizeof *value);
    size_t n = 0, at = 0;
    for (const struct run_row *row; value && (row = group_row(g, &at));) {
        if (row->metrics.known[id]) {
            value[n++] = metric_table[id].type == METRIC_REAL
                             ? row->metrics.value[id].real
                             : (double)row->metrics.value[id].count;
        }
    }
    if (n) {
        qsort(value, n, sizeof *value, by_value);
        *median = (value[(n - 1) / 2] + value[n / 2]) / 2;
    }
    free(value);
    return n > 0;
}

/* The worst status of the group, and a row that has it. */
static const struct run_row *group_worst(const struct group *g)
{
    size_t at = 0;
    const struct run_row *worst = group_row(g, &at);
    for (const struct run_row *row; (row = group_row(g, &at));) {
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

static void add_ns(struct text_table *t, const struct group *g, enum metric_id id, double ns)
{
    double quantum;
    bool coarse = id >= METRIC_p50_ns && id <= METRIC_max_ns &&
                  group_median(g, METRIC_clock_quantum_ns, &quantum) && ns <= quantum;
    text_table_add(t, coarse ? "<=%.0f" : ns < 100 ? "%.2f" : "%.0f", ns);
}

static void add_rate(struct text_table *t, const struct group *g, double value)
{
    static const enum metric_id requests[] = {METRIC_mallocs, METRIC_callocs, METRIC_aligneds,
                                              METRIC_reallocs};
    double all = 0, n;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        all += group_median(g, requests[i], &n) ? n : 0;
    }
    text_table_add(t, "%.2f", all > 0 ? value / all : 0);
}

static void add_value(struct text_table *t, const struct group *g, const struct column *c)
{
    double value;
    if (!group_median(g, c->id, &value)) {
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
    case FORM_NS:
        add_ns(t, g, c->id, value);
        break;
    case FORM_RATE:
        add_rate(t, g, value);
        break;
    }
}

static void print_group_heads(struct text_table *t, const struct column *columns)
{
    text_table_add(t, "policy");
    text_table_add(t, "status");
    for (size_t c = 0; columns[c].head; c++) {
        text_table_add(t, "%s", columns[c].head);
    }
}

static void print_details(const struct group *of_all)
{
    struct group g = *of_all;
    for (size_t p = 0; p < g.run->policies; p++) {
        g.policy = &g.run->policy[p];
        const struct run_row *worst = group_worst(&g);
        if (worst->status != CELL_OK) {
            printf("%s: %s: %s\n", g.policy->label, cell_status_name(worst->status), worst->detail);
        }
    }
}

static void print_title(const struct group *g)
{
    size_t at = 0;
    const struct run_row *row = group_row(g, &at);
    printf("%s, %s pass", g->workload->label, cell_pass_name(g->pass));
    if (row->metrics.known[METRIC_events]) {
        printf(", %" PRIu64 " events", row->metrics.value[METRIC_events].count);
    }
    if (strcmp(row->cell.region.text, "grow") != 0) {
        printf(", region %s", row->cell.region.text);
    }
    if (row->cell.touch != TOUCH_NONE) {
        printf(", touch %s", cell_touch_name(row->cell.touch));
    }
    puts("");
}

static void print_pass(struct group *g)
{
    enum { MOST_COLUMNS = 16 };
    static const bool left[MOST_COLUMNS] = {true, true};
    const struct column *columns = columns_of[g->pass];
    size_t n = 2;
    while (columns[n - 2].head) {
        n++;
    }
    struct text_table t;
    text_table_open(&t, n, left);
    print_group_heads(&t, columns);
    for (size_t p = 0; p < g->run->policies; p++) {
        g->policy = &g->run->policy[p];
        text_table_add(&t, "%s", g->policy->label);
        text_table_add(&t, "%s", cell_status_name(group_worst(g)->status));
        for (size_t c = 0; columns[c].head; c++) {
            add_value(&t, g, &columns[c]);
        }
    }
    print_title(g);
    text_table_print(&t, stdout);
    text_table_close(&t);
    print_details(g);
}

void run_print(const struct run *r)
{
    bool first = true;
    for (size_t w = 0; w < r->workloads; w++) {
        for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
            size_t at = 0;
            struct group g = {.run = r,
                              .policy = &r->policy[0],
                              .workload = &r->workload[w],
                              .pass = (enum cell_pass)pass};
            if (group_row(&g, &at)) {
                fputs(first ? "" : "\n", stdout);
                print_pass(&g);
                first = false;
            }
        }
    }
}
