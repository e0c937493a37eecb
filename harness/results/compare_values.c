#include "results/compare_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/label.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* What one folder has of a metric. */
struct side {
    struct results_reader *reader;
    size_t policies, workloads;
    struct spread *value;   /* [workload][policy] */
    bool *ran, *resident;   /* the same: there are rows of the pass; footprints are resident pages */
    const char **digest;    /* [workload]: of the events; NULL: unknown */
};

static void side_close(struct side *side)
{
    free(side->value);
    free(side->ran);
    free(side->resident);
    free(side->digest);
}

static bool read_rows(struct side *side, const struct compare_metric *metric,
                      struct problem *problem)
{
    struct identity id;
    size_t digest, meter;
    if (!reader_identity(side->reader, "summary.csv", &id, problem) ||
        !table_column(id.table, "workload_digest", &digest, problem) ||
        !table_column(id.table, "meter", &meter, problem)) {
        return false;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        size_t p, w;
        if (!identity_row(&id, row, &p, &w) || !identity_is_pass(&id, row, metric->pass)) {
            continue;
        }
        size_t i = w * side->policies + p;
        side->ran[i] = true;
        side->resident[i] |= !strcmp(table_cell(id.table, row, meter), "resident");
        const char *of = table_cell(id.table, row, digest);
        side->digest[w] = side->digest[w] || !*of ? side->digest[w] : of;
    }
    return true;
}

static bool side_open(struct side *side, struct results_reader *reader,
                      const struct compare_metric *metric, struct problem *problem)
{
    *side = (struct side){.reader = reader,
                          .policies = reader_policies(reader)->count,
                          .workloads = reader_workloads(reader)->count};
    size_t pairs = side->policies * side->workloads;
    side->value = spread_of(reader, metric->pass, metric->column, problem);
    side->ran = calloc(pairs, sizeof *side->ran);
    side->resident = calloc(pairs, sizeof *side->resident);
    side->digest = calloc(side->workloads, sizeof *side->digest);
    if (!side->ran || !side->resident || !side->digest) {
        abort();
    }
    return side->value && read_rows(side, metric, problem);
}

/* The part of a roster's key that is not the policy's spec: its region. */
static const char *region_of(const struct subject *policy)
{
    return policy->key + strlen(policy->spec);
}

static bool is_baseline(const struct subject *policy, const char *baseline)
{
    return !strcmp(policy->spec, baseline) || !strcmp(policy->name, baseline);
}

/* The policy of `before` that one of `after` is compared with; false: none. */
static bool find_partner(const struct compare_request *request, const struct subject *policy,
                         size_t *partner)
{
    const struct roster *before = reader_policies(request->before);
    if (request->baseline &&
        !strcmp(reader_dir(request->before), reader_dir(request->after)) &&
        is_baseline(policy, request->baseline)) {
        return false;
    }
    for (*partner = 0; *partner < before->count; ++*partner) {
        const struct subject *other = &before->subject[*partner];
        if (request->baseline ? is_baseline(other, request->baseline) &&
                                    !strcmp(region_of(other), region_of(policy))
                              : !strcmp(other->key, policy->key)) {
            return true;
        }
    }
    return false;
}

static size_t find_workload(const struct results_reader *reader, const char *key)
{
    const struct roster *workloads = reader_workloads(reader);
    size_t w = 0;
    while (w < workloads->count && strcmp(workloads->subject[w].key, key) != 0) {
        w++;
    }
    return w;
}

/* Sums logarithms as long as rows are being collected. */
static void add_value(struct compare_row *row, const char *spec, double before, double after)
{
    char *name = label_without_seed(spec);
    size_t i = 0;
    while (i < row->workloads && strcmp(row->workload[i].name, name) != 0) {
        i++;
    }
    if (i == row->workloads) {
        row->workload = reallocarray(row->workload, ++row->workloads, sizeof *row->workload);
        if (!row->workload) {
            abort();
        }
        row->workload[i] = (struct compare_workload){.name = name};
    } else {
        free(name);
    }
    struct compare_workload *w = &row->workload[i];
    w->seeds++;
    w->before += log(before);
    w->after += log(after);
}

static void finish_values(struct compare_row *row)
{
    for (size_t i = 0; i < row->workloads; i++) {
        struct compare_workload *w = &row->workload[i];
        double seeds = (double)w->seeds, change = w->after - w->before;
        w->ratio = exp(change / seeds);
        w->before = exp(w->before / seeds);
        w->after = exp(w->after / seeds);
    }
}

static void add_failure(struct compare *compare, const char *policy, const char *workload,
                        const char *pass)
{
    compare->failure =
        reallocarray(compare->failure, compare->failures + 1, sizeof *compare->failure);
    if (!compare->failure) {
        abort();
    }
    compare->failure[compare->failures++] =
        (struct compare_failure){strdup(policy), strdup(workload), pass};
}

/* One policy of each side on all workloads. */
static void pair_up(const struct side *before, size_t b, const struct side *after, size_t a,
                    struct compare_row *row, struct compare *compare)
{
    const struct roster *workloads = reader_workloads(after->reader);
    for (size_t w = 0; w < after->workloads; w++) {
        const struct subject *workload = &workloads->subject[w];
        size_t there = find_workload(before->reader, workload->key);
        size_t now = w * after->policies + a, then = there * before->policies + b;
        if (there == before->workloads || !(before->value[then].median > 0) || !after->ran[now]) {
            continue;
        }
        const char *old = before->digest[there], *new = after->digest[w];
        if (old && new && strcmp(old, new) != 0) {
            compare->other_events++;
        } else if (after->value[now].median > 0) {
            row->noisy |= before->resident[then] || after->resident[now];
            add_value(row, workload->spec, before->value[then].median, after->value[now].median);
        } else {
            add_failure(compare, row->policy, workload->label, row->metric->pass);
        }
    }
}

static void add_row(struct compare *compare, struct compare_row *row)
{
    if (row->workloads == 0) {
        free(row->policy);
        return;
    }
    finish_values(row);
    compare->row = reallocarray(compare->row, compare->rows + 1, sizeof *compare->row);
    if (!compare->row) {
        abort();
    }
    compare->row[compare->rows++] = *row;
}

static bool has_column(struct results_reader *reader, const char *column)
{
    struct problem ignored;
    size_t c;
    const struct table *t = reader_table(reader, "summary.csv", &ignored);
    return t && table_column(t, column, &c, &ignored);
}

bool compare_collect(const struct compare_request *request, const struct compare_metric *metric,
                     struct compare *compare, struct problem *problem)
{
    if (!has_column(request->before, metric->column) ||
        !has_column(request->after, metric->column)) {
        return true;
    }
    struct side before = {0}, after = {0};
    bool done = side_open(&before, request->before, metric, problem) &&
                side_open(&after, request->after, metric, problem);
    for (size_t a = 0, b; done && a < after.policies; a++) {
        const struct subject *policy = &reader_policies(request->after)->subject[a];
        if (find_partner(request, policy, &b)) {
            struct compare_row row = {
                .metric = metric, .policy = strdup(policy->label), .noisy = metric->timed};
            pair_up(&before, b, &after, a, &row, compare);
            add_row(compare, &row);
        }
    }
    side_close(&before);
    side_close(&after);
    return done;
}
