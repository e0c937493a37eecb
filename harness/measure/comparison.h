/* comparison.h - policies timed side by side: medians, ratios to a baseline, and the noise floor.
 *
 * Repetition r of all policies ran one after the other, and the next repetition in the reverse
 * order (ABBA), so what drifts slowly hits all alike: ratios are taken within a repetition. The A/A
 * comparison takes each policy's even repetitions against its odd ones; the true ratio is 1, so
 * what it says is how far to believe the others.
 */
#ifndef FITLAB_COMPARISON_H
#define FITLAB_COMPARISON_H

#include "measure/bootstrap.h"

struct comparison {
    size_t policies, repetitions, baseline;
    double *value; /* [policy][repetition]; NAN: not measured */
};

struct interval comparison_median(const struct comparison *, size_t policy);

/* Of the policy's time over the baseline's. */
struct interval comparison_ratio(const struct comparison *, size_t policy);

/* All policies taken together; 1 unless something is wrong with the machine or the method. */
struct interval comparison_aa(const struct comparison *);

/* Whether a ratio differs from 1 by no more than the noise: its interval includes 1, or it is no
 * further from 1 than the A/A interval reaches. */
bool comparison_within_noise(const struct interval *ratio, const struct interval *aa);

/* Where a policy stands, 1 being the fastest: as far as the noise lets one tell, at `best` at best
 * and at `worst` at worst. 0: not measured. */
struct place {
    size_t best, worst;
};

/* The place of each policy, every one being compared with every other. */
void comparison_places(const struct comparison *, const struct interval *aa, struct place *);

/* The widest distance from 1 that the A/A interval reaches, in percent; INFINITY if unknown. */
double comparison_noise_pct(const struct interval *aa);

#endif
