/* Wilcoxon's test agrees with the tables in print, with an enumeration of all signs, and with itself
 * where the exact distribution gives way to the normal one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "measure/signed_rank.h"

/* Differences 1 to n in size whose negative ranks sum to `below`. */
static struct signed_rank with_sum(size_t n, size_t below)
{
    double difference[200];
    for (size_t rank = n; rank > 0; rank--) {
        bool negative = rank <= below;
        below -= negative ? rank : 0;
        difference[rank - 1] = negative ? -(double)rank : (double)rank;
    }
    assert_int_equal(below, 0);
    return signed_rank_test(difference, n);
}

/* Critical values of Wilcoxon and Wilcox, "Some Rapid Approximate Statistical Procedures" (1964),
 * as textbooks print them: the largest smaller sum of ranks that is significant, two-sided. */
static void critical_values_are_those_in_print(void **state)
{
    (void)state;
    static const struct {
        size_t n, five_percent, one_percent; /* SIZE_MAX: none is */
    } table[] = {
        {6, 0, SIZE_MAX}, {7, 2, SIZE_MAX}, {8, 3, 0},    {9, 5, 1},    {10, 8, 3},
        {11, 10, 5},      {12, 13, 7},      {13, 17, 9},  {14, 21, 12}, {15, 25, 15},
        {16, 29, 19},     {17, 34, 23},     {18, 40, 27}, {19, 46, 32}, {20, 52, 37},
        {25, 89, 68},     {30, 137, 109},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = table[i].n, five = table[i].five_percent, one = table[i].one_percent;
        assert_true(with_sum(n, five).p <= .05);
        assert_true(with_sum(n, five + 1).p > .05);
        assert_true(one == SIZE_MAX || with_sum(n, one).p <= .01);
        assert_true(with_sum(n, one == SIZE_MAX ? 0 : one + 1).p > .01);
    }
    assert_true(with_sum(5, 0).p > .05);
}

/* Ties and zeros: the sum over all 2^n signs, which an independent loop counts. */
static void ties_are_exact(void **state)
{
    (void)state;
    static const double difference[] = {1, -1, 2, 2, -2, 0, 3, 4, 4, 0, 5};
    static const double rank[] = {1.5, 1.5, 4, 4, 4, 6, 7.5, 7.5, 9};
    struct signed_rank test = signed_rank_test(difference, 11);
    assert_int_equal(test.n, 9);
    assert_true(fabs(test.below - 5.5) <= 1e-12);
    assert_true(fabs(test.above - 39.5) <= 1e-12);
    unsigned as_far = 0;
    for (unsigned signs = 0; signs < 512; signs++) {
        double sum = 0;
        for (unsigned i = 0; i < 9; i++) {
            sum += signs >> i & 1 ? rank[i] : 0;
        }
        as_far += sum <= 5.5 || sum >= 39.5;
    }
    assert_true(fabs(test.p - as_far / 512.) <= 1e-12);
}

static void nothing_differs_from_nothing(void **state)
{
    (void)state;
    static const double none[] = {0, 0, 0};
    assert_true(fabs(signed_rank_test(none, 3).p - 1) <= 0);
    assert_true(fabs(signed_rank_test(none, 0).p - 1) <= 0);
    static const double balanced[] = {1, -1};
    assert_true(fabs(signed_rank_test(balanced, 2).p - 1) <= 0);
}

static void the_normal_distribution_takes_over_smoothly(void **state)
{
    (void)state;
    /* The tables have 434 at 50; the approximation for 51 differences has its own near by. */
    assert_true(with_sum(50, 434).p <= .05 && with_sum(50, 435).p > .05);
    assert_true(fabs(with_sum(50, 434).p - with_sum(51, 455).p) < .005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_are_those_in_print),
        cmocka_unit_test(ties_are_exact),
        cmocka_unit_test(nothing_differs_from_nothing),
        cmocka_unit_test(the_normal_distribution_takes_over_smoothly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
