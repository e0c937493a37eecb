#include "theory/draw.h"

#include <gsl/gsl_randist.h>
#include <math.h>

const char *const law_names[LAWS] = {
    "uniform",  "exponential",  "hyperexponential CV 2", "hyperexponential CV 3",
    "Erlang-2", "normal CV .25"};

static double hyperexponential(gsl_rng *rng, double mean, double cv)
{
    double p = (1 + sqrt((cv * cv - 1) / (cv * cv + 1))) / 2;
    double phase = gsl_rng_uniform(rng) < p ? p : 1 - p;
    return gsl_ran_exponential(rng, mean / (2 * phase));
}

static double draw(gsl_rng *rng, enum law law, double mean)
{
    switch (law) {
    case LAW_UNIFORM:
        return 1 + (double)gsl_rng_uniform_int(rng, (unsigned long)(2 * mean) - 1);
    case LAW_EXPONENTIAL:
        return gsl_ran_exponential(rng, mean);
    case LAW_HYPER_2:
        return hyperexponential(rng, mean, 2);
    case LAW_HYPER_3:
        return hyperexponential(rng, mean, 3);
    case LAW_ERLANG_2:
        return gsl_ran_gamma(rng, 2, mean / 2);
    case LAW_NORMAL:
        return mean + gsl_ran_gaussian(rng, mean / 4);
    case LAWS:
        break;
    }
    return mean;
}

size_t draw_size(gsl_rng *rng, enum law law, double mean, size_t most)
{
    double size = round(draw(rng, law, mean));
    return size < 1 ? 1 : size > (double)most ? most : (size_t)size;
}

gsl_rng *draw_open(unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (rng) {
        gsl_rng_set(rng, seed);
    }
    return rng;
}
