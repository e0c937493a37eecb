/* Each condition that spoils timings has a warning, and each warning a remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "measure/canary.h"
#include "results/warnings.h"

/* Ten quiet repetitions on a machine that is fit for timing. */
static const struct warnings quiet = {.timed = 10, .repetitions = 10};
static const struct setting fit = {.machine = {.governor = "performance"},
                                   .clock = {.ns_per_tick = 0.5, .quantum_ticks = 20}};

/* What is printed. The caller frees it. */
static char *printed(const struct warnings *w, const struct setting *s)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    warnings_print(w, s, out);
    fclose(out);
    return text;
}

/* Exactly one line, which contains both texts. */
static void assert_warns(const struct warnings *w, const struct setting *s, const char *what,
                         const char *remedy)
{
    char *text = printed(w, s);
    if (strncmp(text, "warning: ", 9) != 0 || strchr(text, '\n') != strrchr(text, '\n') ||
        !strstr(text, what) || !strstr(text, remedy)) {
        fail_msg("'%s' and '%s' were due, found: %s", what, remedy, text);
    }
    free(text);
}

static void a_quiet_machine_has_none(void **state)
{
    (void)state;
    char *text = printed(&quiet, &fit);
    assert_string_equal("", text);
    free(text);
    struct setting bad = fit; /* but nothing was timed */
    bad.assertions = true;
    text = printed(&(struct warnings){.timed = 0}, &bad);
    assert_string_equal("", text);
    free(text);
}

static void settings_warn(void **state)
{
    (void)state;
    struct setting s = fit;
    s.assertions = true;
    assert_warns(&quiet, &s, "assertions on", "cmake --preset default");
    s = fit;
    s.unoptimised = true;
    assert_warns(&quiet, &s, "without optimisation", "cmake --preset default");
    s = fit;
    s.sanitized = true;
    assert_warns(&quiet, &s, "AddressSanitizer", "cmake --preset default");
    s = fit;
    strcpy(s.machine.governor, "powersave");
    assert_warns(&quiet, &s, "governor is 'powersave'", "cpupower frequency-set");
    s = fit;
    s.machine.governor[0] = '\0'; /* nobody knows */
    char *text = printed(&quiet, &s);
    assert_string_equal("", text);
    free(text);
    s.clock.warning = clock_tsc_fault(&(struct tsc_facts){.exists = true});
    assert_warns(&quiet, &s, "not invariant, so CLOCK_MONOTONIC_RAW is read", "trust means");
}

/* A timed cell that ran for a second. */
static struct metrics timed_cell(void)
{
    struct metrics m = {.known = {false}};
    metric_set_count(&m, METRIC_elapsed_ns, 1000000000);
    metric_set_real(&m, METRIC_clock_quantum_ns, 10);
    metric_set_real(&m, METRIC_p50_ns, 25);
    return m;
}

/* Notes ten repetitions, the last with these metrics. */
static struct warnings noted(const struct metrics *last)
{
    struct warnings w = {.timed = 0};
    struct cell cell = {.pass = PASS_LATENCY};
    struct metrics m = timed_cell();
    for (cell.rep = 0; cell.rep < 9; cell.rep++) {
        warnings_note(&w, &cell, &m);
    }
    warnings_note(&w, &cell, last);
    return w;
}

static void cells_warn(void **state)
{
    (void)state;
    struct metrics m = timed_cell();
    metric_set_count(&m, METRIC_involuntary_switches,
                     11); /* one each 100 ms, and one more: the least number that is warned of */
    struct warnings w = noted(&m);
    char *text = printed(&w, &fit);
    assert_string_equal("", text);
    free(text);
    metric_set_count(&m, METRIC_involuntary_switches, 12);
    w = noted(&m);
    assert_warns(&w, &fit, "took the core from 1 of 10", "--cpu");
    m = timed_cell();
    metric_set_real(&m, METRIC_canary_pct, CANARY_TOLERANCE_PCT + 1);
    w = noted(&m);
    assert_warns(&w, &fit, "1 of 10 timed cells, 1 of them to the last try", "--max-reps");
    m = timed_cell();
    metric_set_count(&m, METRIC_canary_rejects, 2);
    w = noted(&m);
    assert_warns(&w, &fit, "1 of 10 timed cells, 0 of them", "stop other programs");
    m = timed_cell();
    metric_set_real(&m, METRIC_p50_ns, 10);
    w = noted(&m);
    assert_warns(&w, &fit, "within one step of the clock (10.0 ns) in 1 of 10", "compare means");
}

static void few_repetitions_warn(void **state)
{
    (void)state;
    struct warnings w = {.timed = 0};
    struct cell cell = {.pass = PASS_THROUGHPUT};
    struct metrics m = timed_cell();
    for (cell.rep = 0; cell.rep < 3; cell.rep++) {
        warnings_note(&w, &cell, &m);
    }
    assert_warns(&w, &fit, "no confidence interval from 3 repetitions", "--reps 10");
    warnings_note(&w, &cell, &m);
    char *text = printed(&w, &fit);
    assert_string_equal("", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_machine_has_none),
        cmocka_unit_test(settings_warn),
        cmocka_unit_test(cells_warn),
        cmocka_unit_test(few_repetitions_warn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
