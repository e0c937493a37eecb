/* Documents in the compressed form of cairo 1.18, made here, become plain ones with the same
 * objects. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "present/figures/pdf_plain.h"

static void put_compressed(FILE *out, const void *data, size_t length)
{
    unsigned char packed[1024];
    uLongf size = sizeof packed;
    assert_int_equal(compress(packed, &size, data, (uLong)length), Z_OK);
    fputs("stream\n", out);
    fwrite(packed, 1, size, out);
    fputs("\nendstream\nendobj\n", out);
}

/* Objects: 1 the pages and 2 the catalog, in object stream 4 with 3, the information; 5 the table.
 */
static char *compressed_document(size_t *length)
{
    char *at = NULL, packed[256];
    FILE *out = open_memstream(&at, length);
    fputs("%PDF-1.7\n", out);
    long stream = ftell(out);
    const char *pages = "<< /Type /Pages >>\n", *info = "<< /CreationDate (D:20260101) >>\n",
               *catalog = "<< /Type /Catalog >>\n";
    int first = snprintf(packed, sizeof packed, "1 0\n3 %zu\n2 %zu\n", strlen(pages),
                         strlen(pages) + strlen(info));
    snprintf(packed + first, sizeof packed - (size_t)first, "%s%s%s", pages, info, catalog);
    fprintf(out, "4 0 obj\n<< /Type /ObjStm\n /N 3\n /First %d >>\n", first);
    put_compressed(out, packed, strlen(packed));
    long table = ftell(out);
    const unsigned char rows[6][4] = {{0, 0, 0, 0},
                                      {2, 0, 4, 0},
                                      {2, 0, 4, 2},
                                      {2, 0, 4, 1},
                                      {1, (unsigned char)(stream >> 8), (unsigned char)stream, 0},
                                      {1, (unsigned char)(table >> 8), (unsigned char)table, 0}};
    fputs("5 0 obj\n<< /Type /XRef\n /Size 6\n /W [1 2 1]\n /Root 2 0 R\n /Info 3 0 R >>\n", out);
    put_compressed(out, rows, sizeof rows);
    fprintf(out, "startxref\n%ld\n%%%%EOF\n", table);
    fclose(out);
    return at;
}

static void every_object_is_where_the_table_says(void **state)
{
    (void)state;
    size_t length, plain_length;
    char *pdf = compressed_document(&length);
    assert_null(memmem(pdf, length, "CreationDate", 12));
    char *plain = pdf_plain(pdf, length, &plain_length);
    assert_non_null(plain);
    assert_non_null(strstr(plain, "3 0 obj\n<< /CreationDate (D:20260101) >>\nendobj\n"));
    assert_non_null(strstr(plain, "trailer\n<< /Size 6\n   /Root 2 0 R\n   /Info 3 0 R\n>>\n"));
    assert_null(strstr(plain, "ObjStm"));
    const char *row = plain + strtol(strstr(plain, "startxref\n") + 10, NULL, 10);
    assert_memory_equal(row, "xref\n0 6\n", 9);
    row += 9;
    for (int i = 0; i < 6; i++, row += 20) {
        char head[32];
        snprintf(head, sizeof head, "%d 0 obj\n", i);
        bool there = i >= 1 && i <= 3;
        assert_int_equal(row[17], there ? 'n' : 'f');
        assert_true(!there || !strncmp(plain + strtol(row, NULL, 10), head, strlen(head)));
    }
    free(plain);
    free(pdf);
}

/* Cut short anywhere, or with a byte changed, it is refused or rewritten, but never read outside.
 */
static void damaged_input_gives_no_crash(void **state)
{
    (void)state;
    size_t length, plain_length;
    char *pdf = compressed_document(&length);
    for (size_t i = 0; i < length; i++) {
        char *copy = malloc(i + 1);
        assert_non_null(copy);
        memcpy(copy, pdf, i);
        free(pdf_plain(copy, i, &plain_length));
        free(copy);
        pdf[i] ^= 0x15;
        free(pdf_plain(pdf, length, &plain_length));
        pdf[i] ^= 0x15;
    }
    free(pdf);
    static const char old_form[] = "%PDF-1.5\nxref\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n";
    assert_null(pdf_plain(old_form, sizeof old_form - 1, &plain_length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_object_is_where_the_table_says),
        cmocka_unit_test(damaged_input_gives_no_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
