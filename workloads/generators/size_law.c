#include "workloads/generators/size_law.h"

#include <gsl/gsl_randist.h>
#include <math.h>

const char *const size_shape_names[] = {"uniform", "exponential", "lognormal", "power-of-two",
                                        NULL};

struct size_law size_law_chosen(const long *rows)
{
    enum { SHAPE, MEAN, CV, MIN, MAX, UNIT, HEADER };
    return (struct size_law){
        .shape = (enum size_shape)rows[SHAPE],
        .mean = (double)rows[MEAN],
        .cv = (double)rows[CV] / 100,
        .min = rows[MIN],
        .max = rows[MAX],
        .unit = rows[UNIT],
        .header = rows[HEADER],
    };
}

static int log2_up(long n)
{
    return n <= 1 ? 0 : 64 - __builtin_clzl((unsigned long)n - 1);
}

static int log2_down(long n)
{
    return 63 - __builtin_clzl((unsigned long)n);
}

bool size_law_check(const struct size_law *law, struct problem *problem)
{
    if (law->shape != SIZES_BIMODAL && law->min > law->max) {
        return problem_set(problem, "sizes: min=%ld is above max=%ld", law->min, law->max);
    }
    if (law->shape == SIZES_POWER_OF_TWO && log2_up(law->min) > log2_down(law->max)) {
        return problem_set(problem, "sizes: there is no power of two from min=%ld to max=%ld",
                           law->min, law->max);
    }
    long least = law->shape == SIZES_BIMODAL ? 1 : law->min;
    if (least * law->unit < law->header) {
        return problem_set(problem, "sizes: %ld units of %ld bytes are less than header=%ld", least,
                           law->unit, law->header);
    }
    return true;
}

static double draw_lognormal(gsl_rng *rng, double mean, double cv)
{
    double variance = log1p(cv * cv);
    return gsl_ran_lognormal(rng, log(mean) - variance / 2, sqrt(variance));
}

static long draw_bimodal(const struct size_law *law, gsl_rng *rng)
{
    double centre = (double)(gsl_rng_uniform(rng) < law->large_part ? law->large : law->small);
    double size = round(centre * (1 + law->spread * (2 * gsl_rng_uniform(rng) - 1)));
    return size < 1 ? 1 : (long)size;
}

static long clamped(double x, long min, long max)
{
    x = round(x);
    return x <= (double)min ? min : x >= (double)max ? max : (long)x;
}

static long draw_units(const struct size_law *law, gsl_rng *rng)
{
    switch (law->shape) {
    case SIZES_UNIFORM:
        return law->min + (long)(gsl_rng_uniform(rng) * (double)(law->max - law->min + 1));
    case SIZES_EXPONENTIAL:
        return clamped(gsl_ran_exponential(rng, law->mean), law->min, law->max);
    case SIZES_LOGNORMAL:
        return clamped(draw_lognormal(rng, law->mean, law->cv), law->min, law->max);
    case SIZES_POWER_OF_TWO: {
        int low = log2_up(law->min), high = log2_down(law->max);
        return 1L << (low + (int)gsl_rng_uniform_int(rng, (unsigned long)(high - low + 1)));
    }
    case SIZES_BIMODAL:
        break;
    }
    return draw_bimodal(law, rng);
}

uint64_t size_law_draw(const struct size_law *law, gsl_rng *rng)
{
    return (uint64_t)(draw_units(law, rng) * law->unit - law->header);
}
