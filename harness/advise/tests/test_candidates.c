/* test_candidates.c - which combinations are tried, and the factor of a tolerance bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advise/candidate.h"
#include "advise/margin.h"

static size_t count_of(const char *text)
{
    struct candidates c = {0};
    struct problem problem;
    assert_true(candidates_add(&c, text, &problem));
    size_t n = c.count;
    candidates_free(&c);
    return n;
}

/* Choices multiply; what the text sets stays, and so does the rule by which the break moves. */
static void choices_are_combined(void **state)
{
    (void)state;
    assert_int_equal(4 * 2, count_of("tlsf"));
    assert_int_equal(2, count_of("tlsf:second_level=8"));
    assert_int_equal(1, count_of("tlsf:second_level=8,search=above"));
    assert_int_equal(4 * 3 * 2, count_of("first-fit"));
    assert_int_equal(1, count_of("quick-fit"));
    assert_int_equal(3 * 2, count_of("slab")); /* a switch is a choice of two */
    struct candidates c = {0};
    struct problem problem;
    assert_false(candidates_add(&c, "tlfs", &problem));
    assert_non_null(strstr(problem.text, "tlsf"));
    candidates_free(&c);
}

static bool has(const struct candidates *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (!strcmp(c->item[i].spec->policy->name, name)) {
            return true;
        }
    }
    return false;
}

static void all_are_for_products(void **state)
{
    (void)state;
    struct candidates c = {0};
    struct problem problem;
    assert_true(candidates_add_all(&c, POLICY_BITS_NONE, &problem));
    assert_true(has(&c, "best-fit") && has(&c, "buddy") && has(&c, "half-fit"));
    assert_false(has(&c, "bump") || has(&c, "textbook") || has(&c, "glibc"));
    candidates_free(&c);
}

/* Numbers become smaller and larger, within their range, each combination once; given ones stay. */
static void numbers_are_varied(void **state)
{
    (void)state;
    static const char *const given[] = {"quick-fit:hold=4"};
    struct candidates c = {0};
    struct problem problem;
    assert_true(candidates_add(&c, "quick-fit", &problem));
    candidates_vary(&c, 0, NULL, 0);
    size_t all = c.count;
    assert_true(all > 4);
    candidates_vary(&c, 0, NULL, 0);
    assert_int_equal(all, c.count);
    for (size_t i = 0; i < c.count; i++) {
        long quick = c.item[i].spec->values.number[0];
        assert_in_range(quick, 0, 2048);
        assert_int_equal(i, c.item[i].number);
    }
    candidates_free(&c);
    assert_true(candidates_add(&c, given[0], &problem));
    candidates_vary(&c, 0, given, 1);
    assert_true(c.count > 1 && c.count < all);
    for (size_t i = 0; i < c.count; i++) {
        assert_int_equal(4, c.item[i].spec->values.number[1]);
    }
    candidates_free(&c);
}

/* Odeh and Owen's table of one-sided tolerance factors, 99 % covered with a confidence of 95 %. */
static void tolerance_is_that_of_the_table(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double factor;
    } table[] = {{10, 3.981}, {20, 3.295}, {30, 3.064}, {50, 2.862}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double factor = margin_tolerance(table[i].n);
        assert_true(factor > table[i].factor * .98 && factor < table[i].factor * 1.02);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_combined),
        cmocka_unit_test(all_are_for_products),
        cmocka_unit_test(numbers_are_varied),
        cmocka_unit_test(tolerance_is_that_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
