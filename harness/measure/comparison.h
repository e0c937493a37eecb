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

/* How two runs of one policy, a repetition and the next, differ: the least and the most of their
 * ratios. The pooled median above does not show a policy whose own runs differ a lot. */
struct own_noise {
    size_t pairs;       /* 0: no two repetitions were measured, and the rest is NAN */
    double least, most; /* ratios */
    double pct;         /* by how much the further of them is off, as a factor, in percent */
    bool loud;          /* well above that of most policies: do not believe its ratios */
};

/* One for each policy. */
void comparison_own_noise(const struct comparison *, struct own_noise *);

/* Comparisons that are made at once: with how many others each claim shares its 5 %. */
size_t comparison_with_baseline(const struct comparison *); /* each policy with one */
size_t comparison_of_all(const struct comparison *);        /* each policy with each */

/* Whether two policies differ in speed. With so many `comparisons` made at once, the probability
 * that any two equal ones are told to differ is at most 5 %: Student's t of the logarithms of the
 * ratios within repetitions, its level divided by the number of comparisons (Bonferroni). The
 * median ratio must be further from 1 than the A/A interval reaches, too. Never so with fewer than
 * BOOTSTRAP_LEAST repetitions of both. */
bool comparison_differ(const struct comparison *, size_t a, size_t b, const struct interval *aa,
                       size_t comparisons);

/* The policies that were measured, from the fastest on by their medians; `apart` says of each but
 * the first that it differs from the one before it. Room for all; returns how many. At most 5 % of
 * rankings tell any two equal neighbours apart. */
struct rank {
    size_t policy;
    bool apart;
};
size_t comparison_ranking(const struct comparison *, const struct interval *aa, struct rank *);

/* The place of a policy, where 1 is the fastest. Because of the noise only a range is known: from
 * `best` to `worst`. Both are 0 if the policy was not measured. */
struct place {
    size_t best, worst;
};

/* The place of each policy, every one being compared with every other, as comparison_differ says.
 */
void comparison_places(const struct comparison *, const struct interval *aa, struct place *);

/* The largest distance between 1 and an end of the A/A interval, in percent; INFINITY if it is
 * unknown. */
double comparison_noise_pct(const struct interval *aa);

#endif
