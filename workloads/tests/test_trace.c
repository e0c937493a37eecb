/* test_trace.c - a trace holds exactly what was written, and takes constant memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xxhash.h>

#include <cmocka.h>

#include "kinds.h"
#include "traces.h"
#include "workloads/tally.h"

static void check_read_back(const struct trace_run *run, unsigned columns, size_t portion)
{
    struct problem problem = {""};
    struct trace_reader *r = trace_open(trace_path(), TORN_REFUSE, &problem);
    assert_non_null(r);
    struct trace_run got = {malloc(portion * sizeof *got.events),
                            malloc(portion * sizeof *got.times),
                            malloc(portion * sizeof *got.sites), portion};
    size_t n = 0;
    for (;; n += got.count) {
        got.count = portion;
        assert_true(trace_read(r, &got, &problem));
        if (got.count == 0) {
            break;
        }
        assert_true(n + got.count <= run->count);
        assert_memory_equal(got.events, run->events + n, got.count * sizeof *got.events);
        for (size_t i = 0; i < got.count; i++) {
            assert_int_equal(got.times[i], columns & TRACE_TIMES ? run->times[n + i] : 0);
            assert_int_equal(got.sites[i], columns & TRACE_SITES ? run->sites[n + i] : 0);
        }
    }
    assert_int_equal(n, run->count);
    free_run(&got);
    trace_close(r);
}

static void test_round_trip(void **state)
{
    (void)state;
    static const size_t counts[] = {
        0, 1, 2, 1000, EVENT_CHUNK - 1, EVENT_CHUNK, EVENT_CHUNK + 1, 200000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct trace_run run = random_run(counts[i], 3000, i);
        for (unsigned columns = 0; columns < 4; columns++) {
            write_trace(&run, columns, i % 2 ? 1000 : 100000);
            check_read_back(&run, columns, i % 3 ? 100000 : 777);
        }
        free_run(&run);
    }
}

/* Far more blocks than ages are kept track of. */
static void test_old_blocks(void **state)
{
    (void)state;
    size_t n = 300000;
    struct trace_run run = random_run(2 * n, 1, 1);
    for (size_t i = 0; i < n; i++) {
        run.events[i] = (struct event){.kind = EVENT_MALLOC, .slot = (uint32_t)i, .size = i};
        run.events[n + i] = (struct event){.kind = EVENT_FREE, .slot = (uint32_t)(i * 7 % n)};
    }
    write_trace(&run, 0, n);
    check_read_back(&run, 0, EVENT_CHUNK);
    free_run(&run);
}

static void test_totals(void **state)
{
    (void)state;
    const struct event events[] = {
        {.kind = EVENT_MALLOC, .slot = 0, .size = 100},
        {.kind = EVENT_CALLOC, .slot = 1, .size = 50},
        {.kind = EVENT_REALLOC, .slot = 0, .size = 10},
        {.kind = EVENT_ALIGNED, .slot = 2, .size = 64, .align_log2 = 6},
        {.kind = EVENT_FREE, .slot = 1},
        {.kind = EVENT_MALLOC, .slot = 1, .size = 7},
    };
    struct trace_run run = {(struct event *)events, NULL, NULL, 6};
    struct problem problem = {""};
    struct provenance p = provenance_here();
    struct trace_writer *w = trace_create(trace_path(), &p, 0, &problem);
    assert_true(trace_append(w, &run, &problem));
    trace_mark_drain(w);
    struct event drain = {.kind = EVENT_FREE, .slot = 0};
    run = (struct trace_run){&drain, NULL, NULL, 1};
    assert_true(trace_append(w, &run, &problem));
    assert_true(trace_finish(w, NULL, &problem));

    struct workload *workload = open_trace(trace_path(), NULL, &problem);
    assert_int_equal(workload->events, 7);
    assert_int_equal(workload->drain, 6);
    assert_int_equal(workload->slots, 3);
    assert_int_equal(workload->peak_live_bytes, 150);
    size_t n;
    uint64_t digest = workload->digest;
    struct event *all = take_all(workload, EVENT_CHUNK, &n);
    assert_int_equal(n, 7);
    assert_int_equal(digest, XXH64(all, n * sizeof *all, 0));
    free(all);

    struct trace_reader *r = trace_open(trace_path(), TORN_REFUSE, &problem);
    char value[32];
    assert_int_equal(trace_totals(r)->requested_bytes, 100 + 50 + 10 + 64 + 7);
    assert_true(provenance_get(trace_provenance(r), "program", value, sizeof value));
    assert_string_equal(value, "a b");
    assert_false(provenance_get(trace_provenance(r), "prog", value, sizeof value));
    trace_close(r);
}

static void test_writer_refuses_nonsense(void **state)
{
    (void)state;
    static const struct {
        struct event event;
        const char *what;
    } cases[] = {
        {{.kind = EVENT_FREE, .slot = 1}, "event 1 (slot 1) frees a slot that holds no block"},
        {{.kind = EVENT_REALLOC, .slot = 1}, "resizes a slot that holds no block"},
        {{.kind = EVENT_MALLOC, .slot = 0}, "allocates in a slot that holds a block"},
        {{.kind = EVENT_MALLOC, .slot = 2}, "slots are dense"},
        {{.kind = EVENT_MALLOC, .slot = 1, .size = UINT64_MAX}, "more than 2^62 bytes"},
        {{.kind = EVENT_KINDS, .slot = 1}, "unknown kind"},
        {{.kind = EVENT_ALIGNED, .slot = 1, .align_log2 = 64}, "alignment"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem = {""};
        struct provenance p = provenance_here();
        struct trace_writer *w = trace_create(trace_path(), &p, 0, &problem);
        struct event events[] = {{.kind = EVENT_MALLOC, .slot = 0, .size = 1}, cases[i].event};
        struct trace_run run = {events, NULL, NULL, 2};
        unlink(trace_path());
        assert_false(trace_append(w, &run, &problem));
        assert_non_null(strstr(problem.text, cases[i].what));
        trace_abort(w);
        assert_int_not_equal(access(trace_path(), F_OK), 0);
    }
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Four million events are 64 MB: neither writing nor reading may keep them. */
static void test_constant_memory(void **state)
{
    (void)state;
    struct trace_run run = random_run(EVENT_CHUNK, 500, 9);
    for (size_t i = 0; i < run.count; i++) { /* ends empty, so that it can be repeated */
        run.events[i] =
            (struct event){.kind = i % 2 ? EVENT_FREE : EVENT_MALLOC, .size = i % 2 ? 0 : i};
    }
    struct problem problem = {""};
    struct provenance p = provenance_here();
    long before = peak_kib();
    struct trace_writer *w = trace_create(trace_path(), &p, 0, &problem);
    for (size_t i = 0; i < 64; i++) {
        assert_true(trace_append(w, &run, &problem));
    }
    assert_true(trace_finish(w, NULL, &problem));
    struct trace_reader *r = trace_open(trace_path(), TORN_REFUSE, &problem);
    uint64_t n = 0;
    for (struct trace_run got = run; got.count > 0; n += got.count) {
        got.count = EVENT_CHUNK;
        assert_true(trace_read(r, &got, &problem));
    }
    assert_int_equal(n, 64 * EVENT_CHUNK);
    trace_close(r);
    assert_true(peak_kib() - before < 32 * 1024);
    free_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_memory), /* first: the peak only grows */
        cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_old_blocks),
        cmocka_unit_test(test_totals),          cmocka_unit_test(test_writer_refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, remove_trace);
}
