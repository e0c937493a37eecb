/* test_rep.c - .rep traces: the public set's totals, both headers, and what is odd or broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "imports.h"

/* The same count by other means: words, and sizes by id. */
struct plain_count {
    uint64_t ops, live, peak;
};

static struct plain_count count_plainly(const char *path)
{
    static uint64_t size[100000];
    struct plain_count c = {0};
    char kind;
    unsigned long id, n;
    memset(size, 0, sizeof size);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fscanf(f, " %lu", &n) == 1) {
    }
    while (fscanf(f, " %c %lu", &kind, &id) == 2) {
        n = 0;
        assert_true(kind == 'f' || fscanf(f, " %lu", &n) == 1);
        c.live += n - size[id];
        size[id] = n;
        c.peak = c.live > c.peak ? c.live : c.peak;
        c.ops++;
    }
    fclose(f);
    return c;
}

static const char *const public_traces[] = {
    "amptjp-bal",   "binary-bal", "binary2-bal", "cccp-bal",    "coalescing-bal",
    "cp-decl-bal",  "expr-bal",   "random-bal",  "random2-bal", "realloc-bal",
    "realloc2-bal", "short1-bal", "short2-bal",
};

static void test_public_traces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof public_traces / sizeof *public_traces; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/traces/csapp/%s.rep", getenv("FITLAB_SHARED"),
                 public_traces[i]);
        struct plain_count plain = count_plainly(path);
        struct imported r = import_file("rep", path);
        assert_true(r.ok);
        assert_int_equal(r.tally.totals.events, plain.ops);
        assert_int_equal(r.tally.totals.peak_live_bytes, plain.peak);
        assert_int_equal(r.tally.live_bytes, plain.live);
        tally_close(&r.tally);
    }
}

static void check_golden(const char *name, uint64_t events, uint64_t peak)
{
    char path[512];
    snprintf(path, sizeof path, "%s/traces/csapp/%s.rep", getenv("FITLAB_SHARED"), name);
    struct imported r = import_file("rep", path);
    assert_int_equal(r.tally.totals.events, events);
    assert_int_equal(r.tally.totals.peak_live_bytes, peak);
    assert_string_equal(r.warnings, "");
    tally_close(&r.tally);
}

static void test_golden(void **state)
{
    (void)state;
    check_golden("short1-bal", 12, 8144);
    check_golden("amptjp-bal", 5694, 2012279);
    check_golden("realloc-bal", 14401, 615040);
}

static void check_ok(const char *text, const char *warning, uint64_t events, uint64_t live)
{
    struct imported r = import_text("rep", text);
    if (!r.ok) {
        fail_msg("%s", r.problem.text);
    }
    assert_int_equal(r.tally.totals.events, events);
    assert_int_equal(r.tally.live_bytes, live);
    if (*warning ? !strstr(r.warnings, warning) : *r.warnings != '\0') {
        fail_msg("warned '%s', not '%s'", r.warnings, warning);
    }
    tally_close(&r.tally);
}

static void test_oddities_that_are_accepted(void **state)
{
    (void)state;
    check_ok("1 2\na 0 8\nf 0\n", "", 2, 0);
    check_ok("20000 1 2 1 a 0 8 f 0", "", 2, 0);
    check_ok("1 3\na 0 8\nr 0 0\nf -1\n", "", 2, 0);
    check_ok("1 2\nr 0 8\nr 0 80\n", "", 2, 80);
    check_ok("1 1\na 0 8\nf 0\n", "NAME: line 3: the header says 1 operations, and there are 2", 2,
             0);
    check_ok("1 3\na 0 8\nf 0\n", "the header says 3 operations, and there are 2", 2, 0);
    check_ok("1 2\na 0 8\na 7 8\n", "NAME: line 3: the header says 1 ids, and there are 8", 2, 16);
    check_ok("2 3\na 1 8\nf 0\nf 1\n", "NAME: line 3: id 0 is freed, but is not live", 2, 0);
    check_ok("1 2\na 0 8\na 0 9\n", "NAME: line 3: id 0 is allocated again", 2, 17);
}

static void check_bad(const char *text, const char *message)
{
    struct imported r = import_text("rep", text);
    assert_false(r.ok);
    if (!strstr(r.problem.text, message)) {
        fail_msg("said '%s', not '%s'", r.problem.text, message);
    }
    tally_close(&r.tally);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    check_bad("", "NAME: line 1: a .rep header has 2 or 4 integers, and here are 0");
    check_bad("1 2 3\na 0 8\n", "NAME: line 2: a .rep header has 2 or 4 integers, and here are 3");
    check_bad("1 2\nx 0 8\n", "NAME: line 2: 'x' is no number of a .rep header");
    check_bad("1 2\na 0 8\nx 0\n", "NAME: line 3: 'x' is no operation");
    check_bad("1 2\na 0\n", "NAME: line 2: the file ends where size is due");
    check_bad("1 2\na\n", "NAME: line 2: the file ends where id is due");
    check_bad("1 2\na 0 -8\n", "NAME: line 2: '-8' is no size");
    check_bad("1 2\na 0 8\na 1 \na 2 8\n",
              "NAME: line 3: the operation has no size: 'a' is the next operation");
    check_bad("1 2\nf\nf 0\n", "NAME: line 2: the operation has no id: 'f' is the next operation");
    check_bad("1 2\na -1 8\n", "NAME: line 2: '-1' is no id");
    check_bad("1 2\nf -2\n", "NAME: line 2: '-2' is no id");
    check_bad("1 2\na 0 99999999999999999999\n", "is no size");
    check_bad("1 2\na 0 8k\n", "NAME: line 2: '8k' is no size");
}

static void check_recognised(const char *text, bool expected)
{
    struct source *in = malloc(sizeof *in);
    struct problem problem;
    source_open_bytes(in, "NAME", text, strlen(text));
    const struct importer *found = importer_recognise(in, &problem);
    assert_true((found && !strcmp(found->name, "rep")) == expected);
    free(in);
}

static void test_recognise(void **state)
{
    (void)state;
    check_recognised("6\n12\na 0 1\n", true);
    check_recognised("1 6 12 0\n\nf 0\n", true);
    check_recognised("6 12 13\na 0 1\n", false);
    check_recognised("id,lower,upper,size\n", false);
    check_recognised("hello", false);
    check_recognised("", false);
}

int main(void)
{
    const struct CMUnitTest everywhere[] = {
        cmocka_unit_test(test_oddities_that_are_accepted),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_recognise),
    };
    const struct CMUnitTest shared[] = {
        cmocka_unit_test(test_public_traces),
        cmocka_unit_test(test_golden),
    };
    int failed = cmocka_run_group_tests(everywhere, NULL, NULL);
    char folder[512];
    snprintf(folder, sizeof folder, "%s/traces/csapp", getenv("FITLAB_SHARED"));
    if (access(folder, R_OK) != 0) {
        puts("FITLAB_SHARED has no traces/csapp: the public set was skipped");
        return failed ? failed : 77;
    }
    return failed + cmocka_run_group_tests(shared, NULL, NULL);
}
