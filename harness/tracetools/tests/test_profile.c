/* test_profile.c - a profile says of workloads known by construction what is known of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spec/workload_spec.h"
#include "tracetools/profile_report.h"

static struct profile *profile_of(const char *text)
{
    struct workload_spec spec;
    struct problem problem = {""};
    assert_true(workload_spec_parse(text, &spec, &problem));
    struct workload *w = workload_spec_open(&spec, &problem);
    assert_non_null(w);
    struct profile *p = profile_take(w, &problem);
    workload_close(w);
    if (!p) {
        fail_msg("%s", problem.text);
    }
    return p;
}

static void test_fifo(void **state)
{
    (void)state;
    struct profile *p =
        profile_of("uniform:live=100,lifetime=fifo,min=8,max=8,events=10000,drain=1");
    assert_int_equal(p->drain, 10000);
    assert_int_equal(p->events, 10100);
    assert_int_equal(p->kinds[EVENT_MALLOC], 100 + 9900 / 2);
    assert_int_equal(p->peak_live_bytes, 800);
    assert_int_equal(p->peak_at, 99);
    assert_int_equal(p->end_live_blocks, 100);
    assert_int_equal(p->sizes.distinct, 1);
    assert_int_equal(p->survivors.entry[0].count, 100);
    /* Every block sees 100 allocations, its own among them, and dies before the next. */
    assert_int_equal(profile_quantile(&p->life_bytes, 1), 800);
    assert_int_equal(profile_quantile(&p->life_events, 1), 199);
    assert_int_equal(p->threads, 1);
    profile_free(p);
}

static void test_concentration(void **state)
{
    (void)state;
    struct profile *p = profile_of("uniform:min=1,max=100,events=100000");
    assert_int_equal(p->sizes.distinct, 100);
    assert_in_range(size_table_cover(&p->sizes, .5), 45, 50);
    assert_in_range(size_table_cover(&p->sizes, .9), 87, 91);
    assert_in_range(profile_quantile(&p->size, .5), 48, 52);
    profile_free(p);
}

static void test_threads(void **state)
{
    (void)state;
    struct profile *p = profile_of("larson:threads=4");
    assert_int_equal(p->threads, 4);
    assert_true(p->foreign_frees > p->kinds[EVENT_FREE] / 4);
    profile_free(p);
}

static void test_resizing(void **state)
{
    (void)state;
    struct profile *p = profile_of("vector:growth=150,start=64");
    assert_int_equal(p->resizing.shrinks, 0);
    assert_int_equal(p->resizing.grows, p->kinds[EVENT_REALLOC]);
    assert_in_range(profile_quantile(&p->resizing.ratio_pct, .5), 145, 150);
    profile_free(p);
}

static void check_phases(const char *workload, const enum phase_kind *kinds, size_t n)
{
    struct profile *p = profile_of(workload);
    for (size_t i = 0; i < p->shape.phases || i < n; i++) {
        if (i >= n || i >= p->shape.phases || p->shape.phase[i].kind != kinds[i]) {
            fail_msg("%s: phase %zu is %s", workload, i,
                     i < p->shape.phases ? phase_name(p->shape.phase[i].kind) : "missing");
        }
    }
    assert_int_equal(p->shape.phase[n - 1].to, p->drain);
    profile_free(p);
}

static void test_phases(void **state)
{
    (void)state;
    const enum phase_kind up[] = {PHASE_PLATEAU, PHASE_RAMP};
    const enum phase_kind table[] = {PHASE_PLATEAU, PHASE_RAMP, PHASE_PLATEAU, PHASE_DECLINE};
    const enum phase_kind level[] = {PHASE_JUMP, PHASE_PLATEAU};
    check_phases("ramp:sizes=uniform", up, 2);
    check_phases("plateau:sizes=uniform", table, 4);
    check_phases("uniform:live=10,min=100,max=100", level, 2);
}

/* The CSV has five columns, and its live bytes reach the peak. */
static void test_csv(void **state)
{
    (void)state;
    struct profile *p = profile_of("sawtooth");
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    profile_write_csv(p, "a,b", out);
    fclose(out);
    uint64_t most = 0, value;
    assert_non_null(
        strstr(text, "workload,section,key,measure,value\n\"a,b\",totals,,events,200000\n"));
    for (const char *at = text; (at = strstr(at, ",live,")); at++) {
        if (sscanf(at, ",live,%*u,bytes,%lu", &value) == 1 && value > most) {
            most = value;
        }
    }
    assert_int_equal(most, p->peak_live_bytes);
    free(text);
    profile_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fifo),    cmocka_unit_test(test_concentration),
        cmocka_unit_test(test_threads), cmocka_unit_test(test_resizing),
        cmocka_unit_test(test_phases),  cmocka_unit_test(test_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
