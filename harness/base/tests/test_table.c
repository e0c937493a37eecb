/* test_table.c - a table that is read holds what was written, and the message about a damaged file
 * names the place. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/table.h"

struct scratch {
    char path[32];
};

static struct scratch write_file(const char *text, size_t length)
{
    struct scratch s = {"./fitlab-table-XXXXXX"};
    int fd = mkstemp(s.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
    return s;
}

static void expect_problem(const char *text, const char *part)
{
    struct scratch s = write_file(text, strlen(text));
    struct problem problem = {""};
    assert_null(table_read(s.path, &problem));
    assert_non_null(strstr(problem.text, s.path));
    assert_non_null(strstr(problem.text, part));
    unlink(s.path);
}

static void test_round_trip(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "first-fit:order=lifo,split_min=64", "say \"hole\"", " padded ", "two\nlines", "", "plain"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    struct scratch s = write_file("", 0);
    FILE *out = fopen(s.path, "w");
    struct csv_row row = {.out = out};
    csv_text(&row, "text");
    csv_text(&row, "whole");
    csv_text(&row, "real");
    csv_end_row(&row);
    for (size_t i = 0; i < TEXTS; i++) {
        csv_text(&row, texts[i]);
        csv_whole(&row, UINT64_MAX - i);
        csv_real(&row, i ? 1.0 / (double)i : NAN);
        csv_end_row(&row);
    }
    fclose(out);

    struct problem problem = {""};
    struct table *t = table_read(s.path, &problem);
    assert_string_equal(problem.text, "");
    assert_int_equal(t->columns, 3);
    assert_int_equal(t->rows, TEXTS);
    size_t real;
    assert_true(table_column(t, "real", &real, &problem));
    for (size_t i = 0; i < TEXTS; i++) {
        double value;
        assert_string_equal(table_cell(t, i, 0), texts[i]);
        assert_int_equal(strtoull(table_cell(t, i, 1), NULL, 10), UINT64_MAX - i);
        assert_true(table_number(t, i, real, &value, &problem));
        assert_true(i ? fabs(value * (double)i - 1) < 1e-8 : isnan(value));
    }
    table_free(t);
    unlink(s.path);
}

static void test_damage_is_named(void **state)
{
    (void)state;
    expect_problem("", "is empty");
    expect_problem("a,b\n1,2\n3\n", "row 3 has 1 cells where the header has 2");
    expect_problem("a,b\n1,\"2\n", "row 2 is no CSV");
    expect_problem("a,b\n1,2\"3\n", "row 2 is no CSV");
    struct problem problem = {""};
    assert_null(table_read("/nonexistent/summary.csv", &problem));
    assert_non_null(strstr(problem.text, "/nonexistent/summary.csv: No such file"));
}

static void test_columns_and_numbers(void **state)
{
    (void)state;
    static const char text[] = "policy,jw4_pct\nbuddy,12.5\nslab,oops\n";
    struct scratch s = write_file(text, sizeof text - 1);
    struct problem problem = {""};
    struct table *t = table_read(s.path, &problem);
    size_t column = 99;
    double value;
    assert_false(table_column(t, "jw5_pct", &column, &problem));
    assert_non_null(strstr(problem.text, "no column 'jw5_pct'; it has: policy, jw4_pct"));
    assert_true(table_column(t, "jw4_pct", &column, &problem));
    assert_true(table_number(t, 0, column, &value, &problem));
    assert_true(value > 12.4 && value < 12.6);
    assert_false(table_number(t, 1, column, &value, &problem));
    assert_non_null(strstr(problem.text, "row 3, column 'jw4_pct': 'oops' is no number"));
    table_free(t);
    unlink(s.path);
}

static void test_empty_columns_are_added(void **state)
{
    (void)state;
    static const char text[] = "policy,jw4_pct\nbuddy,12.5\nslab,7\n";
    static const char *const names[] = {"threads", "jw4_pct", "bits"};
    struct scratch s = write_file(text, sizeof text - 1);
    struct problem problem = {""};
    struct table *t = table_read(s.path, &problem);
    assert_true(table_add_empty(t, names, 3));
    assert_int_equal(t->columns, 4); /* one of them was there */
    static const char *const expected[][4] = {{"buddy", "12.5", "", ""}, {"slab", "7", "", ""}};
    for (size_t row = 0; row < 2; row++) {
        for (size_t i = 0; i < 4; i++) {
            assert_string_equal(table_cell(t, row, i), expected[row][i]);
        }
    }
    size_t bits;
    double value;
    assert_true(table_column(t, "bits", &bits, &problem));
    assert_true(table_number(t, 1, bits, &value, &problem) && isnan(value));
    assert_true(table_add_empty(t, names, 3)); /* all are there */
    assert_int_equal(t->columns, 4);
    t->remedy = "measure again";
    assert_false(table_column(t, "jw5_pct", &bits, &problem));
    assert_non_null(strstr(problem.text, "has no column 'jw5_pct': measure again"));
    table_free(t);
    unlink(s.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damage_is_named),
        cmocka_unit_test(test_columns_and_numbers),
        cmocka_unit_test(test_empty_columns_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
