/* signed_rank.h - Wilcoxon's signed-rank test of paired differences: are they centred on 0?
 *
 * Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1(6), 1945. Differences
 * of 0 are dropped, as there; equal distances from 0 share the mean of their ranks.
 */
#ifndef FITLAB_SIGNED_RANK_H
#define FITLAB_SIGNED_RANK_H

#include <stddef.h>

/* Up to so many differences the distribution is computed exactly, ties included; beyond, it is the
 * normal one with the usual correction for ties and for continuity. */
enum { SIGNED_RANK_EXACT = 50 };

struct signed_rank {
    size_t n;            /* differences other than 0 */
    double above, below; /* sums of the ranks of the positive and of the negative ones */
    double p;            /* two-sided; 1 if n is 0 */
};

/* Of n differences, in no order, unchanged, none of them NAN. */
struct signed_rank signed_rank_test(const double *difference, size_t n);

#endif
