/* Histograms keep their error bound, intervals cover the true value as often as they should, and
 * the clock advances at a constant rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "measure/canary.h"
#include "measure/clock.h"
#include "measure/comparison.h"
#include "measure/histogram.h"

static void buckets_tile_the_numbers(void **state)
{
    (void)state;
    for (size_t b = 0; b + 1 < HISTOGRAM_BUCKETS; b++) {
        uint64_t lower = histogram_lower(b), upper = histogram_lower(b + 1);
        assert_true(lower < upper);
        assert_int_equal(b, histogram_bucket(lower));
        assert_int_equal(b, histogram_bucket(upper - 1));
        assert_true(upper - lower == 1 || (upper - lower) * HISTOGRAM_LINEAR <= lower);
    }
    assert_int_equal(HISTOGRAM_BUCKETS - 1, histogram_bucket(UINT64_MAX));
}

static void quantiles_are_ranks(void **state)
{
    (void)state;
    static struct histogram h, twice;
    assert_int_equal(HISTOGRAM_BUCKETS, histogram_quantile(&h, 0.5));
    for (uint64_t v = 1; v <= 1000; v++) {
        histogram_add(&h, v);
    }
    static const double quantile[] = {0.001, 0.5, 0.9, 0.99, 0.999, 1};
    for (size_t i = 0; i < sizeof quantile / sizeof *quantile; i++) {
        uint64_t exact = (uint64_t)(quantile[i] * 1000 + 0.5);
        assert_int_equal(histogram_bucket(exact), histogram_quantile(&h, quantile[i]));
    }
    assert_int_equal(1000, h.max);
    histogram_merge(&twice, &h);
    histogram_merge(&twice, &h);
    assert_int_equal(2000, twice.total);
    assert_int_equal(histogram_quantile(&h, 0.7), histogram_quantile(&twice, 0.7));
}

static void the_clock_agrees_with_the_kernels_clock(void **state)
{
    (void)state;
    const struct clock *c = clock_get();
    assert_true(c->ns_per_tick > 0);
    assert_true(c->quantum_ticks >= 1 && c->overhead_ticks >= 1);
    uint64_t ticks = clock_read_fenced(c->source), ns = clock_kernel_now();
    while (clock_kernel_now() - ns < 20000000) {
    }
    double measured = clock_ns(c, (double)(clock_read_fenced(c->source) - ticks));
    double elapsed = (double)(clock_kernel_now() - ns);
    assert_true(measured > 0.9 * 20e6 && measured < 1.1 * elapsed + 1e6);
}

static void an_unreliable_counter_is_not_used(void **state)
{
    (void)state;
    static const struct {
        struct tsc_facts facts;
        const char *fault; /* a part of it */
    } cases[] = {
        {{true, true, "tsc hpet acpi_pm \n"}, NULL},
        {{true, true, ""}, NULL},
        {{true, true, "hpet acpi_pm \n"}, "the kernel does not trust"},
        {{true, false, "tsc hpet \n"}, "not invariant"},
        {{false, false, "arch_sys_counter \n"}, "no time-stamp counter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *fault = clock_tsc_fault(&cases[i].facts);
        assert_int_equal(cases[i].fault == NULL, fault == NULL);
        assert_true(!fault || strstr(fault, cases[i].fault));
    }
    struct clock c;
    clock_calibrate(&c, "the time-stamp counter is not invariant");
    assert_int_equal(CLOCK_KERNEL, c.source);
    assert_string_equal("CLOCK_MONOTONIC_RAW", clock_source_name(c.source));
    assert_string_equal("the time-stamp counter is not invariant", c.warning);
    assert_true(c.ns_per_tick == 1 && c.quantum_ticks >= 1 && c.overhead_ticks >= 1);
    uint64_t kernel = clock_kernel_now(), ours = clock_read_fenced(c.source);
    assert_in_range(ours, kernel, kernel + 1000000000);
}

enum { REPETITIONS = 10, POLICIES = 3 };

/* Times as machines produce them: a level, noise, and sometimes a value far from all others. */
static void simulate(gsl_rng *rng, const double *level, double value[POLICIES][REPETITIONS])
{
    for (size_t r = 0; r < REPETITIONS; r++) {
        double drift = 1 + 0.05 * sin((double)r); /* affects all policies of a repetition alike */
        for (size_t p = 0; p < POLICIES; p++) {
            double noise = gsl_ran_gaussian(rng, 0.02) + (gsl_rng_uniform(rng) < 0.05 ? 0.3 : 0);
            value[p][r] = level[p] * drift * (1 + noise);
        }
    }
}

/* 95 % intervals must include the truth about 95 times of 100. */
static void intervals_cover(void **state)
{
    (void)state;
    enum { RUNS = 200 };
    static const double level[POLICIES] = {10, 10, 10};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double value[POLICIES][REPETITIONS];
    int aa = 0, ratio = 0;
    for (int run = 0; run < RUNS; run++) {
        simulate(rng, level, value);
        struct comparison c = {POLICIES, REPETITIONS, 0, &value[0][0]};
        struct interval i = comparison_aa(&c), k = comparison_ratio(&c, 1);
        aa += interval_includes(&i, 1);
        ratio += interval_includes(&k, 1);
        assert_true(interval_precision_pct(&i) < 15 && interval_precision_pct(&k) < 30);
    }
    gsl_rng_free(rng);
    assert_in_range(aa, RUNS * 93 / 100,
                    RUNS); /* a slow change of the machine makes the interval wider */
    assert_in_range(ratio, RUNS * 93 / 100, RUNS - 1);
}

static void real_differences_are_found(void **state)
{
    (void)state;
    static const double level[POLICIES] = {10, 11, 9};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double value[POLICIES][REPETITIONS];
    simulate(rng, level, value);
    gsl_rng_free(rng);
    struct comparison c = {POLICIES, REPETITIONS, 0, &value[0][0]};
    struct interval slower = comparison_ratio(&c, 1), faster = comparison_ratio(&c, 2);
    assert_true(slower.low > 1 && slower.low < 1.1 && slower.high > 1.08);
    assert_true(faster.high < 1 && faster.low < 0.9 + 0.02);
    struct interval self = comparison_ratio(&c, 0);
    assert_true(self.median == 1 && self.low == 1 && self.high == 1);
    struct interval again = comparison_ratio(&c, 1);
    assert_memory_equal(&slower, &again, sizeof again); /* the same data, the same interval */
}

static void places_are_ranges_within_the_noise(void **state)
{
    (void)state;
    static const double level[POLICIES] = {10, 10, 8};
    struct place place[POLICIES];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double value[POLICIES][REPETITIONS];
    simulate(rng, level, value);
    gsl_rng_free(rng);
    struct comparison c = {POLICIES, REPETITIONS, 0, &value[0][0]};
    struct interval aa = comparison_aa(&c);
    comparison_places(&c, &aa, place);
    assert_true(place[2].best == 1 && place[2].worst == 1);
    for (size_t p = 0; p < 2; p++) {
        assert_true(place[p].best == 2 && place[p].worst == 3);
    }
    for (size_t r = 0; r < REPETITIONS; r++) {
        value[2][r] = NAN;
    }
    comparison_places(&c, &aa, place);
    assert_true(place[2].best == 0 && place[2].worst == 0);
    assert_true(place[0].best == 1 && place[0].worst == 2);
}

enum { MANY = 14, MOST_RUNS = 10 };

/* Noise as machines make it: a few percent, and now and then a repetition that is far off. */
static void draw_equal(gsl_rng *rng, size_t runs, double outliers, double *value)
{
    for (size_t i = 0; i < MANY * runs; i++) {
        value[i] = 10 * exp(gsl_ran_gaussian(rng, 0.03));
        if (gsl_rng_uniform(rng) < outliers) {
            value[i] *= 1 + gsl_rng_uniform(rng);
        }
    }
}

static bool ranked_wrongly(const struct comparison *c, const struct interval *aa)
{
    struct rank rank[MANY];
    size_t n = comparison_ranking(c, aa, rank), wrong = 0;
    for (size_t i = 1; i < n; i++) {
        wrong += rank[i].apart;
    }
    return wrong > 0;
}

static bool placed_wrongly(const struct comparison *c, const struct interval *aa)
{
    struct place place[MANY];
    size_t wrong = 0;
    comparison_places(c, aa, place);
    for (size_t p = 0; p < MANY; p++) {
        wrong += place[p].best != 1 || place[p].worst != MANY;
    }
    return wrong > 0;
}

/* Of 14 equal policies at most one ranking in twenty holds a false '<', with no help from the A/A
 * interval, which is taken to be as narrow as can be. */
static void equal_policies_are_seldom_told_apart(void **state)
{
    (void)state;
    enum { RANKINGS = 1000 };
    static const struct {
        size_t runs;
        double outliers;
    } machines[] = {{6, 0}, {10, 0}, {10, .1}};
    const struct interval sharp = {.n = 100, .median = 1, .low = 1, .high = 1};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double value[MANY * MOST_RUNS];
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        size_t ranked = 0, placed = 0;
        for (size_t i = 0; i < RANKINGS; i++) {
            draw_equal(rng, machines[m].runs, machines[m].outliers, value);
            struct comparison c = {MANY, machines[m].runs, 0, value};
            ranked += ranked_wrongly(&c, &sharp);
            placed += placed_wrongly(&c, &sharp);
        }
        print_message("%zu runs: %zu rankings and %zu places of %d are wrong\n", machines[m].runs,
                      ranked, placed, RANKINGS);
        assert_in_range(ranked, 0, RANKINGS / 20);
        /* all pairs are compared: 5 %, and twice the sampling error of so many simulations */
        assert_in_range(placed, 0, RANKINGS / 20 + 14);
    }
    gsl_rng_free(rng);
}

/* The same caution must not hide what is there: one policy a fifth slower than all others. */
static void a_slower_policy_is_told(void **state)
{
    (void)state;
    enum { RANKINGS = 200 };
    const struct interval sharp = {.n = 100, .median = 1, .low = 1, .high = 1};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double value[MANY * MOST_RUNS];
    struct rank rank[MANY];
    size_t told = 0;
    for (size_t i = 0; i < RANKINGS; i++) {
        draw_equal(rng, 6, 0, value);
        for (size_t r = 0; r < 6; r++) {
            value[r] *= 1.2;
        }
        struct comparison c = {MANY, 6, 0, value};
        assert_int_equal(MANY, comparison_ranking(&c, &sharp, rank));
        told += rank[MANY - 1].policy == 0 && rank[MANY - 1].apart;
    }
    gsl_rng_free(rng);
    assert_in_range(told, RANKINGS * 9 / 10, RANKINGS);
}

/* One policy's runs differ by a lot, and the pooled interval does not show it. */
static void a_loud_policy_is_marked(void **state)
{
    (void)state;
    double value[MANY * MOST_RUNS];
    struct own_noise own[MANY];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    draw_equal(rng, MOST_RUNS, 0, value);
    gsl_rng_free(rng);
    value[3 * MOST_RUNS + 4] *= 38;
    value[5 * MOST_RUNS] = NAN;
    struct comparison c = {MANY, MOST_RUNS, 0, value};
    struct interval aa = comparison_aa(&c);
    assert_true(comparison_noise_pct(&aa) < 5);
    comparison_own_noise(&c, own);
    for (size_t p = 0; p < MANY; p++) {
        assert_int_equal(p == 3, own[p].loud);
        assert_int_equal(p == 5 ? MOST_RUNS - 2 : MOST_RUNS - 1, own[p].pairs);
    }
    assert_true(own[3].most > 30 && own[3].least < 1. / 30 && own[3].pct > 3000);
}

static void few_values_have_no_interval(void **state)
{
    (void)state;
    static const double value[] = {3, 1, 2};
    struct interval i = bootstrap_median(value, 3);
    assert_true(i.median == 2 && isnan(i.low) && isnan(i.high));
    assert_true(interval_includes(&i, 1) && isinf(interval_precision_pct(&i)));
    i = bootstrap_median(value, 0);
    assert_true(isnan(i.median));
}

static void a_slow_machine_is_noticed(void **state)
{
    (void)state;
    double best = canary_best_ns();
    assert_true(best > 0);
    assert_true(canary_slowdown_pct(best) == 0);
    assert_true(canary_slowdown_pct(2 * best) > 99 && canary_slowdown_pct(2 * best) < 101);
    canary_note_ns(best / 2);
    assert_true(canary_best_ns() == best / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_tile_the_numbers),
        cmocka_unit_test(quantiles_are_ranks),
        cmocka_unit_test(the_clock_agrees_with_the_kernels_clock),
        cmocka_unit_test(an_unreliable_counter_is_not_used),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(real_differences_are_found),
        cmocka_unit_test(places_are_ranges_within_the_noise),
        cmocka_unit_test(equal_policies_are_seldom_told_apart),
        cmocka_unit_test(a_slower_policy_is_told),
        cmocka_unit_test(a_loud_policy_is_marked),
        cmocka_unit_test(few_values_have_no_interval),
        cmocka_unit_test(a_slow_machine_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
