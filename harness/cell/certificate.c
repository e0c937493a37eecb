#include "cell/certificate.h"

#include <math.h>
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
static double first_fit_bound(double M, double n)
{
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
static double grows_last_bound(double M, double n)
{
    return n <= (M + 1) / 2 ? n * (M - n + 1) : 0;
}

const struct certificate certificates[] = {
    {"Robson 1977, address-ordered first-fit", METRIC_bound_first_fit_bytes,
     is_address_ordered_first_fit, first_fit_bound},
    {"fits that grow last", METRIC_bound_grows_last_bytes, grows_last, grows_last_bound},
    {0},
};
