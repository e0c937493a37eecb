/* A cell's row must say what happened, also after a crash; the expected metrics are computed by
 * hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cell/certificate.h"
#include "region/bounds.h"
#include "scripted.h"

enum { HEAP = 128 }; /* what the scripted policy takes for itself */

struct ran {
    struct cell_process process;
};

static struct ran run_cell(const struct cell *cell)
{
    struct ran ran;
    struct problem problem;
    assert_true(cell_start(cell, &ran.process, &problem));
    cell_wait(&ran.process);
    return ran;
}

/* A cell of the scripted policy and a scripted workload. */
struct setup {
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell; /* refers to the two above: a setup stays where it is */
};

static void set_up(struct setup *s, enum fault fault, long event, const struct event *events,
                   size_t n, size_t drain)
{
    s->policy = scripted_policy(fault, event);
    s->workload = scripted_workload(events, n, drain);
    cell_init(&s->cell, &s->policy, &s->workload);
}

static uint64_t count(const struct ran *ran, enum metric_id id)
{
    assert_true(ran->process.result.metrics.known[id]);
    return ran->process.result.metrics.value[id].count;
}

static double real(const struct ran *ran, enum metric_id id)
{
    assert_true(ran->process.result.metrics.known[id]);
    return ran->process.result.metrics.value[id].real;
}

static void assert_near(double expected, double found)
{
    double error = expected - found;
    if (error > 1e-9 || error < -1e-9) {
        fail_msg("expected %.12g, found %.12g", expected, found);
    }
}

/* Blocks are 16 + the size rounded up to 16. After each event, with the heap of 128 bytes:
 *   event     live  granted  footprint
 *   malloc 100  100     112        256
 *   malloc 50   150     176        336
 *   free 100     50      64        336   (the block becomes slack)
 *   malloc 200  250     272        560
 *   free 50     200     208        560
 *   free 200      0       0        560   (a drain) */
static const struct event hand[] = {
    {.kind = EVENT_MALLOC, .slot = 0, .size = 100},
    {.kind = EVENT_MALLOC, .slot = 1, .size = 50},
    {.kind = EVENT_FREE, .slot = 0},
    {.kind = EVENT_MALLOC, .slot = 0, .size = 200},
    {.kind = EVENT_FREE, .slot = 1},
    {.kind = EVENT_FREE, .slot = 0},
};

static void memory_by_hand(void **state)
{
    (void)state;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, hand, 6, 1);
    setup.cell.samples = 3;
    struct ran r = run_cell(&setup.cell);
    assert_string_equal("", r.process.result.detail);
    assert_int_equal(CELL_OK, r.process.result.status);
    assert_int_equal(6, count(&r, METRIC_events));
    assert_int_equal(1, count(&r, METRIC_drain_events));
    assert_int_equal(350, count(&r, METRIC_allocated_bytes));
    assert_int_equal(250, count(&r, METRIC_peak_live_bytes));
    assert_int_equal(4, count(&r, METRIC_peak_live_event));
    assert_int_equal(2, count(&r, METRIC_peak_live_blocks));
    assert_int_equal(64 + 208, count(&r, METRIC_peak_aligned_bytes));
    assert_int_equal(HEAP, count(&r, METRIC_fixed_bytes));
    assert_int_equal(560, count(&r, METRIC_peak_footprint_bytes));
    assert_int_equal(4, count(&r, METRIC_peak_footprint_event));
    assert_int_equal(560, count(&r, METRIC_high_water_bytes));
    assert_int_equal(272, count(&r, METRIC_peak_granted_bytes));
    assert_int_equal(3, count(&r, METRIC_grows));
    double time = 100 * 256.0 / 100 + 50 * 336.0 / 150 + 200 * 560.0 / 250;
    assert_near(100 * (time / 350 - 1), real(&r, METRIC_jw1_pct));
    assert_near(100 * (560.0 / 250 - 1), real(&r, METRIC_jw2_pct));
    assert_near(100 * (560.0 / 250 - 1), real(&r, METRIC_jw3_pct));
    assert_near(100 * (560.0 / 250 - 1), real(&r, METRIC_jw4_pct));
    assert_near(100 * 250.0 / 560, real(&r, METRIC_utilisation_pct));
    /* At the peak: a freed block of 128 bytes is slack, no hole. */
    assert_near(100 * ((250 + 128.0) / 250 - 1), real(&r, METRIC_jw4_policy_pct));
    assert_int_equal(22, count(&r, METRIC_rounding_at_peak_bytes));
    assert_int_equal(HEAP + 32, count(&r, METRIC_metadata_at_peak_bytes));
    assert_int_equal(0, count(&r, METRIC_holes_at_peak_bytes));
    assert_int_equal(128, count(&r, METRIC_slack_at_peak_bytes));
    assert_near(100 * (1 - 250.0 / 272), real(&r, METRIC_internal_of_granted_pct));
    assert_near(100 * (272.0 / 250 - 1), real(&r, METRIC_internal_of_live_pct));
    double waste = 5 - 100 / 256.0 - 150 / 336.0 - 50 / 336.0 - 250 / 560.0 - 200 / 560.0;
    assert_near(100 * waste / 5, real(&r, METRIC_mean_waste_pct));
    assert_false(r.process.result.metrics.known[METRIC_ns_per_op]);
    assert_true(r.process.result.workload_digest != 0);
    cell_release(&r.process);
}

static void samples_by_hand(void **state)
{
    (void)state;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, hand, 6, 1);
    setup.cell.samples = 3;
    struct ran r = run_cell(&setup.cell);
    static const struct {
        uint64_t event, live, footprint, slack, drain;
        enum sample_reason reason;
    } expected[] = {
        {2, 150, 336, 0, 0, SAMPLE_GRID},
        {4, 250, 560, 128, 0, SAMPLE_PEAK_FOOTPRINT},
        {6, 0, 560, 432, 1, SAMPLE_END},
    };
    assert_int_equal(3, r.process.result.sample_count);
    for (size_t i = 0; i < 3; i++) {
        const struct sample *s = &r.process.result.samples[i];
        assert_int_equal(expected[i].event, s->event);
        assert_int_equal(expected[i].live, s->live_bytes);
        assert_int_equal(expected[i].footprint, s->footprint_bytes);
        assert_int_equal(expected[i].slack, s->slack_bytes);
        assert_int_equal(expected[i].drain, s->drain);
        assert_int_equal(expected[i].reason, s->reason);
        assert_int_equal(s->footprint_bytes - s->live_bytes,
                         s->rounding_bytes + s->metadata_bytes + s->holes_bytes + s->slack_bytes);
    }
    cell_release(&r.process);
}

/* A refused request leaves its slot empty. Later events of that slot are skipped, in every pass. */
static void refused_requests(void **state)
{
    (void)state;
    static const struct event events[] = {
        {.kind = EVENT_MALLOC, .slot = 0, .size = 10},
        {.kind = EVENT_MALLOC, .slot = 1, .size = 20},
        {.kind = EVENT_REALLOC, .slot = 1, .size = 30},
        {.kind = EVENT_FREE, .slot = 1},
        {.kind = EVENT_MALLOC, .slot = 1, .size = 40},
        {.kind = EVENT_FREE, .slot = 0},
    };
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        if (pass == PASS_LINES || pass == PASS_INSTRUCTIONS || pass == PASS_MINHEAP) {
            continue; /* the first two need a policy that is built in; the third uses other regions
                       */
        }
        struct setup setup;
        set_up(&setup, FAULT_REFUSE, 2, events, 6, 0);
        setup.cell.pass = (enum cell_pass)pass;
        struct ran r = run_cell(&setup.cell);
        assert_int_equal(CELL_OOM, r.process.result.status);
        assert_int_equal(1, count(&r, METRIC_failed_requests));
        assert_int_equal(2, count(&r, METRIC_skipped_events));
        if (pass == PASS_MEMORY) {
            assert_int_equal(20, count(&r, METRIC_failed_bytes));
            assert_int_equal(50, count(&r, METRIC_peak_live_bytes));
        }
        cell_release(&r.process);
    }
}

static void fixed_region_runs_out(void **state)
{
    (void)state;
    struct problem problem;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, hand, 6, 1);
    assert_true(region_spec_parse("2x", &setup.cell.region, &problem));
    struct ran r = run_cell(&setup.cell);
    assert_int_equal(CELL_OOM, r.process.result.status);
    assert_int_equal(1, count(&r, METRIC_failed_requests));
    assert_int_equal(200, count(&r, METRIC_failed_bytes));
    assert_int_equal(1, count(&r, METRIC_skipped_events));
    cell_release(&r.process);
}

/* Two blocks that stay and a third that is freed: enough to make every fault visible. */
static const struct event lively[] = {
    {.kind = EVENT_MALLOC, .slot = 0, .size = 64},
    {.kind = EVENT_MALLOC, .slot = 1, .size = 64},
    {.kind = EVENT_MALLOC, .slot = 2, .size = 64},
    {.kind = EVENT_FREE, .slot = 0},
    {.kind = EVENT_FREE, .slot = 1},
    {.kind = EVENT_FREE, .slot = 2},
};

static void faults_become_rows(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        enum cell_pass pass;
        enum cell_status status;
        const char *detail; /* a part of it */
    } cases[] = {
        {FAULT_CRASH, PASS_MEMORY, CELL_CRASH, "SIGSEGV after 2 events"},
        {FAULT_CRASH, PASS_THROUGHPUT, CELL_CRASH, "SIGSEGV"},
        {FAULT_HANG, PASS_MEMORY, CELL_TIMEOUT, "after 2 events"},
        {FAULT_EXIT, PASS_CHECK, CELL_CRASH, "exited by itself after 2 events"},
        {FAULT_OVERLAP, PASS_CHECK, CELL_CORRUPT, "event 3: the block overlaps"},
        {FAULT_UNALIGNED, PASS_CHECK, CELL_CORRUPT, "event 3: the block is not aligned"},
        {FAULT_SCRIBBLE, PASS_CHECK, CELL_CORRUPT, "event 5: byte 0 of a live block of 64"},
        {FAULT_GAP, PASS_CHECK, CELL_VIOLATION, "after event 3"},
        {FAULT_GAP, PASS_MEMORY, CELL_VIOLATION, "after event 3"},
        {FAULT_GHOST, PASS_MEMORY, CELL_VIOLATION, "the walk has 2 used blocks, but 3 are live"},
        {FAULT_GHOST, PASS_CHECK, CELL_VIOLATION, "the walk has 2 used blocks, but 3 are live"},
        {FAULT_FICKLE, PASS_MEMORY, CELL_VIOLATION, "not deterministic"},
        {FAULT_CHECK, PASS_CHECK, CELL_CORRUPT, "event 3: a list is broken"},
        {FAULT_ABOVE, PASS_CHECK, CELL_CORRUPT, "event 3: " BOUNDS_TAIL},
        {FAULT_AHEAD, PASS_CHECK, CELL_CORRUPT, "event 6: touched memory 11921 bytes above"},
        {FAULT_FAR, PASS_CHECK, CELL_CORRUPT, "touched memory 1048577 bytes above the break"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct setup setup;
        set_up(&setup, cases[i].fault, 3, lively, 6, 0);
        setup.cell.pass = cases[i].pass;
        setup.cell.time_limit_seconds = cases[i].fault == FAULT_HANG ? 0.2 : 60;
        struct ran r = run_cell(&setup.cell);
        if (r.process.result.status != cases[i].status ||
            !strstr(r.process.result.detail, cases[i].detail)) {
            fail_msg("fault %d in the %s pass: expected %s '...%s', found %s '%s'",
                     (int)cases[i].fault, cell_pass_name(cases[i].pass),
                     cell_status_name(cases[i].status), cases[i].detail,
                     cell_status_name(r.process.result.status), r.process.result.detail);
        }
        cell_release(&r.process);
    }
}

static void invalid_events_are_an_error(void **state)
{
    (void)state;
    static const struct event twice[] = {{.kind = EVENT_MALLOC, .slot = 0, .size = 1},
                                         {.kind = EVENT_FREE, .slot = 0},
                                         {.kind = EVENT_FREE, .slot = 0}};
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, twice, 3, 0);
    struct ran r = run_cell(&setup.cell);
    assert_int_equal(CELL_ERROR, r.process.result.status);
    assert_non_null(strstr(r.process.result.detail, "event 2 frees or resizes an empty slot"));
    cell_release(&r.process);
}

static void a_region_too_small_is_unavailable(void **state)
{
    (void)state;
    static const struct event one[] = {{.kind = EVENT_MALLOC, .slot = 0, .size = 16}};
    struct problem problem;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, one, 1, 0);
    assert_true(region_spec_parse("1x", &setup.cell.region, &problem));
    struct ran r = run_cell(&setup.cell);
    assert_int_equal(CELL_UNAVAILABLE, r.process.result.status);
    cell_release(&r.process);
}

/* The counts are the same each time. */
static void lines_are_counted(void **state)
{
    (void)state;
    struct policy_spec policy, foreign = scripted_policy(FAULT_NONE, 0);
    struct workload_spec workload = scripted_workload(hand, 6, 1);
    struct problem problem;
    struct cell cell;
    assert_true(policy_spec_parse("first-fit", &policy, &problem));
    cell_init(&cell, &policy, &workload);
    cell.pass = PASS_LINES;
    struct ran a = run_cell(&cell), b = run_cell(&cell);
    assert_int_equal(CELL_OK, a.process.result.status);
    assert_true(real(&a, METRIC_lines_per_op) > 0);
    assert_true(real(&a, METRIC_lines_per_op) == real(&b, METRIC_lines_per_op));
    assert_int_equal(1, count(&a, METRIC_touched_pages));
    cell_release(&a.process);
    cell_release(&b.process);
    cell.policy = &foreign;
    a = run_cell(&cell);
    assert_int_equal(CELL_UNAVAILABLE, a.process.result.status);
    cell_release(&a.process);
}

/* The policy never uses memory again: 128 for itself, then 128 + 80 + 224. */
static void minheap_by_hand(void **state)
{
    (void)state;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, hand, 6, 1);
    setup.cell.pass = PASS_MINHEAP;
    struct ran r = run_cell(&setup.cell);
    assert_string_equal("", r.process.result.detail);
    assert_int_equal(560, count(&r, METRIC_minheap_bytes));
    assert_near(100 * (560.0 / 250 - 1), real(&r, METRIC_minheap_pct));
    assert_int_equal(CURVE_POINTS, r.process.result.curve_points);
    const struct curve_point *curve = r.process.result.curve;
    assert_int_equal(256, curve[0].region_bytes); /* room for the first block and no more */
    assert_int_equal(2, curve[0].refused);
    assert_int_equal(250, curve[0].refused_bytes);
    assert_int_equal(2, curve[0].skipped);
    assert_int_equal(768, curve[CURVE_POINTS - 1].region_bytes);
    assert_int_equal(0, curve[CURVE_POINTS - 1].refused);
    cell_release(&r.process);
    /* The same answer from the memory pass, in regions of these sizes. */
    static const struct {
        const char *region;
        enum cell_status status;
    } shown[] = {{"4096", CELL_OK}, {"2.24x", CELL_OK}, {"2.17x", CELL_OOM}};
    setup.cell.pass = PASS_MEMORY;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct problem problem;
        assert_true(region_spec_parse(shown[i].region, &setup.cell.region, &problem));
        r = run_cell(&setup.cell);
        assert_int_equal(shown[i].status, r.process.result.status);
        cell_release(&r.process);
    }
}

static void certificates_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        double bounds[6]; /* for M = 1024, n = 32; 0: none */
    } cases[] = {
        {"first-fit", {5996, 31776}},
        {"first-fit:order=lifo", {0, 31776}},
        {"best-fit", {0, 31776}},
        {"first-fit:grow=step", {0}},
        {"first-fit:coalesce=deferred", {0}},
        {"tlsf:second_level=32", {0, 0, 33760}}, /* 992 * (32 + 1 + 1) + 32 */
        {"tlsf:second_level=8", {0, 0, 36736}},  /* 992 * (32 + 4 + 1) + 32 */
        {"tlsf:grow=step", {0}},
        {"half-fit", {0, 0, 0, 12288}}, /* 2 * 1024 * (1 + 5) */
        {"half-fit:round=power", {0, 0, 0, 0, 12288}},
        {"half-fit:grow=step", {0}},
        {"buddy", {0, 0, 0, 0, 0, 6144}}, /* 6 classes */
        {"buddy:system=fibonacci", {0}},
        {"segregated", {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_spec policy;
        struct problem problem;
        assert_true(policy_spec_parse(cases[i].policy, &policy, &problem));
        for (size_t c = 0; certificates[c].theorem; c++) {
            bool applies = certificates[c].applies(&policy);
            assert_int_equal(cases[i].bounds[c] > 0, applies);
            double bound = applies ? certificates[c].bound(&policy, 1024, 32) : 0;
            assert_true(!applies ||
                        (bound >= cases[i].bounds[c] - 1 && bound < cases[i].bounds[c] + 1));
        }
    }
}

/* The bounds are known, and above the footprint. */
static void certificates_hold(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        enum metric_id bound;
    } cases[] = {{"first-fit", METRIC_bound_first_fit_bytes},
                 {"first-fit", METRIC_bound_grows_last_bytes},
                 {"tlsf", METRIC_bound_grows_last_bytes},
                 {"half-fit", METRIC_bound_half_fit_bytes},
                 {"half-fit:round=power", METRIC_bound_half_fit_bytes},
                 {"buddy", METRIC_bound_buddy_bytes}};
    struct workload_spec workload;
    struct problem problem;
    assert_true(workload_spec_parse("uniform:events=20000,live=500", &workload, &problem));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_spec policy;
        struct cell cell;
        assert_true(policy_spec_parse(cases[i].policy, &policy, &problem));
        cell_init(&cell, &policy, &workload);
        struct ran r = run_cell(&cell);
        assert_int_equal(CELL_OK, r.process.result.status);
        assert_true(r.process.result.metrics.known[cases[i].bound]);
        uint64_t taken = count(&r, METRIC_peak_footprint_bytes);
        assert_true(taken >= count(&r, METRIC_peak_live_bytes));
        assert_true(taken <= count(&r, cases[i].bound));
        assert_true(r.process.result.hole_moments >= 10);
        cell_release(&r.process);
    }
}

static void timed_passes_know_times(void **state)
{
    (void)state;
    struct setup setup;
    set_up(&setup, FAULT_NONE, 0, hand, 6, 1);
    setup.cell.pass = PASS_THROUGHPUT;
    struct ran r = run_cell(&setup.cell);
    assert_int_equal(CELL_OK, r.process.result.status);
    assert_true(real(&r, METRIC_ns_per_op) > 0);
    assert_false(r.process.result.metrics.known[METRIC_jw4_pct]);
    cell_release(&r.process);
    setup.cell.pass = PASS_LATENCY;
    r = run_cell(&setup.cell);
    assert_int_equal(CELL_OK, r.process.result.status);
    static struct histogram all;
    latency_all(r.process.result.latency, &all);
    uint64_t replays = all.total / 5; /* the drain is left out */
    assert_int_equal(replays * 5, all.total);
    assert_int_equal(replays, r.process.result.latency->chained[EVENT_FREE][0].total);
    assert_int_equal(replays * 2, r.process.result.latency->chained[EVENT_MALLOC][1].total);
    assert_int_equal(replays, r.process.result.latency->chained[EVENT_FREE][1].total);
    assert_true(real(&r, METRIC_p50_ns) <= real(&r, METRIC_p99_ns));
    assert_true(real(&r, METRIC_p99_ns) <= real(&r, METRIC_max_ns));
    cell_release(&r.process);
}

static void keys_tell_cells_apart(void **state)
{
    (void)state;
    struct policy_spec policy = scripted_policy(FAULT_NONE, 0),
                       other = scripted_policy(FAULT_NONE, 1);
    struct workload_spec workload = scripted_workload(hand, 6, 1);
    struct problem problem;
    struct cell a, b;
    char ka[CELL_KEY_SIZE], kb[CELL_KEY_SIZE];
    cell_init(&a, &policy, &workload);
    cell_init(&b, &policy, &workload);
    b.time_limit_seconds = 1;
    assert_true(cell_key(&a, ka, &problem) && cell_key(&b, kb, &problem));
    assert_string_equal(ka, kb);
    b.policy = &other;
    assert_true(cell_key(&b, kb, &problem));
    assert_string_not_equal(ka, kb);
    cell_init(&b, &policy, &workload);
    assert_true(region_spec_parse("64M", &b.region, &problem) && cell_key(&b, kb, &problem));
    assert_string_not_equal(ka, kb);
}

static void an_endless_arena_is_refused(void **state)
{
    (void)state;
    struct policy_spec policy;
    struct workload_spec workload = scripted_workload(hand, 6, 1);
    struct problem problem;
    struct cell cell;
    assert_true(policy_spec_parse("first-fit:grow=arena", &policy, &problem));
    cell_init(&cell, &policy, &workload);
    assert_false(cell_sound(&cell, &problem));
    assert_non_null(strstr(problem.text, "--region"));
    assert_true(region_spec_parse("1M", &cell.region, &problem) && cell_sound(&cell, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_by_hand),
        cmocka_unit_test(samples_by_hand),
        cmocka_unit_test(refused_requests),
        cmocka_unit_test(fixed_region_runs_out),
        cmocka_unit_test(faults_become_rows),
        cmocka_unit_test(invalid_events_are_an_error),
        cmocka_unit_test(a_region_too_small_is_unavailable),
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(minheap_by_hand),
        cmocka_unit_test(certificates_by_hand),
        cmocka_unit_test(certificates_hold),
        cmocka_unit_test(timed_passes_know_times),
        cmocka_unit_test(keys_tell_cells_apart),
        cmocka_unit_test(an_endless_arena_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
