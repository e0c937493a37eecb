/* Histograms keep their error bound, and the clock is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "histogram.h"

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

static void the_clock_runs_with_the_kernels(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_tile_the_numbers),
        cmocka_unit_test(quantiles_are_ranks),
        cmocka_unit_test(the_clock_runs_with_the_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
