/* bootstrap.h - medians and means, and their confidence intervals, by resampling.
 *
 * The unit is what was repeated independently: a process, not an operation (Kalibera & Jones,
 * "Rigorous Benchmarking in Reasonable Time", 2013). Intervals are 95 %, percentile, with the
 * levels widened for small samples as Student's t asks (Hesterberg, "What Teachers Should Know
 * about the Bootstrap", 2015). The same values give the same interval: the seed is fixed.
 */
#ifndef FITLAB_BOOTSTRAP_H
#define FITLAB_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>

/* Of fewer values no useful interval can be given. */
enum { BOOTSTRAP_LEAST = 4 };

struct interval {
    size_t n;
    double median;    /* or, from bootstrap_mean, the mean; NAN if n is 0 */
    double low, high; /* NAN if n is below BOOTSTRAP_LEAST */
};

/* `values` are n values in any order; they are not changed. */
struct interval bootstrap_median(const double *values, size_t n);
struct interval bootstrap_mean(const double *values, size_t n);

/* Whether the interval includes a value; an unknown one includes everything. */
bool interval_includes(const struct interval *, double value);

/* Half the interval's width in percent of the median; INFINITY if it is unknown. */
double interval_precision_pct(const struct interval *);

#endif
