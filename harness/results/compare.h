/* compare.h - did it get better? Policies of one results folder against those of another, or against
 * a baseline in the same one, on the workloads that both have.
 *
 * A workload's value is the median of its repetitions, in cells that are ok in both folders and
 * replayed the same events. Workloads that differ in their seed alone are samples of one and count
 * as one, by the geometric mean. What is said of all workloads is the geometric mean of after/before,
 * with an interval from a bootstrap over workloads and Wilcoxon's signed-rank test of the logarithms.
 */
#ifndef FITLAB_COMPARE_H
#define FITLAB_COMPARE_H

#include <stdio.h>

#include "measure/bootstrap.h"
#include "workloads/problem.h"

struct results_reader;

enum compare_verdict { COMPARE_CANNOT_TELL, COMPARE_BETTER, COMPARE_WORSE };

extern const char *const compare_verdict_names[];

/* What is taken for a change, in percent, where nobody says otherwise: of what does not vary from run
 * to run, and of the rest. */
#define COMPARE_LEAST_PCT .5
#define COMPARE_NOISE_PCT 3.

/* What is compared; less is better in each. */
struct compare_metric {
    const char *name;   /* for people and for --metric */
    const char *pass;   /* whose rows of summary.csv */
    const char *column; /* in them */
    const char *unit;
    bool timed; /* two runs of one build differ */
};

/* Ends with an entry without a name. */
extern const struct compare_metric compare_metrics[];

struct compare_workload {
    char *name;           /* without its seed */
    size_t seeds;         /* how many of it there are, at least 1 */
    double before, after; /* in the metric's unit */
    double ratio;         /* after/before */
};

/* One policy by one metric. */
struct compare_row {
    const struct compare_metric *metric;
    char *policy;
    struct compare_workload *workload; /* those that lost most come first; at least one */
    size_t workloads, changed;
    bool noisy;            /* the metric is timed, or these footprints are resident pages */
    struct interval ratio; /* n workloads; an unknown interval is NAN */
    double p;              /* of Wilcoxon's test */
    enum compare_verdict verdict;
};

/* A cell that is ok before and not after. */
struct compare_failure {
    char *policy, *workload;
    const char *pass;
};

struct compare {
    struct compare_row *row;
    size_t rows;
    struct compare_failure *failure;
    size_t failures;
    size_t other_events; /* values left out, as the workload has other events now */
    enum compare_verdict verdict;
};

struct compare_request {
    struct results_reader *before, *after; /* may be of the same folder */
    const char *baseline; /* its spec or name: every other policy of `after` against this one of
                             `before`; NULL: each against the policy of the same spec */
    const char *const *metrics; /* names, ends with NULL; NULL or none: all */
    double least_pct;           /* a mean change of no more than this is none */
    double noise_pct;           /* the same where a value is noisy */
};

/* False and a problem if there is nothing to compare; else free the answer with compare_free. */
bool compare_make(const struct compare_request *, struct compare *, struct problem *);
void compare_free(struct compare *);

/* The one line that a person or a log needs, without a newline. */
void compare_sentence(const struct compare *, FILE *);

/* All of it as one JSON object. */
void compare_json(const struct compare *, FILE *);

#endif
