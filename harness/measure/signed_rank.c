#include "measure/signed_rank.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static int by_distance(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* Twice the rank of each difference, which is whole even for ties; returns the sum of t^3 - t over
 * ties of t. */
static double rank_all(const double *sorted, size_t n, size_t *twice)
{
    double ties = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && !(fabs(sorted[end]) > fabs(sorted[i]))) {
            end++;
        }
        double t = (double)(end - i);
        ties += t * t * t - t;
        for (size_t same = i + 1 + end; i < end; i++) {
            twice[i] = same;
        }
    }
    return ties;
}

/* The probability that the ranks of randomly signed differences sum to at most `most`/2: of all 2^n
 * signs, those are counted that do. */
static double exact_tail(const size_t *twice, size_t n, size_t most)
{
    size_t sums = n * (n + 1) + 1;
    double *share = calloc(sums, sizeof *share), tail = 0;
    if (!share) {
        abort();
    }
    share[0] = 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t sum = sums; sum-- > 0;) {
            share[sum] = (share[sum] + (sum >= twice[i] ? share[sum - twice[i]] : 0)) / 2;
        }
    }
    for (size_t sum = 0; sum <= most; sum++) {
        tail += share[sum];
    }
    free(share);
    return tail;
}

static double normal_tail(size_t n, double ties, double least)
{
    double count = (double)n, mean = count * (count + 1) / 4;
    double variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48;
    return gsl_cdf_ugaussian_P((least + .5 - mean) / sqrt(variance));
}

struct signed_rank signed_rank_test(const double *difference, size_t n)
{
    struct signed_rank test = {.p = 1};
    double *sorted = malloc((n + 1) * sizeof *sorted);
    size_t *twice = malloc((n + 1) * sizeof *twice);
    if (!sorted || !twice) {
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        if (difference[i] < 0 || difference[i] > 0) {
            sorted[test.n++] = difference[i];
        }
    }
    qsort(sorted, test.n, sizeof *sorted, by_distance);
    double ties = rank_all(sorted, test.n, twice);
    size_t above = 0, below = 0;
    for (size_t i = 0; i < test.n; i++) {
        *(sorted[i] > 0 ? &above : &below) += twice[i];
    }
    test.above = (double)above / 2;
    test.below = (double)below / 2;
    size_t least = above < below ? above : below;
    if (test.n) {
        double tail = test.n <= SIGNED_RANK_EXACT ? exact_tail(twice, test.n, least)
                                                  : normal_tail(test.n, ties, (double)least / 2);
        test.p = fmin(1, 2 * tail);
    }
    free(sorted);
    free(twice);
    return test;
}
