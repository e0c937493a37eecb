/* draw.h - random sizes by the distributions of the old simulation studies, in whole units. */
#ifndef FITLAB_DRAW_H
#define FITLAB_DRAW_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

enum law {
    LAW_UNIFORM,     /* 1 .. 2 mean - 1 */
    LAW_EXPONENTIAL, /* coefficient of variation 1 */
    LAW_HYPER_2,     /* hyperexponential, two phases of balanced means: coefficient 2 */
    LAW_HYPER_3,     /* coefficient 3 */
    LAW_ERLANG_2,    /* coefficient .71 */
    LAW_NORMAL,      /* coefficient .25 */
    LAWS
};

extern const char *const law_names[LAWS];

/* A size in [1, most]. */
size_t draw_size(gsl_rng *, enum law, double mean, size_t most);

/* Always the same generator, seeded. NULL: no memory. */
gsl_rng *draw_open(unsigned long seed);

#endif
