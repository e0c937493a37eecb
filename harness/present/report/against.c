#include "present/report/against.h"

#include <math.h>
#include <stdlib.h>

#include "present/figures/markup.h"
#include "present/report/report_table.h"
#include "results/compare.h"
#include "results/label.h"

enum { LOSERS_MOST = 5, NAME_SIZE = 600 };

static struct report_table *changes(const struct compare *compare)
{
    static const struct {
        const char *name, *definition;
    } head[] = {
        {"policy", NULL},
        {"metric", "What is compared; less is better."},
        {"workloads", "How many workloads both folders have."},
        {"changed", "On how many of them it changed at all."},
        {"mean", "The geometric mean of after/before."},
        {"95 %", "The interval of that mean, by a bootstrap over workloads."},
        {"p", "Wilcoxon's signed-rank test of the logarithms."},
        {"verdict", "Better, worse or cannot tell."},
    };
    enum { HEADS = sizeof head / sizeof *head };
    struct report_table *t =
        report_table_new("changes", "By policy",
                         "Less is better: a mean below 1 is an improvement.", HEADS, compare->rows);
    for (size_t c = 0; c < HEADS; c++) {
        report_table_head(t, c, head[c].name, head[c].definition, NULL, NULL);
    }
    for (size_t r = 0; r < compare->rows; r++) {
        const struct compare_row *row = &compare->row[r];
        char label[NAME_SIZE];
        label_spec(row->policy, label, sizeof label);
        report_table_set(t, r, 0, "%s", label);
        report_table_set(t, r, 1, "%s", row->metric->name);
        report_table_set(t, r, 2, "%zu", row->workloads);
        report_table_set(t, r, 3, "%zu", row->changed);
        report_table_set(t, r, 4, "%.4f", row->ratio.median);
        if (!isnan(row->ratio.low)) {
            report_table_set(t, r, 5, "%.4f-%.4f", row->ratio.low, row->ratio.high);
        }
        if (!isnan(row->p)) {
            report_table_set(t, r, 6, "%.3g", row->p);
        }
        report_table_set(t, r, 7, "%s", compare_verdict_names[row->verdict]);
        t->cell[r * HEADS + 7].failed = row->verdict == COMPARE_WORSE;
    }
    return t;
}

/* Of each policy and metric the few workloads that lost most. */
static struct report_table *losers(const struct compare *compare)
{
    static const char *const head[] = {"policy", "metric", "workload",
                                       "before", "after",  "change, %"};
    enum { HEADS = sizeof head / sizeof *head };
    size_t n = 0;
    for (size_t r = 0; r < compare->rows; r++) {
        for (size_t w = 0; w < compare->row[r].workloads && w < LOSERS_MOST; w++) {
            n += compare->row[r].workload[w].ratio > 1;
        }
    }
    struct report_table *t = report_table_new(
        "losers", "What lost most",
        "Of each policy and metric the workloads that became worse, the most first.", HEADS, n);
    for (size_t c = 0; c < HEADS; c++) {
        report_table_head(t, c, head[c], NULL, NULL, NULL);
    }
    size_t at = 0;
    for (size_t r = 0; r < compare->rows; r++) {
        const struct compare_row *row = &compare->row[r];
        for (size_t w = 0; w < row->workloads && w < LOSERS_MOST && row->workload[w].ratio > 1;
             w++) {
            const struct compare_workload *workload = &row->workload[w];
            char label[NAME_SIZE], name[NAME_SIZE];
            label_spec(row->policy, label, sizeof label);
            label_spec(workload->name, name, sizeof name);
            report_table_set(t, at, 0, "%s", label);
            report_table_set(t, at, 1, "%s", row->metric->name);
            report_table_set(t, at, 2, "%s", name);
            report_table_set(t, at, 3, "%.6g", workload->before);
            report_table_set(t, at, 4, "%.6g", workload->after);
            report_table_set(t, at++, 5, "%+.2f", 100 * (workload->ratio - 1));
        }
    }
    return t;
}

static void put(struct report_table *t, FILE *out)
{
    if (t->rows) {
        report_table_html(t, out);
    }
    report_table_free(t);
}

void against_write(const struct compare *compare, const char *folder, FILE *out)
{
    char *sentence = NULL;
    size_t size;
    FILE *text = open_memstream(&sentence, &size);
    if (!text) {
        abort();
    }
    compare_sentence(compare, text);
    fclose(text);
    fputs("<section>\n<h2 id=\"against\">Against ", out);
    markup_text(out, folder);
    fputs("</h2>\n<p><strong>", out);
    markup_text(out, sentence);
    fputs("</strong></p>\n", out);
    free(sentence);
    put(changes(compare), out);
    put(losers(compare), out);
    if (compare->failures) {
        fputs("<h3>No longer ok</h3>\n<ul class=\"failed\">\n", out);
        for (size_t i = 0; i < compare->failures; i++) {
            const struct compare_failure *f = &compare->failure[i];
            fputs("<li>", out);
            markup_text(out, f->policy);
            fputs(" on ", out);
            markup_text(out, f->workload);
            fprintf(out, " (%s)</li>\n", f->pass);
        }
        fputs("</ul>\n", out);
    }
    if (compare->other_events) {
        fprintf(
            out,
            "<p>%zu values are left out, as the workload of that name has other events now.</p>\n",
            compare->other_events);
    }
    fputs("</section>\n", out);
}
