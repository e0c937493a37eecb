/* Programs of every kind are recorded, and their traces hold what they did, no more and no less.
 * Reading a trace checks that it makes sense: no free of an empty slot, no slot given twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "programs/preload/tests/scratch.h"
#include "subject.h"
#include "workloads/event.h"
#include "workloads/trace/trace_reader.h"

struct seen {
    struct event *own; /* events of blocks of OWN_SIZE and above, and their frees */
    size_t count;
    struct trace_totals totals;
    unsigned threads;
    uint64_t last_time_ns;
    size_t sited;
};

/* Keeps an event if its block is, or was, one of the subject's. */
static void see(struct seen *seen, bool *own, const struct event *e)
{
    bool was = own[e->slot];
    own[e->slot] = e->kind == EVENT_FREE ? false : e->size >= OWN_SIZE;
    if (was || own[e->slot]) {
        seen->own[seen->count++] = *e;
    }
    if (e->thread >= seen->threads) {
        seen->threads = e->thread + 1u;
    }
}

static struct seen read_trace(const char *path)
{
    static struct event events[EVENT_CHUNK];
    static uint64_t times[EVENT_CHUNK];
    static uint32_t sites[EVENT_CHUNK];
    struct problem problem = {.text = ""};
    struct trace_reader *reader = trace_open(path, TORN_REFUSE, &problem);
    if (!reader) {
        fail_msg("%s", problem.text);
    }
    struct seen seen = {.totals = *trace_totals(reader)};
    seen.own = calloc(seen.totals.events + 1, sizeof *seen.own);
    bool *own = calloc(seen.totals.slots + 1, sizeof *own);
    struct trace_run run = {.events = events, .times = times, .sites = sites};
    do {
        run.count = EVENT_CHUNK;
        if (!trace_read(reader, &run, &problem)) {
            fail_msg("%s", problem.text);
        }
        for (size_t i = 0; i < run.count; i++) {
            see(&seen, own, &events[i]);
            seen.last_time_ns += times[i];
            seen.sited += sites[i] != 0;
        }
    } while (run.count > 0);
    trace_close(reader);
    free(own);
    return seen;
}

static void assert_nothing_amiss(void)
{
    assert_null(strstr(notes(), "left out"));
    assert_null(strstr(notes(), "added"));
    assert_null(strstr(notes(), "missing"));
    assert_null(strstr(notes(), "never finished"));
}

/* The trace replays, with every payload checked. */
static void assert_replays(const char *path)
{
    assert_int_equal(shell("$FITLAB run -p tlsf -m check -w ./%s >/dev/null 2>notes", path), 0);
}

/* Every entry point appears as what it is; failures leave no event. */
static void entry_points(void **unused)
{
    (void)unused;
    static const struct event expected[] = {
        {.kind = EVENT_MALLOC, .size = OWN_SIZE + 1},
        {.kind = EVENT_CALLOC, .size = 2 * OWN_SIZE},
        {.kind = EVENT_MALLOC, .size = OWN_SIZE + 2},
        {.kind = EVENT_REALLOC, .size = OWN_SIZE + 3},
        {.kind = EVENT_REALLOC, .size = 3 * OWN_SIZE},
        {.kind = EVENT_ALIGNED, .size = OWN_SIZE + 64, .align_log2 = 6},
        {.kind = EVENT_ALIGNED, .size = OWN_SIZE + 4, .align_log2 = 12},
        {.kind = EVENT_ALIGNED, .size = OWN_SIZE + 5, .align_log2 = 7},
        {.kind = EVENT_ALIGNED, .size = OWN_SIZE + 6, .align_log2 = 12},
        {.kind = EVENT_ALIGNED, .size = OWN_SIZE + 7, .align_log2 = 12},
        {.kind = EVENT_MALLOC, .size = OWN_SIZE + 8},
    };
    enum { ALLOCATIONS = sizeof expected / sizeof *expected, BLOCKS = 9 };
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT entries 2>notes"), 0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, ALLOCATIONS + BLOCKS);
    for (size_t i = 0; i < ALLOCATIONS; i++) {
        assert_int_equal(seen.own[i].kind, expected[i].kind);
        assert_int_equal(seen.own[i].size, expected[i].size);
        assert_int_equal(seen.own[i].align_log2, expected[i].align_log2);
        assert_int_equal(seen.own[i].thread, 0);
    }
    for (size_t i = ALLOCATIONS; i < seen.count; i++) {
        assert_int_equal(seen.own[i].kind, EVENT_FREE);
    }
    free(seen.own);
}

/* More events than all frames hold at once; slots are as many as blocks were live. */
static void many_events(void **unused)
{
    (void)unused;
    enum { EVENTS = 1500000, LIVE = 1000 };
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT churn %d 2>notes", EVENTS), 0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, EVENTS);
    assert_int_equal(seen.totals.slots, seen.totals.peak_live_blocks);
    assert_true(seen.totals.slots >= LIVE && seen.totals.slots < LIVE + 200);
    free(seen.own);
}

/* A free that was logged after the block had been given out again, or an allocation before its
 * block had been freed, would be noted as an added free. */
static void threads_in_order(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT threads 6 2>notes"), 0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.threads, 1 + 3 * 6);
    assert_replays("t.fltrace");
    assert_true(seen.totals.events > 200000);
    free(seen.own);
}

/* A free is logged before its block can be allocated again, so no event of a ring of eight threads
 * finds its address in use. If it did, the recorder would add a free and print a message. The
 * allocator gives each freed block to the thread that asks next. */
static void handed_round(void **unused)
{
    (void)unused;
    enum { HAND_OVERS = 2000000 };
    assert_int_equal(shell("LD_PRELOAD=$ONE_STACK $FITLAB record -o t.fltrace -- "
                           "$SUBJECT ring %d 2>notes",
                           HAND_OVERS),
                     0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.threads, 1 + 8);
    assert_true(seen.totals.events >= 2 * HAND_OVERS);
    assert_true(seen.totals.peak_live_blocks < 1000);
    free(seen.own);
    assert_replays("t.fltrace");
}

static void many_threads(void **unused)
{
    (void)unused;
    enum { THREADS = 10000 };
    assert_int_equal(
        shell("$FITLAB record -o t.fltrace -- $SUBJECT many-threads %d 2>notes", THREADS), 0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, 2 * THREADS);
    assert_int_equal(seen.threads, THREADS + 1);
    free(seen.own);
}

static void only_the_parent(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT forks 3 2>notes"), 0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, 4);
    free(seen.own);
}

static void every_child(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -c -o c.fltrace -- $SUBJECT forks 3 2>notes"), 0);
    struct seen seen = read_trace("c-1-subject.fltrace");
    assert_int_equal(seen.count, 4);
    free(seen.own);
    for (int child = 2; child <= 4; child++) {
        char path[64];
        snprintf(path, sizeof path, "c-%d-subject.fltrace", child);
        seen = read_trace(path);
        assert_int_equal(seen.count, OWN_CHILD_EVENTS);
        assert_replays(path);
        free(seen.own);
    }
    assert_int_equal(shell("ls c-5-sh.fltrace >/dev/null 2>notes"), 0);
}

static void exec_starts_anew(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT exec entries 2>notes"), 0);
    assert_non_null(strstr(notes(), "the last of 2 programs"));
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, 20);
    assert_int_equal(seen.own[0].size, OWN_SIZE + 1);
    free(seen.own);
}

/* Whatever ends a program, everything up to its last call is in the trace. */
static void any_end(void **unused)
{
    (void)unused;
    static const int status[] = {5, 128 + 11, 128 + 9, 128 + 6};
    for (int how = 0; how < 4; how++) {
        assert_int_equal(shell("$FITLAB record -o t.fltrace -- $SUBJECT end %d 2>notes", how),
                         status[how]);
        assert_nothing_amiss();
        struct seen seen = read_trace("t.fltrace");
        assert_int_equal(seen.count, OWN_LEFT);
        assert_int_equal(seen.own[OWN_LEFT - 1].size, OWN_SIZE + OWN_LEFT - 1);
        assert_replays("t.fltrace");
        free(seen.own);
    }
}

/* The handler interrupts the recorder in the middle of events. */
static void signal_handlers(void **unused)
{
    (void)unused;
    enum { PAIRS = 60000 };
    assert_int_equal(shell("LD_PRELOAD=$BUMP $FITLAB record -o t.fltrace -- "
                           "$SUBJECT signals %d 2>notes",
                           PAIRS),
                     0);
    assert_nothing_amiss();
    struct seen seen = read_trace("t.fltrace");
    size_t own = 0, handlers = 0;
    for (size_t i = 0; i < seen.count; i++) {
        own += seen.own[i].size == OWN_SIZE + 1;
        handlers += seen.own[i].size == OWN_SIZE;
    }
    assert_int_equal(own, PAIRS);
    assert_true(handlers > 0);
    assert_int_equal(seen.count, 2 * (own + handlers));
    free(seen.own);
}

static void times_and_sites(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -ts -o t.fltrace -- $SUBJECT churn 20000 2>notes"), 0);
    struct seen seen = read_trace("t.fltrace");
    assert_int_equal(seen.count, 20000);
    assert_true(seen.sited == seen.totals.events);
    assert_true(seen.last_time_ns > 0 && seen.last_time_ns < UINT64_C(60000000000));
    free(seen.own);
}

/* Standard output, standard error and status are the program's own. */
static void same_output(void **unused)
{
    (void)unused;
    static const char *const commands[] = {
        "ls -l /usr/bin", "sh -c 'echo out; echo err >&2; exit 9'", "seq 100000",
        "sh -c 'exec 3>&1 4>&2; ls /proc/self/fd >&3; exec 3>&- 4>&-; seq 10 | sort -r'"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        int bare = shell("%s >out.bare 2>err.bare", commands[i]);
        int recorded = shell("$FITLAB record -q -o t.fltrace -- %s >out 2>err", commands[i]);
        assert_int_equal(bare, recorded);
        assert_int_equal(shell("cmp out out.bare && cmp err err.bare"), 0);
    }
}

/* Killing the recorder does not block the program, although nobody empties its frames any more. */
static void recorder_killed(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -c -q -o t.fltrace -- sh -c "
                           "'echo >started; $SUBJECT churn 10000000 && echo >finished' 2>notes & "
                           "for i in $(seq 500); do [ -e started ] && break; sleep 0.01; done; "
                           "sleep 0.05; kill -9 $!; "
                           "for i in $(seq 100); do [ -e finished ] && exit 0; sleep 0.1; done; "
                           "exit 1"),
                     0);
}

static void mistakes_are_one_line(void **unused)
{
    (void)unused;
    assert_int_equal(shell("$FITLAB record -o t.fltrace -- ./no-such-program 2>notes"), 2);
    assert_non_null(strstr(notes(), "no-such-program"));
    assert_int_equal(shell("$FITLAB record -o no/such/folder.fltrace -- touch ran 2>notes"), 2);
    assert_int_not_equal(access("ran", F_OK), 0);
    assert_non_null(strstr(notes(), "no/such/folder.fltrace"));
    assert_int_equal(shell("$FITLAB record -o s.fltrace -- $SUBJECT_STATIC entries 2>notes"), 2);
    assert_non_null(strstr(notes(), "statically"));
    assert_int_not_equal(access("s.fltrace", F_OK), 0);
    assert_int_equal(shell("cp $FITLAB alone; ./alone record -o s.fltrace -- true 2>notes"), 2);
    assert_non_null(strstr(notes(), "fitlab-record.so"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_points),     cmocka_unit_test(many_events),
        cmocka_unit_test(threads_in_order), cmocka_unit_test(handed_round),
        cmocka_unit_test(many_threads),     cmocka_unit_test(only_the_parent),
        cmocka_unit_test(every_child),      cmocka_unit_test(exec_starts_anew),
        cmocka_unit_test(any_end),          cmocka_unit_test(signal_handlers),
        cmocka_unit_test(times_and_sites),  cmocka_unit_test(same_output),
        cmocka_unit_test(recorder_killed),  cmocka_unit_test(mistakes_are_one_line),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
