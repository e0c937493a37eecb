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

static const char workload[] = "uniform:events=6000,live=200";

static struct step_group_setup setup_of(const char *const *policies, size_t n)
{
    static struct region_spec region;
    struct problem problem;
    assert_true(region_spec_parse("grow", &region, &problem));
    return (struct step_group_setup){.policy = policies, .policies = n, .region = &region};
}

static uint64_t footprint_at(struct step_group *g, size_t i, uint64_t step)
{
    struct problem problem;
    struct stepper *s = &g->member[i].stepper;
    assert_true(stepper_go(s, step, &problem));
    return region_footprint(&s->map.region);
}

static void the_window_holds_the_widest_step(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "buddy"};
    const struct step_group_setup setup = setup_of(policies, 2);
    struct problem problem;
    struct timeline t;
    struct step_group g;
    struct player_window w;
    assert_true(player_write_window(path, workload, &setup, 500, &w, &problem));
    assert_true(timeline_of_workload(&t, workload, &problem));
    assert_true(step_group_open(&g, &t, &setup, &problem));
    uint64_t widest = 0, at = 0;
    for (uint64_t i = 0; i <= t.events; i++) {
        uint64_t a = footprint_at(&g, 0, i), b = footprint_at(&g, 1, i),
                 apart = a > b ? a - b : b - a;
        at = apart > widest ? i : at;
        widest = apart > widest ? apart : widest;
    }
    step_group_close(&g);
    timeline_close(&t);
    assert_int_equal(w.parting.step, at);
    assert_int_equal(w.parting.bytes, widest);
    assert_true(w.first <= at && at <= w.last && w.last - w.first == 500);
    char from[64];
    snprintf(from, sizeof from, "\"from\":%llu", (unsigned long long)w.first);
    assert_true(file_has(from));
}

static void a_page_has_room_for_the_window(void **state)
{
    (void)state;
    static const char *const policies[] = {"slab", "buddy"};
    const struct step_group_setup setup = setup_of(policies, 2);
    struct problem problem;
    struct player_window w;
    const char *large = "uniform:events=60000,live=40000"; /* parts most where there are too many */
    assert_true(player_write_window(path, large, &setup, 100, &w, &problem));
    assert_true(w.parting.bytes > 0 && w.parting.step < 20000);
    assert_int_equal(w.last - w.first, 100);
}

static void policies_that_do_not_part_have_no_window(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "first-fit"};
    const struct step_group_setup setup = setup_of(policies, 2);
    struct problem problem;
    struct player_window w;
    assert_int_equal(truncate(path, 0), 0);
    assert_true(player_write_window(path, workload, &setup, 100, &w, &problem));
    assert_int_equal(w.parting.bytes, 0);
    assert_false(file_has("html"));
}

static void what_cannot_be_shown_is_a_problem(void **state)
{
    (void)state;
    static const char *const reference[] = {"glibc"};
    const struct step_group_setup setup = setup_of(reference, 1);
    struct problem problem;
    struct player_window w;
    assert_false(player_write_window(path, "uniform:events=100", &setup, 100, &w, &problem));
    assert_non_null(strstr(problem.text, "outside of the region"));
    assert_false(player_write_window(path, "no-such-workload", &setup, 100, &w, &problem));
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
        cmocka_unit_test(a_page_has_room_for_the_window),
        cmocka_unit_test(policies_that_do_not_part_have_no_window),
        cmocka_unit_test(what_cannot_be_shown_is_a_problem),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
