#include "cell/certificate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool chooses(const struct policy_spec *spec, const char *parameter, const char *value)
{
    const char *choice = policy_spec_choice(spec, parameter);
    return choice && !strcmp(choice, value);
}

/* Whether the policy is a sequential fit that coalesces at once and moves the break only when no
 * hole fits. */
static bool grows_last(const struct policy_spec *spec)
{
    static const char *const fits[] = {"first-fit", "best-fit", "worst-fit", "next-fit"};
    bool fit = false;
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        fit |= !strcmp(spec->policy->name, fits[i]);
    }
    return fit && chooses(spec, "grow", "exact") && chooses(spec, "coalesce", "immediate");
}

static bool is_address_ordered_first_fit(const struct policy_spec *spec)
{
    return !strcmp(spec->policy->name, "first-fit") && grows_last(spec) &&
           chooses(spec, "order", "address");
}

/* M * H_n / ln 2, H_n the harmonic number (Robson, "Worst case fragmentation of first fit and best
 * fit storage allocation strategies", 1977). */
static double first_fit_bound(const struct policy_spec *spec, double M, double n)
{
    (void)spec;
    double harmonic = 0;
    if (n > 1e6) {
        harmonic = log(n) + 0.5772156649015329 + 1 / (2 * n); /* above H_n by less than 1e-13 */
    } else {
        for (double k = n; k >= 1; k--) {
            harmonic += 1 / k;
        }
    }
    return M * harmonic / log(2);
}

/* n * (M - n + 1): when the break moves, every hole is smaller than the request, and each has a
 * live block of at least one unit beside it. */
static double grows_last_bound(const struct policy_spec *spec, double M, double n)
{
    (void)spec;
    return n <= (M + 1) / 2 ? n * (M - n + 1) : 0;
}

static bool is_half_fit(const struct policy_spec *spec, const char *round)
{
    return !strcmp(spec->policy->name, "half-fit") && chooses(spec, "round", round) &&
           chooses(spec, "grow", "exact");
}

static bool is_plain_half_fit(const struct policy_spec *spec)
{
    return is_half_fit(spec, "none");
}

static bool is_power_half_fit(const struct policy_spec *spec)
{
    return is_half_fit(spec, "power");
}

/* 2 M (1 + ceil(log2 n)), n in units of the smallest block (Ogasawara 1995; Herter 2014, page 27).
 * Our units are smaller than that block, so that this is more than the theorem needs. */
static double half_fit_bound(const struct policy_spec *spec, double M, double n)
{
    (void)spec;
    return 2 * M * (1 + ceil(log2(n)));
}

static bool is_binary_buddy(const struct policy_spec *spec)
{
    return !strcmp(spec->policy->name, "buddy") && chooses(spec, "system", "binary") &&
           chooses(spec, "grow", "exact");
}

/* (r + 1) M for M in blocks as they are granted, the largest 2^r times the smallest. When a block
 * of a class is placed above all others, each place of that class below holds a live block; and a
 * smaller block goes into an empty place of that class only when the memory of its own class has
 * none left. So each class adds at most M. The smallest block is not smaller than our unit. */
static double buddy_bound(const struct policy_spec *spec, double M, double n)
{
    (void)spec;
    return M * (1 + ceil(log2(n)));
}

static bool is_tlsf(const struct policy_spec *spec)
{
    return !strcmp(spec->policy->name, "tlsf") && chooses(spec, "grow", "exact");
}

/* The same as for the fits that grow last, but for the rounding: when the break moves for a request
 * of s, every hole is smaller than s (1 + 1/second_level) + 1, so that holes and blocks beside them
 * are at most (M - s) times that, and s comes on top. It grows with s up to half of M. */
static double tlsf_bound(const struct policy_spec *spec, double M, double n)
{
    double part = 1 / strtod(policy_spec_choice(spec, "second_level"), NULL);
    return n <= M / 2 ? (M - n) * (n * (1 + part) + 1) + n : 0;
}

const struct certificate certificates[] = {
    {.theorem = "Robson 1977, address-ordered first-fit",
     .metric = METRIC_bound_first_fit_bytes,
     .applies = is_address_ordered_first_fit,
     .bound = first_fit_bound},
    {.theorem = "fits that grow last",
     .metric = METRIC_bound_grows_last_bytes,
     .applies = grows_last,
     .bound = grows_last_bound},
    {.theorem = "good fits that grow last",
     .metric = METRIC_bound_grows_last_bytes,
     .applies = is_tlsf,
     .bound = tlsf_bound},
    {.theorem = "Ogasawara 1995, half-fit",
     .metric = METRIC_bound_half_fit_bytes,
     .applies = is_plain_half_fit,
     .bound = half_fit_bound},
    {.theorem = "Ogasawara 1995, half-fit of powers of two",
     .metric = METRIC_bound_half_fit_bytes,
     .applies = is_power_half_fit,
     .bound = half_fit_bound,
     .granted = true},
    {.theorem = "the binary buddy system",
     .metric = METRIC_bound_buddy_bytes,
     .applies = is_binary_buddy,
     .bound = buddy_bound,
     .granted = true},
    {0},
};
