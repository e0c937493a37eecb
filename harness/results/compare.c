#include "results/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "measure/signed_rank.h"
#include "results/compare_values.h"
#include "results/results_reader.h"

const char *const compare_verdict_names[] = {"cannot tell", "better", "worse"};

const struct compare_metric compare_metrics[] = {
    {"memory", "memory", "peak_footprint_bytes", "bytes", false},
    {"instructions", "instructions", "instructions_per_op", "instructions", false},
    {"lines", "lines", "lines_per_op", "cache lines", false},
    {"time", "throughput", "ns_per_op", "ns", true},
    {0},
};

enum { LEAST_WORKLOADS = 6 }; /* fewer cannot be significant at 5 % in Wilcoxon's test */

static int by_loss(const void *a, const void *b)
{
    const struct compare_workload *x = a, *y = b;
    return x->ratio == y->ratio ? strcmp(x->name, y->name) : x->ratio < y->ratio ? 1 : -1;
}

/* Values that nothing but the policy decides are what they are on these workloads: if all changes go
 * one way, no test is needed. Else, and always for noisy values, the mean must be significant by both
 * the interval and the test. `tests` noisy rows are judged: Bonferroni's correction keeps the chance
 * that any of them is wrong at 5 %. */
static enum compare_verdict judge(const struct compare_row *row, double margin_pct, size_t tests)
{
    double margin = log1p(margin_pct / 100), mean = log(row->ratio.median);
    if (!(fabs(mean) > margin)) {
        return COMPARE_CANNOT_TELL;
    }
    enum compare_verdict direction = mean < 0 ? COMPARE_BETTER : COMPARE_WORSE;
    const struct compare_workload *most = row->workload, *least = most + row->workloads - 1;
    if (!row->noisy && (most->ratio <= 1 || least->ratio >= 1)) {
        return direction;
    }
    double reach = row->noisy ? margin : 0;
    bool beyond = mean < 0 ? log(row->ratio.high) < -reach : log(row->ratio.low) > reach;
    double level = row->noisy ? .05 / (double)tests : .05;
    return row->workloads >= LEAST_WORKLOADS && beyond && row->p < level ? direction
                                                                         : COMPARE_CANNOT_TELL;
}

static void summarise(struct compare_row *row)
{
    double *change = calloc(row->workloads, sizeof *change);
    if (!change) {
        abort();
    }
    for (size_t i = 0; i < row->workloads; i++) {
        change[i] = log(row->workload[i].ratio);
        row->changed += change[i] < 0 || change[i] > 0;
    }
    row->ratio = bootstrap_mean(change, row->workloads);
    row->ratio.median = exp(row->ratio.median);
    row->ratio.low = exp(row->ratio.low);
    row->ratio.high = exp(row->ratio.high);
    row->p = signed_rank_test(change, row->workloads).p;
    free(change);
    qsort(row->workload, row->workloads, sizeof *row->workload, by_loss);
}

static void judge_all(const struct compare_request *request, struct compare *compare)
{
    size_t noisy = 0;
    for (size_t i = 0; i < compare->rows; i++) {
        summarise(&compare->row[i]);
        noisy += compare->row[i].noisy;
    }
    bool better = false, worse = compare->failures > 0;
    for (size_t i = 0; i < compare->rows; i++) {
        struct compare_row *row = &compare->row[i];
        row->verdict = judge(row, row->noisy ? request->noise_pct : request->least_pct, noisy);
        better |= row->verdict == COMPARE_BETTER;
        worse |= row->verdict == COMPARE_WORSE;
    }
    compare->verdict = worse ? COMPARE_WORSE : better ? COMPARE_BETTER : COMPARE_CANNOT_TELL;
}

static bool is_wanted(const char *const *names, const char *name)
{
    bool found = !names || !*names;
    for (; names && *names; names++) {
        found |= !strcmp(*names, name);
    }
    return found;
}

static bool check_metrics(const char *const *names, struct problem *problem)
{
    for (; names && *names; names++) {
        const char *known[sizeof compare_metrics / sizeof *compare_metrics];
        size_t n = 0;
        bool found = false;
        for (; compare_metrics[n].name; n++) {
            known[n] = compare_metrics[n].name;
            found |= !strcmp(known[n], *names);
        }
        if (!found) {
            return words_unknown("metric", *names, known, n, NULL, problem);
        }
    }
    return true;
}

bool compare_make(const struct compare_request *request, struct compare *compare,
                  struct problem *problem)
{
    *compare = (struct compare){0};
    bool done = check_metrics(request->metrics, problem);
    for (const struct compare_metric *m = compare_metrics; done && m->name; m++) {
        done = !is_wanted(request->metrics, m->name) ||
               compare_collect(request, m, compare, problem);
    }
    if (done && compare->rows == 0 && compare->failures == 0) {
        done = problem_set(problem,
                           "%s and %s: no policy has ok cells of the same pass, region and workload "
                           "in both%s",
                           reader_dir(request->before), reader_dir(request->after),
                           compare->other_events ? ": workloads of the same name have other events"
                                                 : "");
    }
    if (done) {
        judge_all(request, compare);
    } else {
        compare_free(compare);
    }
    return done;
}

void compare_free(struct compare *compare)
{
    for (size_t i = 0; i < compare->rows; i++) {
        for (size_t w = 0; w < compare->row[i].workloads; w++) {
            free(compare->row[i].workload[w].name);
        }
        free(compare->row[i].workload);
        free(compare->row[i].policy);
    }
    for (size_t i = 0; i < compare->failures; i++) {
        free(compare->failure[i].policy);
        free(compare->failure[i].workload);
    }
    free(compare->row);
    free(compare->failure);
    *compare = (struct compare){0};
}
