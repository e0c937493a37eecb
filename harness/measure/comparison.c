#include "measure/comparison.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static double value_of(const struct comparison *c, size_t policy, size_t repetition)
{
    return c->value[policy * c->repetitions + repetition];
}

/* Adds a value unless it is unknown; returns the new count. */
static size_t append(double *values, size_t n, double value)
{
    if (!isnan(value)) {
        values[n++] = value;
    }
    return n;
}

static struct interval judge(double *values, size_t n)
{
    struct interval i = bootstrap_median(values, values ? n : 0);
    free(values);
    return i;
}

struct interval comparison_median(const struct comparison *c, size_t policy)
{
    double *values = malloc((c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t r = 0; values && r < c->repetitions; r++) {
        n = append(values, n, value_of(c, policy, r));
    }
    return judge(values, n);
}

struct interval comparison_ratio(const struct comparison *c, size_t policy)
{
    double *values = malloc((c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t r = 0; values && r < c->repetitions; r++) {
        n = append(values, n, value_of(c, policy, r) / value_of(c, c->baseline, r));
    }
    return judge(values, n);
}

struct interval comparison_aa(const struct comparison *c)
{
    double *values = malloc((c->policies * c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t p = 0; values && p < c->policies; p++) {
        for (size_t r = 0; r + 1 < c->repetitions; r += 2) {
            n = append(values, n, value_of(c, p, r) / value_of(c, p, r + 1));
        }
    }
    return judge(values, n);
}

double comparison_noise_pct(const struct interval *aa)
{
    if (isnan(aa->low)) {
        return INFINITY;
    }
    return 100 * fmax(fabs(aa->low - 1), fabs(aa->high - 1));
}

/* Of two runs of a policy, a repetition and the next. */
static double log_pair(const struct comparison *c, size_t policy, size_t repetition)
{
    return log(value_of(c, policy, repetition) / value_of(c, policy, repetition + 1));
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is this many times the middle one of all policies', and more than so many percent. */
static const double LOUD_TIMES = 3, LOUD_PCT = 5;

static void mark_loud(struct own_noise *noise, size_t policies)
{
    double *pct = malloc((policies + 1) * sizeof *pct);
    size_t n = 0;
    for (size_t p = 0; pct && p < policies; p++) {
        n = append(pct, n, noise[p].pct);
    }
    if (n) {
        qsort(pct, n, sizeof *pct, by_value);
    }
    for (size_t p = 0; n && p < policies; p++) {
        noise[p].loud = noise[p].pct > LOUD_TIMES * pct[(n - 1) / 2] && noise[p].pct > LOUD_PCT;
    }
    free(pct);
}

void comparison_own_noise(const struct comparison *c, struct own_noise *noise)
{
    for (size_t p = 0; p < c->policies; p++) {
        double least = INFINITY, most = -INFINITY;
        noise[p] = (struct own_noise){.least = NAN, .most = NAN, .pct = NAN};
        for (size_t r = 0; r + 1 < c->repetitions; r++) {
            double pair = log_pair(c, p, r);
            if (!isnan(pair)) {
                least = fmin(least, pair);
                most = fmax(most, pair);
                noise[p].pairs++;
            }
        }
        if (noise[p].pairs) {
            noise[p].least = exp(least);
            noise[p].most = exp(most);
            noise[p].pct = 100 * (exp(fmax(fabs(least), fabs(most))) - 1);
        }
    }
    mark_loud(noise, c->policies);
}

static double plain_median(const struct comparison *c, size_t policy)
{
    double *values = malloc((c->repetitions + 1) * sizeof *values), median = NAN;
    size_t n = 0;
    for (size_t r = 0; values && r < c->repetitions; r++) {
        n = append(values, n, value_of(c, policy, r));
    }
    if (n) {
        qsort(values, n, sizeof *values, by_value);
        median = (values[(n - 1) / 2] + values[n / 2]) / 2;
    }
    free(values);
    return median;
}

static size_t measured(const struct comparison *c)
{
    size_t n = 0;
    for (size_t p = 0; p < c->policies; p++) {
        n += (size_t)!isnan(plain_median(c, p));
    }
    return n;
}

size_t comparison_with_baseline(const struct comparison *c)
{
    size_t n = measured(c);
    return n > 1 ? n - 1 : 1;
}

size_t comparison_of_all(const struct comparison *c)
{
    size_t n = measured(c);
    return n > 1 ? n * (n - 1) / 2 : 1;
}

/* Whether the mean of n values is not 0, at 5 % divided by the number of comparisons. */
static bool mean_differs(const double *value, size_t n, size_t comparisons)
{
    double mean = 0, squares = 0, degrees = (double)n - 1;
    for (size_t i = 0; i < n; i++) {
        mean += value[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        squares += (value[i] - mean) * (value[i] - mean);
    }
    double error = sqrt(squares / degrees / (double)n);
    return fabs(mean) > error * gsl_cdf_tdist_Qinv(0.025 / (double)comparisons, degrees);
}

bool comparison_differ(const struct comparison *c, size_t a, size_t b, const struct interval *aa,
                       size_t comparisons)
{
    double *logs = malloc((c->repetitions + 1) * sizeof *logs);
    bool differ = false;
    size_t n = 0;
    for (size_t r = 0; logs && r < c->repetitions; r++) {
        n = append(logs, n, log(value_of(c, a, r) / value_of(c, b, r)));
    }
    if (n >= BOOTSTRAP_LEAST) {
        qsort(logs, n, sizeof *logs, by_value);
        double median = exp((logs[(n - 1) / 2] + logs[n / 2]) / 2);
        differ =
            100 * fabs(median - 1) > comparison_noise_pct(aa) && mean_differs(logs, n, comparisons);
    }
    free(logs);
    return differ;
}

size_t comparison_ranking(const struct comparison *c, const struct interval *aa, struct rank *rank)
{
    double *median = malloc((c->policies + 1) * sizeof *median);
    size_t n = 0;
    for (size_t p = 0; median && p < c->policies; p++) {
        median[p] = plain_median(c, p);
        if (isnan(median[p])) {
            continue;
        }
        size_t at = n++;
        for (; at > 0 && median[rank[at - 1].policy] > median[p]; at--) {
            rank[at] = rank[at - 1];
        }
        rank[at] = (struct rank){.policy = p};
    }
    for (size_t i = 1; i < n; i++) {
        rank[i].apart = comparison_differ(c, rank[i - 1].policy, rank[i].policy, aa,
                                          comparison_with_baseline(c));
    }
    free(median);
    return n;
}

void comparison_places(const struct comparison *c, const struct interval *aa, struct place *place)
{
    struct rank *rank = malloc((c->policies + 1) * sizeof *rank);
    size_t n = rank ? comparison_ranking(c, aa, rank) : 0, comparisons = comparison_of_all(c);
    for (size_t p = 0; p < c->policies; p++) {
        place[p] = (struct place){0, 0};
    }
    for (size_t i = 0; i < n; i++) {
        place[rank[i].policy] = (struct place){1, n};
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            if (comparison_differ(c, rank[i].policy, rank[j].policy, aa, comparisons)) {
                place[rank[i].policy].worst--;
                place[rank[j].policy].best++;
            }
        }
    }
    free(rank);
}
