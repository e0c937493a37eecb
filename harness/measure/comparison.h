/* comparison.h - policies timed side by side: medians, ratios to a baseline, and the noise floor.
 *
 * A repetition runs all policies one after the other, and the next repetition runs them in the
 * reverse order (ABBA). So a slow change of the machine affects all policies alike, and ratios are
 * taken within a repetition. The A/A comparison compares the even repetitions of each policy with
 * its odd ones. The true ratio is 1, so what it shows is the error of the other ratios. */
#ifndef FITLAB_COMPARISON_H
#define FITLAB_COMPARISON_H

#include "measure/bootstrap.h"

struct comparison {
    size_t policies, repetitions, baseline;
    double *value; /* [policy][repetition]; NAN: not measured */
};

struct interval comparison_median(const struct comparison *, size_t policy);

/* The policy's time divided by the baseline's. */
struct interval comparison_ratio(const struct comparison *, size_t policy);

/* All policies taken together; 1 unless something is wrong with the machine or the method. */
struct interval comparison_aa(const struct comparison *);

/* Whether a ratio differs from 1 by no more than the noise: its interval includes 1, or it is no
 * further from 1 than the A/A interval reaches. */
bool comparison_within_noise(const struct interval *ratio, const struct interval *aa);

/* The place of a policy, where 1 is the fastest. Because of the noise only a range is known: from
 * `best` to `worst`. Both are 0 if the policy was not measured. */
struct place {
    size_t best, worst;
};

/* The place of each policy, every one being compared with every other. */
void comparison_places(const struct comparison *, const struct interval *aa, struct place *);

/* The largest distance between 1 and an end of the A/A interval, in percent; INFINITY if it is
 * unknown. */
double comparison_noise_pct(const struct interval *aa);

#endif
