/* test_label.c - labels contain only what gnuplot, CSV and file names allow, and different specs
 * get different labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "results/label.h"

static void expect_label(const char *spec, const char *expected)
{
    char label[256];
    label_spec(spec, label, sizeof label);
    assert_string_equal(label, expected);
}

static void test_specs_become_words(void **state)
{
    (void)state;
    expect_label("first-fit", "first-fit");
    expect_label("first-fit:order=lifo,split_min=64", "first-fit order=lifo split_min=64");
    expect_label("./plugins/my_fit.so:fit=best", "my_fit.so fit=best");
    expect_label("traces/perl.fltrace", "perl");
    expect_label("model:kind=shuffled,trace=big/cc1.fltrace,seed=2",
                 "model kind=shuffled trace=cc1 seed=2");
    expect_label(".fltrace", ".fltrace");
    expect_label("odd 'quotes' \"and\" `more`", "odd  quotes   and   more ");
    expect_label("", "");
}

static void test_labels_fit_their_room(void **state)
{
    (void)state;
    char label[8];
    memset(label, 'x', sizeof label);
    label_spec("best-fit:order=lifo", label, sizeof label);
    assert_string_equal(label, "best-fi");
}

static void test_slugs_are_file_names(void **state)
{
    (void)state;
    char slug[64];
    label_slug("uniform live=1M/2 $(rm)", slug, sizeof slug);
    assert_string_equal(slug, "uniform-live=1M-2---rm-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specs_become_words),
        cmocka_unit_test(test_labels_fit_their_room),
        cmocka_unit_test(test_slugs_are_file_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
