/* test_import.c - every format but .rep: golden bytes, what is let pass, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "imports.h"

static void check_event(const struct imported *r, size_t i, enum event_kind kind, uint32_t slot,
                        uint64_t size)
{
    assert_true(i < r->count);
    assert_int_equal(r->events[i].kind, kind);
    assert_int_equal(r->events[i].slot, slot);
    assert_int_equal(r->events[i].size, size);
}

static struct imported good(const char *format, const char *text)
{
    struct imported r = import_text(format, text);
    if (!r.ok) {
        fail_msg("%s", r.problem.text);
    }
    return r;
}

static void check_warned(const char *format, const char *text, const char *warning, uint64_t events)
{
    struct imported r = good(format, text);
    if (!strstr(r.warnings, warning)) {
        fail_msg("warned '%s', not '%s'", r.warnings, warning);
    }
    assert_int_equal(r.tally.totals.events, events);
    tally_close(&r.tally);
}

static void check_bad_bytes(const char *format, const void *bytes, size_t n, const char *message)
{
    struct imported r = import_bytes(format, bytes, n);
    if (r.ok || !strstr(r.problem.text, message)) {
        fail_msg("said '%s', not '%s'", r.problem.text, message);
    }
    tally_close(&r.tally);
}

static void check_bad(const char *format, const char *text, const char *message)
{
    check_bad_bytes(format, text, strlen(text), message);
}

static const unsigned char golden[] = {
    0x0a, 0x07, 0x0a, 0x05, 0x08, 0x00, 0x10, 0xd2, 0x09, 0x0a, 0x07, 0x0a, 0x05, 0x08, 0x01, 0x10,
    0x80, 0x08, 0x0a, 0x06, 0x0a, 0x04, 0x08, 0x02, 0x10, 0x65, 0x0a, 0x04, 0x12, 0x02, 0x08, 0x02,
    0x0a, 0x04, 0x12, 0x02, 0x08, 0x00, 0x0a, 0x04, 0x12, 0x02, 0x08, 0x01, 0x10, 0x03,
};

static void test_protobuf_golden(void **state)
{
    (void)state;
    struct imported r = import_bytes("protobuf", golden, sizeof golden);
    assert_true(r.ok);
    assert_string_equal(r.warnings, "");
    check_event(&r, 0, EVENT_MALLOC, 0, 1234);
    check_event(&r, 1, EVENT_MALLOC, 1, 1024);
    check_event(&r, 2, EVENT_MALLOC, 2, 101);
    check_event(&r, 3, EVENT_FREE, 2, 0);
    check_event(&r, 4, EVENT_FREE, 0, 0);
    check_event(&r, 5, EVENT_FREE, 1, 0);
    assert_int_equal(r.tally.totals.events, 6);
    assert_int_equal(r.tally.totals.drain, 3); /* what the recorder freed at the end */
    assert_int_equal(r.tally.totals.peak_live_bytes, 1234 + 1024 + 101);
    tally_close(&r.tally);
}

/* Wherever it is cut, it is either at the end of a line or an error that says where. */
static void test_protobuf_cut(void **state)
{
    (void)state;
    static const size_t ends[] = {0, 9, 18, 26, 32, 38, 44, 46};
    size_t next = 0;
    for (size_t n = 0; n <= sizeof golden; n++) {
        struct imported r = import_bytes("protobuf", golden, n);
        assert_true(r.ok == (n == ends[next]));
        next += n == ends[next];
        assert_true(r.ok || strstr(r.problem.text, "NAME: offset "));
        tally_close(&r.tally);
    }
}

/* The same numbers, absent fields, unknown fields, an alignment, a realloc that moves. */
static void test_protobuf_fields(void **state)
{
    (void)state;
    static const unsigned char lines[] = {
        0x0a, 0x08, 0x0a, 0x06, 0x08, 0x00, 0x10, 0x40, 0x18, 0x40, /* malloc 0: 64, aligned 64 */
        0x0a, 0x08, 0x22, 0x06, 0x08, 0x01, 0x10, 0x03, 0x18, 0x05, /* calloc 1: 3 of 5 */
        0x0a, 0x06, 0x1a, 0x04, 0x08, 0x02, 0x18, 0x07,             /* realloc(NULL) 2: 7 */
        0x0a, 0x04, 0x12, 0x02, 0x08, 0x00,                         /* free 0 */
        0x0a, 0x08, 0x1a, 0x06, 0x08, 0x00, 0x10, 0x02, 0x18, 0x09, /* realloc 2 to 0: 9 */
        0x0a, 0x02, 0x12, 0x00,                                     /* free(NULL) */
        0x0a, 0x04, 0x0a, 0x02, 0x10, 0x00,                         /* malloc(0) without a result */
        0x0a, 0x06, 0x1a, 0x04, 0x10, 0x01, 0x18, 0x00,             /* realloc 1 to nothing */
        0x7a, 0x03, 1,    2,    3,                                  /* unknown: skipped */
        0x0a, 0x09, 0x3a, 0x01, 0xff, 0x0a, 0x04, 0x08, 0x01, 0x10, 0x01, /* ... and malloc 1: 1 */
    };
    struct imported r = import_bytes("protobuf", lines, sizeof lines);
    if (!r.ok) {
        fail_msg("%s", r.problem.text);
    }
    assert_int_equal(r.count, 7);
    check_event(&r, 0, EVENT_ALIGNED, 0, 64);
    assert_int_equal(r.events[0].align_log2, 6);
    check_event(&r, 1, EVENT_CALLOC, 1, 15);
    check_event(&r, 2, EVENT_MALLOC, 2, 7);
    check_event(&r, 3, EVENT_FREE, 0, 0);
    check_event(&r, 4, EVENT_REALLOC, 2, 9); /* the slot is the same: it is the same block */
    check_event(&r, 5, EVENT_FREE, 1, 0);
    check_event(&r, 6, EVENT_MALLOC, 0, 1);
    tally_close(&r.tally);
}

static void test_protobuf_refuses(void **state)
{
    (void)state;
    static const unsigned char twice[] = {0x0a, 6, 0x0a, 4, 8, 0, 0x10, 1,
                                          0x0a, 6, 0x0a, 4, 8, 0, 0x10, 1};
    check_bad_bytes("protobuf", twice, sizeof twice,
                    "NAME: offset 8: an object gets the number of one that is live");
    check_bad_bytes("protobuf", "\x0a\x04\x12\x02\x08\x05", 6,
                    "NAME: offset 0: an object is freed that is not live");
    check_bad_bytes("protobuf", "\x0a\x06\x1a\x04\x10\x05\x18\x05", 8, "resized that is not live");
    check_bad_bytes("protobuf", "\x0a\x03\x12\x02\x08\x05", 6, "runs past the one around it");
    check_bad_bytes("protobuf", "\x07", 1, "no known wire type");
    static const unsigned char peak[] = {0x0a, 6, 0x0a, 4, 8, 0, 0x10, 1, 0x10, 9};
    struct imported r = import_bytes("protobuf", peak, sizeof peak);
    assert_non_null(strstr(r.warnings, "at most 9 objects are live, and there are 1"));
    tally_close(&r.tally);
}

static void test_valgrind(void **state)
{
    (void)state;
    struct imported r = good("valgrind", "==7== Memcheck, a memory error detector\n"
                                         "--7-- malloc(100) = 0x4D6FC80\n"
                                         "the program says: --7-- malloc(3) = 0x1\n"
                                         "--7-- calloc(3,50) = 0x4D6FE40\n"
                                         "--7-- memalign(al 64, size 100) = 0x4D70000\n"
                                         "--7-- _ZnwmSt11align_val_t(size 64, al 32) = 0x4D70980\n"
                                         "--7-- _Znwm(4) = 0x4D702F0\n"
                                         "--7-- _ZdlPvm(0x4D702F0)\n"
                                         "--7-- realloc(0x4D6FC80,200) = 0x4D6FD30\n"
                                         "--7-- realloc(0x0,9)malloc(9) = 0x4D75890\n"
                                         "--7-- realloc(0x4D75890,0)free(0x4D75890)\n"
                                         "--7--  = 0\n"
                                         "--7-- realloc(0x4D6FD30,4611686018427387904) = 0x0\n"
                                         "--7-- malloc_usable_size(0x4D6FD30) = 200\n"
                                         "--7-- free(0x0)\n"
                                         "--7-- free(0x4D6FE40)\n");
    assert_string_equal(r.warnings, "");
    assert_int_equal(r.count, 10);
    check_event(&r, 0, EVENT_MALLOC, 0, 100);
    check_event(&r, 1, EVENT_CALLOC, 1, 150);
    check_event(&r, 2, EVENT_ALIGNED, 2, 100);
    assert_int_equal(r.events[2].align_log2, 6);
    check_event(&r, 3, EVENT_ALIGNED, 3, 64);
    check_event(&r, 4, EVENT_MALLOC, 4, 4);
    check_event(&r, 5, EVENT_FREE, 4, 0);
    check_event(&r, 6, EVENT_REALLOC, 0, 200);
    check_event(&r, 7, EVENT_MALLOC, 4, 9);
    check_event(&r, 8, EVENT_FREE, 4, 0);
    check_event(&r, 9, EVENT_FREE, 1, 0);
    tally_close(&r.tally);
    /* as valgrind 3.24 writes it */
    r = good("valgrind", "--7-- aligned_alloc(al 64, size 128) = 0x100\n"
                         "--7-- posix_memalign(al 128, size 99)\n"
                         "of the program\n"
                         "--7--  = 0x200\n"
                         "--7--  = 0x300\n"
                         "--7-- realloc(0x100,0)realloc() with size 0\n"
                         "--7--  = 0x0\n"
                         "--7-- free(0x200)\n");
    assert_string_equal(r.warnings, "");
    assert_int_equal(r.count, 4);
    check_event(&r, 0, EVENT_ALIGNED, 0, 128);
    check_event(&r, 1, EVENT_ALIGNED, 1, 99);
    assert_int_equal(r.events[1].align_log2, 7);
    check_event(&r, 2, EVENT_FREE, 0, 0);
    check_event(&r, 3, EVENT_FREE, 1, 0);
    tally_close(&r.tally);
    check_warned("valgrind", "--7-- malloc(8) = 0x10\n--7-- malloc(9) = 0x10\n",
                 "NAME: line 2: 0x10 is given out while it is live", 3);
    check_warned("valgrind", "--7-- malloc(8) = 0x10\n--7-- free(0x20)\n",
                 "NAME: line 2: 0x20 is freed, but is not live", 1);
    check_warned("valgrind", "--7-- malloc(8) = 0x10\n--8-- malloc(8) = 0x20\n",
                 "only process 7 was read: 1 calls of others skipped", 1);
    check_warned("valgrind", "--7-- realloc(0x10,5) = 0x20\n", "0x10 is resized, but is not live",
                 1);
    check_bad("valgrind", "hello\n", "there is no line such as");
    check_bad("valgrind", "--7-- memalign(al 3, size 8) = 0x10\n",
              "NAME: line 1: an alignment of 3 is no power of two");
}

static void test_mtrace(void **state)
{
    (void)state;
    struct imported r = good("mtrace", "= Start\n"
                                       "@ ./m:[0x1311] + 0x5581c63b80b0 0x64\n"
                                       "@ ./my prog:(f + 0x2)[0x1326] < 0x5581c63b80b0\n"
                                       "@ ./my prog:(f + 0x2)[0x1326] > 0x5581c63b8180 0xc8\n"
                                       "@ ./m:[0x1488] + 0x5581c63a62a0 0\n"
                                       "@ ./m:[0x14ba] ! 0x5581c63a62a0 0x4000000000000000\n"
                                       "@ ./m:[0x14ba] + (nil) 0x4000000000000000\n"
                                       "- 0x5581c63b8180\n"
                                       "= End\n");
    assert_string_equal(r.warnings, "");
    assert_int_equal(r.count, 4);
    check_event(&r, 0, EVENT_MALLOC, 0, 100);
    check_event(&r, 1, EVENT_REALLOC, 0, 200);
    check_event(&r, 2, EVENT_MALLOC, 1, 0);
    check_event(&r, 3, EVENT_FREE, 0, 0);
    tally_close(&r.tally);
    check_warned("mtrace", "+ 0x10 0x8\n< 0x10\n- 0x10\n", "NAME: line 2: a '<' without its '>'",
                 2);
    check_warned("mtrace", "+ 0x10 0x8\n- 0x20\n", "NAME: line 2: 0x20 is freed", 1);
    check_warned("mtrace", "= Start\n- 0xffffffffffffffff\n+ 0x10 0x8\n",
                 "NAME: line 2: 0xffffffffffffffff is freed", 1);
    check_bad("mtrace", "= Start\n@ ./m:[0x1]\n", "NAME: line 2: '@ ./m:[0x1]' has no operation");
    check_bad("mtrace", "= Start\n= End\n", "there is no line such as");
}

static void test_csv(void **state)
{
    (void)state;
    struct imported r = good("csv", "time_ns,size,\"op\",id,note,thread,align\n"
                                    "100,8,malloc,7,\"a, b\",0,\n"
                                    "150,16,calloc,9,,3,\n"
                                    "150,32,aligned_alloc,1,,0,64\n"
                                    "170,99,realloc,7,,0,\n"
                                    "180,,free,9,,3,\n"
                                    "190,5,realloc,9,,0,\n");
    assert_int_equal(r.count, 6);
    check_event(&r, 0, EVENT_MALLOC, 0, 8);
    check_event(&r, 1, EVENT_CALLOC, 1, 16);
    assert_int_equal(r.events[1].thread, 3);
    check_event(&r, 2, EVENT_ALIGNED, 2, 32);
    assert_int_equal(r.events[2].align_log2, 6);
    check_event(&r, 3, EVENT_REALLOC, 0, 99);
    check_event(&r, 4, EVENT_FREE, 1, 0);
    check_event(&r, 5, EVENT_MALLOC, 1, 5);
    tally_close(&r.tally);
    check_bad("csv", "op,id\nmalloc,1\n", "NAME: row 1: there is no column 'size'");
    check_bad("csv", "op,id,size\nmalloc,1\n", "NAME: row 2: it has fewer cells");
    check_bad("csv", "op,id,size\nmalloc,1,2,3\n", "NAME: row 2: it has more cells");
    check_bad("csv", "op,id,size\nmalloc,1,8\nmaloc,2,8\n", "NAME: row 3: 'maloc' is no op");
    check_bad("csv", "op,id,size\nmalloc,1,8x\n", "NAME: row 2: '8x' is no size");
    check_bad("csv", "op,id,size\nmalloc,1,8\nmalloc,1,8\n",
              "row 3: id 1 is allocated, but is live");
    check_bad("csv", "op,id,size\nfree,1,\n", "NAME: row 2: id 1 is freed, but is not live");
    check_bad("csv", "op,id,size,align\naligned_alloc,1,8,48\n",
              "an align of 48 is no power of two");
    check_bad("csv", "op,id,size,time_ns\nmalloc,1,8,5\nfree,1,,4\n", "row 3: time_ns goes back");
    check_bad("csv", "op,id,size\n\"malloc,1,8\n", "NAME: row 2: ");
    check_bad("csv", "", "NAME: row 1: there is no header");
}

static void test_minimalloc(void **state)
{
    (void)state;
    struct imported r = good("minimalloc", "id,lower,upper,size\nb1,0,3,4\nb2,3,9,5\nb3,1,9,6\n");
    assert_int_equal(r.count, 6);
    check_event(&r, 0, EVENT_MALLOC, 0, 4);
    check_event(&r, 1, EVENT_MALLOC, 1, 6);
    check_event(&r, 2, EVENT_FREE, 0, 0); /* half-open: what ends makes room first */
    check_event(&r, 3, EVENT_MALLOC, 0, 5);
    assert_int_equal(r.tally.totals.peak_live_bytes, 11);
    tally_close(&r.tally);
    check_bad("minimalloc", "id,lower,upper,size\nb1,3,3,4\n",
              "NAME: row 2: buffer 'b1' ends at 3");
    check_bad("minimalloc", "id,lower,upper,size\nb1,-3,3,4\n", "NAME: row 2: '-3' is no lower");
}

static void check_recognised(const void *bytes, size_t n, const char *name)
{
    struct source *in = malloc(sizeof *in);
    struct problem problem = {""};
    source_open_bytes(in, "NAME", bytes, n);
    const struct importer *found = importer_recognise(in, &problem);
    assert_string_equal(found ? found->name : "none", name);
    assert_true(found || strstr(problem.text, "say which of csv, minimalloc, mtrace"));
    source_close(in);
    free(in);
}

static void test_recognise(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"csv", "id,size,op\n"},
        {"minimalloc", "id,lower,upper,size,offset\n"},
        {"mtrace", "= Start\n"},
        {"mtrace", "@ ./a + 0x10 0x8\n"},
        {"rep", "3 4\na 0 8\n"},
        {"valgrind", "==1== Memcheck\n==1==\n--1-- malloc(3) = 0x10\n"},
        {"none", "id;size;op\n"},
        {"none", "\x0a\x04\x42\x02\x08\x05"},
        {"none", ""},
    };
    check_recognised(golden, sizeof golden, "protobuf");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check_recognised(texts[i][1], strlen(texts[i][1]), texts[i][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protobuf_golden),
        cmocka_unit_test(test_protobuf_cut),
        cmocka_unit_test(test_protobuf_fields),
        cmocka_unit_test(test_protobuf_refuses),
        cmocka_unit_test(test_valgrind),
        cmocka_unit_test(test_mtrace),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_minimalloc),
        cmocka_unit_test(test_recognise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
