#include "sweep/precision.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double precision_pct(const double *values, size_t n)
{
    double mean = 0, squares = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            /* Welford's update, which avoids cancellation. */
            double delta = values[i] - mean;
            count++;
            mean += delta / count;
            squares += delta * (values[i] - mean);
        }
    }
    if (count < 3 || mean <= 0) {
        return INFINITY;
    }
    double t = gsl_cdf_tdist_Pinv(.975, count - 1);
    return 100 * t * sqrt(squares / (count - 1) / count) / mean;
}
