#include "measure/bootstrap.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 4000, SEED = 1 };

/* The lower percentile to take, for a nominal 2.5 %. */
static double lower_level(size_t n)
{
    double t = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1));
    return gsl_cdf_ugaussian_P(-t * sqrt((double)n / (double)(n - 1)));
}

static double median_of(double *values, size_t n)
{
    gsl_sort(values, 1, n);
    return gsl_stats_median_from_sorted_data(values, 1, n);
}

static double mean_of(double *values, size_t n)
{
    return gsl_stats_mean(values, 1, n);
}

/* May put the values in another order. */
typedef double statistic(double *values, size_t n);

/* The statistic of each of many resamples of the values, sorted. */
static void resample(statistic *of, const double *values, size_t n, double *sample, double *found)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, SEED);
    for (size_t r = 0; r < RESAMPLES; r++) {
        for (size_t i = 0; i < n; i++) {
            sample[i] = values[gsl_rng_uniform_int(rng, n)];
        }
        found[r] = of(sample, n);
    }
    gsl_sort(found, 1, RESAMPLES);
    gsl_rng_free(rng);
}

static struct interval bootstrap(statistic *of, const double *values, size_t n)
{
    struct interval e = {.n = n, .median = NAN, .low = NAN, .high = NAN};
    double *sample = malloc((n + 1) * sizeof *sample);
    double *found = malloc(RESAMPLES * sizeof *found);
    if (n && sample && found) {
        memcpy(sample, values, n * sizeof *sample);
        e.median = of(sample, n);
        if (n >= BOOTSTRAP_LEAST) {
            double level = lower_level(n);
            resample(of, values, n, sample, found);
            e.low = gsl_stats_quantile_from_sorted_data(found, 1, RESAMPLES, level);
            e.high = gsl_stats_quantile_from_sorted_data(found, 1, RESAMPLES, 1 - level);
        }
    }
    free(sample);
    free(found);
    return e;
}

struct interval bootstrap_median(const double *values, size_t n)
{
    return bootstrap(median_of, values, n);
}

struct interval bootstrap_mean(const double *values, size_t n)
{
    return bootstrap(mean_of, values, n);
}

bool interval_includes(const struct interval *e, double value)
{
    return isnan(e->low) || (e->low <= value && value <= e->high);
}

double interval_precision_pct(const struct interval *e)
{
    return isnan(e->low) || e->median <= 0 ? INFINITY : 50 * (e->high - e->low) / e->median;
}
