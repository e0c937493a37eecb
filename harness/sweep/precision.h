/* precision.h - when a timed measurement has been repeated often enough. */
#ifndef FITLAB_PRECISION_H
#define FITLAB_PRECISION_H

#include <stdbool.h>
#include <stddef.h>

/* Half the width of the 95 % confidence interval of the mean (Student's t), in percent of the
 * mean. Values that are NAN were not measured and do not count; INFINITY for fewer than three. */
double precision_pct(const double *values, size_t n);

#endif
