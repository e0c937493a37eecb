/* test_ostep_text.c - the printed answers of the chapter's simulator, byte for byte.
 *
 * The oracle is a text: a case is a line "$ OPTIONS", then what the simulator prints for it after
 * the block with its options. FITLAB_OSTEP_TEXT names another file of the same form.
 */
#define _GNU_SOURCE /* asprintf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "present/lessons/ostep.h"

static char *oracle; /* the whole file */

static char *answer(const char *options)
{
    struct ostep_options o;
    struct lesson lesson = {0};
    struct problem problem = {""};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (!ostep_parse(options, &o, &problem) || !ostep_play(&o, &lesson, &problem)) {
        fail_msg("%s: %s", options, problem.text);
    }
    assert_true(o.answers);
    ostep_print(&lesson, true, out);
    lesson_close(&lesson);
    fclose(out);
    return text;
}

/* The first line that differs. */
static void compare(const char *options, const char *expected, const char *observed)
{
    for (size_t line = 1; strcmp(expected, observed) != 0; line++) {
        size_t left = strcspn(expected, "\n"), right = strcspn(observed, "\n");
        if (left != right || strncmp(expected, observed, left) != 0) {
            fail_msg("%s, line %zu: expected '%.*s', observed '%.*s'", options, line, (int)left,
                     expected, (int)right, observed);
        }
        if (!expected[left] || !observed[right]) {
            fail_msg("%s: one of the texts ends after line %zu", options, line);
        }
        expected += left + 1;
        observed += right + 1;
    }
}

static void test_every_case(void **state)
{
    (void)state;
    size_t cases = 0;
    char *at = strncmp(oracle, "$ ", 2) ? strstr(oracle, "\n$ ") : oracle - 1;
    while (at) {
        char *options = at + 3, *end = strchr(options, '\n'), *next;
        assert_non_null(end);
        *end = '\0';
        next = strstr(end + 1, "\n$ ");
        if (next) {
            next[0] = '\0'; /* which is the end of the case's last line: it is put back below */
        }
        char *expected;
        assert_true(asprintf(&expected, "%s%s", end + 1, next ? "\n" : "") >= 0);
        char *observed = answer(options);
        compare(options, expected, observed);
        free(expected);
        free(observed);
        cases++;
        at = next;
    }
    print_message("%zu cases\n", cases);
    assert_true(cases > 0);
}

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    if (in) {
        ssize_t read = getdelim(&text, &size, '\0', in);
        text = read < 0 ? NULL : text;
        fclose(in);
    }
    return text;
}

int main(void)
{
    char path[4096];
    const char *given = getenv("FITLAB_OSTEP_TEXT"), *shared = getenv("FITLAB_SHARED");
    snprintf(path, sizeof path, "%s/oracles/ostep-step.txt", shared ? shared : ".");
    oracle = read_file(given ? given : path);
    if (!oracle) {
        fprintf(stderr, "%s: cannot be read%s\n", given ? given : path,
                given ? "" : "; FITLAB_OSTEP_TEXT names another file of its form");
        return given ? 1 : 77;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_case)};
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    free(oracle);
    return failures;
}
