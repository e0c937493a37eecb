/* A page of the window in which the footprints of policies are furthest apart, as the report asks
 * for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "present/player/player_page.h"

static char path[] = "/tmp/fitlab-window-XXXXXX";

static bool file_has(const char *text)
{
    static char page[PLAYER_BYTES_MOST];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    size_t n = fread(page, 1, sizeof page - 1, in);
    fclose(in);
    page[n] = '\0';
    return strstr(page, text) != NULL;
}

static bool write_window(const char *workload, const char *const *policy, size_t policies,
                         uint64_t *first, uint64_t *last, struct problem *problem)
{
    struct region_spec region;
    assert_true(region_spec_parse("grow", &region, problem));
    return player_write_window(path, workload, policy, policies, &region, first, last, problem);
}

static void the_window_holds_the_widest_step(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "buddy"};
    struct problem problem;
    struct timeline t;
    struct step_group g;
    struct region_spec region;
    uint64_t first, last, widest;
    const char *workload = "uniform:events=6000,live=200";
    assert_true(write_window(workload, policies, 2, &first, &last, &problem));
    assert_true(timeline_of_workload(&t, workload, &problem));
    assert_true(region_spec_parse("grow", &region, &problem));
    const struct step_group_setup setup = {.policy = policies, .policies = 2, .region = &region};
    assert_true(step_group_open(&g, &t, &setup, &problem));
    assert_true(step_group_parting(&g, &widest, &problem));
    assert_true(widest > 0 && first <= widest && widest <= last && last - first <= PLAYER_STEPS);
    step_group_close(&g);
    timeline_close(&t);
    char from[64];
    snprintf(from, sizeof from, "\"from\":%llu", (unsigned long long)first);
    assert_true(file_has(from));
}

static void what_cannot_be_shown_is_a_problem(void **state)
{
    (void)state;
    static const char *const reference[] = {"glibc"};
    struct problem problem;
    uint64_t first, last;
    assert_false(write_window("uniform:events=100", reference, 1, &first, &last, &problem));
    assert_non_null(strstr(problem.text, "outside of the region"));
    assert_false(write_window("no-such-workload", reference, 1, &first, &last, &problem));
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0) {
        return 1;
    }
    close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_holds_the_widest_step),
        cmocka_unit_test(what_cannot_be_shown_is_a_problem),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
