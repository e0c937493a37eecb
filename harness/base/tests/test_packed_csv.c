/* test_packed_csv.c - a table that is compressed is read as the table itself, damage is an error
 * and not a shorter table, and the plain file counts where both are there. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/packed_csv.h"
#include "base/table.h"

enum { ROWS = 40000 };

static char folder[] = "./fitlab-packed-XXXXXX";
static char plain[64], packed[64];

static int enter(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) {
        return -1;
    }
    snprintf(plain, sizeof plain, "%s/t.csv", folder);
    snprintf(packed, sizeof packed, "%s/t.csv" PACKED_CSV_SUFFIX, folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    unlink(plain);
    unlink(packed);
    return rmdir(folder);
}

/* Leaves the table of so many rows in both forms. */
static void write_both(size_t rows)
{
    FILE *out = fopen(plain, "w");
    assert_non_null(out);
    fprintf(out, "a,b\n");
    for (size_t i = 0; i < rows; i++) {
        fprintf(out, "%zu,%zu\n", i, i * 2654435761u % 100000);
    }
    long bytes = ftell(out);
    fclose(out);
    unlink(packed);
    int from = open(plain, O_RDONLY), to = open(packed, O_WRONLY | O_CREAT | O_EXCL, 0666);
    assert_true(from >= 0 && to >= 0);
    assert_true(packed_csv_write(from, (size_t)bytes, to));
    close(from);
    close(to);
}

static void expect_rows(size_t rows)
{
    struct problem problem = {""};
    struct table *t = table_read(plain, &problem);
    if (!t) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(t->rows, rows);
    for (size_t i = 0; i < rows; i += 997) {
        char text[32];
        snprintf(text, sizeof text, "%zu", i * 2654435761u % 100000);
        assert_string_equal(table_cell(t, i, 1), text);
    }
    table_free(t);
}

static void a_compressed_table_is_read_by_the_name_of_the_plain_one(void **state)
{
    (void)state;
    write_both(ROWS);
    unlink(plain);
    assert_true(packed_csv_exists(plain));
    expect_rows(ROWS);
    write_both(0);
    unlink(plain);
    expect_rows(0);
}

static void the_plain_one_counts_where_both_are_there(void **state)
{
    (void)state;
    write_both(5);
    FILE *out = fopen(plain, "a");
    assert_non_null(out);
    fprintf(out, "5,0\n");
    fclose(out);
    struct problem problem;
    struct table *t = table_read(plain, &problem);
    assert_non_null(t);
    assert_int_equal(t->rows, 6);
    table_free(t);
}

static void no_file_is_no_file(void **state)
{
    (void)state;
    struct problem problem = {""};
    unlink(plain);
    unlink(packed);
    assert_false(packed_csv_exists(plain));
    assert_null(packed_csv_open(plain, &problem));
    assert_int_equal(errno, ENOENT);
    assert_non_null(strstr(problem.text, plain));
}

/* Whether the compressed table is an error that says why, and no table. */
static void expect_damage(void)
{
    struct problem problem = {""};
    assert_null(table_read(plain, &problem));
    assert_non_null(strstr(problem.text, "damaged"));
    int from = open(packed, O_RDONLY), to = open(plain, O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_true(from >= 0 && to >= 0);
    assert_false(packed_csv_unpack(from, to));
    assert_int_equal(errno, EBADMSG);
    close(from);
    close(to);
    unlink(plain);
}

static void a_file_cut_anywhere_is_damaged(void **state)
{
    (void)state;
    write_both(ROWS);
    unlink(plain);
    FILE *file = fopen(packed, "r");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long whole = ftell(file);
    fclose(file);
    for (long cut = whole - 1; cut > 0; cut -= cut / 3 + 1) {
        assert_int_equal(truncate(packed, cut), 0);
        expect_damage();
    }
}

static void a_changed_byte_is_damage(void **state)
{
    (void)state;
    for (int at = 4; at < 4000; at = at * 3 + 1) {
        write_both(ROWS);
        unlink(plain);
        FILE *file = fopen(packed, "r+");
        assert_non_null(file);
        fseek(file, at, SEEK_SET);
        int byte = getc(file);
        fseek(file, at, SEEK_SET);
        putc(byte ^ 0x55, file);
        fclose(file);
        expect_damage();
    }
}

static void a_round_trip_gives_the_same_bytes(void **state)
{
    (void)state;
    char again[64];
    snprintf(again, sizeof again, "%s/again", folder);
    write_both(ROWS);
    int from = open(packed, O_RDONLY), to = open(again, O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_true(packed_csv_unpack(from, to));
    close(from);
    close(to);
    FILE *a = fopen(plain, "r"), *b = fopen(again, "r");
    int x, y;
    do {
        x = getc(a);
        y = getc(b);
        assert_int_equal(x, y);
    } while (x != EOF);
    fclose(a);
    fclose(b);
    unlink(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_compressed_table_is_read_by_the_name_of_the_plain_one),
        cmocka_unit_test(the_plain_one_counts_where_both_are_there),
        cmocka_unit_test(no_file_is_no_file),
        cmocka_unit_test(a_file_cut_anywhere_is_damaged),
        cmocka_unit_test(a_changed_byte_is_damage),
        cmocka_unit_test(a_round_trip_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
