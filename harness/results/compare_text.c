/* compare_text.c - a comparison as one sentence, and as JSON. */
#include <jansson.h>
#include <math.h>

#include "results/compare.h"

static double percent(double ratio)
{
    return 100 * (ratio - 1);
}

void compare_sentence(const struct compare *compare, FILE *out)
{
    fputs(compare_verdict_names[compare->verdict], out);
    const char *before = ": ";
    if (compare->failures) {
        fprintf(out, "%s%zu cell%s no longer ok", before, compare->failures,
                compare->failures == 1 ? " is" : "s are");
        before = "; ";
    }
    for (size_t i = 0; i < compare->rows; i++) {
        const struct compare_row *row = &compare->row[i];
        if (row->verdict == compare->verdict && compare->verdict != COMPARE_CANNOT_TELL) {
            char change[32];
            double pct = percent(row->ratio.median);
            snprintf(change, sizeof change, fabs(pct) < 99.5 ? "%+.2g" : "%+.0f", pct);
            fprintf(out, "%s%s of %s %s %%", before, row->metric->name, row->policy, change);
            before = "; ";
        }
    }
    if (compare->verdict == COMPARE_CANNOT_TELL) {
        fputs(": no change of a mean is larger than chance or the least that counts", out);
    }
}

/* JSON has no NAN: what is unknown is null. */
static json_t *number(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *workloads_of(const struct compare_row *row)
{
    json_t *list = json_array();
    for (size_t i = 0; i < row->workloads; i++) {
        const struct compare_workload *w = &row->workload[i];
        json_array_append_new(list,
                              json_pack("{ss,sI,so,so,so}", "workload", w->name, "seeds",
                                        (json_int_t)w->seeds, "before", number(w->before), "after",
                                        number(w->after), "ratio", number(w->ratio)));
    }
    return list;
}

static json_t *rows_of(const struct compare *compare)
{
    json_t *list = json_array();
    for (size_t i = 0; i < compare->rows; i++) {
        const struct compare_row *row = &compare->row[i];
        json_array_append_new(
            list,
            json_pack("{ss,ss,ss,ss,sb,sI,so,so,so,so,ss,so}", "policy", row->policy, "metric",
                      row->metric->name, "column", row->metric->column, "unit", row->metric->unit,
                      "noisy", row->noisy, "changed", (json_int_t)row->changed, "ratio",
                      number(row->ratio.median), "ratio_low", number(row->ratio.low), "ratio_high",
                      number(row->ratio.high), "p", number(row->p), "verdict",
                      compare_verdict_names[row->verdict], "workloads", workloads_of(row)));
    }
    return list;
}

void compare_json(const struct compare *compare, FILE *out)
{
    json_t *failures = json_array();
    for (size_t i = 0; i < compare->failures; i++) {
        const struct compare_failure *f = &compare->failure[i];
        json_array_append_new(failures, json_pack("{ss,ss,ss}", "policy", f->policy, "workload",
                                                  f->workload, "pass", f->pass));
    }
    json_t *all = json_pack("{ss,sI,so,so}", "verdict", compare_verdict_names[compare->verdict],
                            "other_events", (json_int_t)compare->other_events, "no_longer_ok",
                            failures, "rows", rows_of(compare));
    json_dumpf(all, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    fputc('\n', out);
    json_decref(all);
}
