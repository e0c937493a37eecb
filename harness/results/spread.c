#include "results/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/results_reader.h"

/* The repetitions of one policy on one workload. */
struct values {
    double *value;
    size_t count;
};

static void add(struct values *v, double value)
{
    v->value = reallocarray(v->value, v->count + 1, sizeof *v->value);
    if (!v->value) {
        abort();
    }
    v->value[v->count++] = value;
}

static bool collect(struct results_reader *reader, const char *pass, const char *column,
                    struct values *values, struct problem *problem)
{
    struct identity id;
    size_t c, status;
    if (!reader_identity(reader, "summary.csv", &id, problem) ||
        !table_column(id.table, column, &c, problem) ||
        !table_column(id.table, "status", &status, problem)) {
        return false;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        size_t p, w;
        double value;
        if (!identity_is_pass(&id, row, pass) || !identity_row(&id, row, &p, &w)) {
            continue;
        }
        if (!table_number(id.table, row, c, &value, problem)) {
            return false;
        }
        if (!isnan(value) && !strcmp(table_cell(id.table, row, status), "ok")) {
            add(&values[w * reader_policies(reader)->count + p], value);
        }
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct spread spread_values(double *value, size_t n)
{
    if (!n) {
        return (struct spread){NAN, NAN, NAN};
    }
    qsort(value, n, sizeof *value, by_value);
    size_t middle = n / 2;
    return (struct spread){n % 2 ? value[middle] : (value[middle - 1] + value[middle]) / 2,
                           value[0], value[n - 1]};
}

struct spread *spread_of(struct results_reader *reader, const char *pass, const char *column,
                         struct problem *problem)
{
    size_t pairs = reader_policies(reader)->count * reader_workloads(reader)->count;
    struct values *values = calloc(pairs, sizeof *values);
    struct spread *spread = calloc(pairs, sizeof *spread);
    if (!values || !spread) {
        abort();
    }
    bool collected = collect(reader, pass, column, values, problem);
    for (size_t i = 0; i < pairs; i++) {
        spread[i] = spread_values(values[i].value, values[i].count);
        free(values[i].value);
    }
    free(values);
    if (!collected) {
        free(spread);
        return NULL;
    }
    return spread;
}

static struct spread over_live(struct spread high, struct spread live)
{
    return (struct spread){100 * (high.median / live.median - 1),
                           100 * (high.least / live.most - 1), 100 * (high.most / live.least - 1)};
}

/* What a column says of a policy in a fixed region. */
static struct spread in_fixed_region(const char *column, struct spread said, struct spread high,
                                     struct spread live)
{
    if (!strcmp(column, "peak_footprint_bytes")) {
        return high;
    }
    if (!strcmp(column, "jw4_pct")) {
        return over_live(high, live);
    }
    if (!strcmp(column, "jw1_pct") || !strcmp(column, "jw4_policy_pct")) {
        return (struct spread){NAN, NAN, NAN};
    }
    return said;
}

struct spread *spread_of_memory(struct results_reader *reader, const char *column,
                                struct problem *problem)
{
    const struct roster *policies = reader_policies(reader);
    struct spread *spread = spread_of(reader, "memory", column, problem);
    struct spread *high = spread ? spread_of(reader, "memory", "high_water_bytes", problem) : NULL;
    struct spread *live = high ? spread_of(reader, "memory", "peak_live_bytes", problem) : NULL;
    for (size_t i = 0; live && i < policies->count * reader_workloads(reader)->count; i++) {
        if (policies->subject[i % policies->count].fixed) {
            spread[i] = in_fixed_region(column, spread[i], high[i], live[i]);
        }
    }
    if (!live) {
        free(spread);
        spread = NULL;
    }
    free(high);
    free(live);
    return spread;
}
