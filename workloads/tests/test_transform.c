/* test_transform.c - what is made of a trace is sound, and is what was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kinds.h"
#include "workloads/tally.h"
#include "workloads/trace/trace_store.h"
#include "workloads/transform/interleave.h"
#include "workloads/transform/rewrite.h"
#include "workloads/transform/rounds.h"

static char path[64], other[80], made[80];

static void write_workload(const char *to, const char *kind, const struct setting *set)
{
    struct problem problem = {""};
    struct provenance p = {.text = ""};
    struct workload *w = open_kind(kind, set, &problem);
    struct trace_writer *out = trace_create(to, &p, 0, &problem);
    assert_true(trace_store(out, w, &problem));
    assert_true(trace_finish(out, NULL, &problem));
    workload_close(w);
}

static int setup(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "./fitlab-transform-%d", (int)getpid());
    snprintf(other, sizeof other, "%s-other", path);
    snprintf(made, sizeof made, "%s-made", path);
    write_workload(path, "larson", (struct setting[]){{"events", 150000}, {"drain", 1}, {NULL, 0}});
    write_workload(other, "vector", (struct setting[]){{"events", 30000}, {NULL, 0}});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    unlink(made);
    return 0;
}

static struct event *read_trace(const char *from, size_t *n, struct workload *head)
{
    struct problem problem = {""};
    struct workload *w = open_trace(from, NULL, &problem);
    if (!w) {
        fail_msg("%s", problem.text);
    }
    *head = *w;
    return take_all(w, EVENT_CHUNK, n);
}

/* The writer refuses what is not sound, so that to write is to check. */
static struct event *rewritten(const struct rewrite *how, size_t *n, struct workload *head)
{
    struct problem problem = {""};
    struct provenance p = {.text = ""};
    struct trace_reader *in = trace_open(path, TORN_REFUSE, &problem);
    struct trace_writer *out = trace_create(made, &p, trace_columns(in), &problem);
    if (!trace_rewrite(in, out, how, &problem)) {
        fail_msg("%s", problem.text);
    }
    assert_true(trace_finish(out, NULL, &problem));
    trace_close(in);
    return read_trace(made, n, head);
}

static void test_as_it_is(void **state)
{
    (void)state;
    struct rewrite how;
    struct workload was, now;
    size_t n, m;
    rewrite_init(&how);
    struct event *a = read_trace(path, &n, &was), *b = rewritten(&how, &m, &now);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n * sizeof *a);
    assert_int_equal(was.drain, now.drain);
    assert_true(was.drain < was.events);
    free(a);
    free(b);
}

static struct event *perturbed_events(const struct setting *set, size_t *n, struct workload *head)
{
    struct problem problem = {""};
    struct workload *w = open_kind_of("perturbed", path, set, &problem);
    if (!w) {
        fail_msg("%s", problem.text);
    }
    *head = *w;
    return take_all(w, EVENT_CHUNK, n);
}

/* Without a window and other sizes, nothing changes but that the drain is gone. */
static void test_unperturbed(void **state)
{
    (void)state;
    struct workload was, now;
    size_t n, m;
    struct event *a = read_trace(path, &n, &was);
    struct event *b =
        perturbed_events((struct setting[]){{"window", 0}, {"sizes", 0}, {NULL, 0}}, &m, &now);
    assert_int_equal(was.drain, m);
    assert_memory_equal(a, b, m * sizeof *a);
    assert_int_equal(was.peak_live_bytes, now.peak_live_bytes);
    free(a);
    free(b);
}

static uint64_t total_bytes(const struct event *e, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += e[i].size;
    }
    return sum;
}

/* Events move within the window and no further: after every 100 events, at most as many as the
 * window is long are not those of the recording. Nothing is lost. */
static void test_reordered(void **state)
{
    (void)state;
    enum { WINDOW = 20 };
    struct workload was, now;
    size_t n, m, moved = 0;
    struct event *a = read_trace(path, &n, &was);
    struct event *b = perturbed_events(
        (struct setting[]){{"window", WINDOW}, {"sizes", 0}, {"seed", 7}, {NULL, 0}}, &m, &now);
    assert_int_equal(was.drain, m);
    assert_int_equal(total_bytes(a, m), total_bytes(b, m));
    uint64_t frees[2] = {0};
    for (size_t i = 0; i < m; i++) {
        moved += a[i].kind != b[i].kind || a[i].size != b[i].size;
        frees[0] += a[i].kind == EVENT_FREE;
        frees[1] += b[i].kind == EVENT_FREE;
        uint64_t more = frees[0] > frees[1] ? frees[0] - frees[1] : frees[1] - frees[0];
        assert_true(more <= WINDOW + 1);
    }
    assert_int_equal(frees[0], frees[1]);
    assert_true(moved > m / 10);
    free(a);
    free(b);
}

/* Sizes stay near; with resize=size, equal ones stay equal; another seed draws others. */
static void test_resized(void **state)
{
    (void)state;
    for (long resize = 0; resize < 2; resize++) {
        struct workload was, now;
        size_t n, m, different = 0;
        struct setting set[] = {
            {"window", 0}, {"sizes", 5}, {"resize", resize}, {"seed", 1}, {NULL, 0}};
        struct event *a = read_trace(path, &n, &was), *b = perturbed_events(set, &m, &now);
        set[3].value = 2;
        struct event *c = perturbed_events(set, &m, &now);
        static uint64_t made_of[1 << 16];
        memset(made_of, 0, sizeof made_of);
        bool same = true;
        for (size_t i = 0; i < m; i++) {
            double was_size = (double)a[i].size, is = (double)b[i].size;
            assert_true(is >= was_size * .95 - 1 && is <= was_size * 1.05 + 1);
            different += b[i].size != c[i].size;
            if (a[i].kind != EVENT_FREE && a[i].size < 1 << 16) {
                same = same && (!made_of[a[i].size] || made_of[a[i].size] == b[i].size);
                made_of[a[i].size] = b[i].size;
            }
        }
        assert_true(different > m / 4);
        assert_int_equal(resize == 1, same);
        free(a);
        free(b);
        free(c);
    }
}

/* Without what was live before, a window holds the births in it, and their ends. */
static void test_cut(void **state)
{
    (void)state;
    struct rewrite how;
    struct workload head;
    size_t n, m, births = 0, made_births = 0;
    rewrite_init(&how);
    how.from = 70000;
    how.to = 140000;
    struct event *a = read_trace(path, &n, &head), *b = rewritten(&how, &m, &head);
    for (size_t i = how.from; i < how.to; i++) {
        births += a[i].kind == EVENT_MALLOC;
    }
    for (size_t i = 0; i < m; i++) {
        made_births += b[i].kind == EVENT_MALLOC;
    }
    assert_int_equal(births, made_births);
    assert_true(m < 70000);
    free(a);
    free(b);
}

/* With it, the window ends with as many live bytes as the trace had there. */
static void test_cut_with_live(void **state)
{
    (void)state;
    struct rewrite how;
    struct workload head;
    struct problem problem;
    struct tally whole, part;
    size_t n, m;
    rewrite_init(&how);
    how.from = 70000;
    how.to = 140000;
    how.with_live = true;
    struct event *a = read_trace(path, &n, &head), *b = rewritten(&how, &m, &head);
    assert_true(tally_open(&whole) && tally_add(&whole, a, 140000, &problem));
    assert_true(tally_open(&part) && tally_add(&part, b, m, &problem));
    assert_int_equal(whole.live_bytes, part.live_bytes);
    assert_int_equal(whole.live_blocks, part.live_blocks);
    assert_int_equal(b[0].kind, EVENT_MALLOC);
    tally_close(&whole);
    tally_close(&part);
    free(a);
    free(b);
}

static void test_filter(void **state)
{
    (void)state;
    struct rewrite how;
    struct workload head;
    size_t n, m, births = 0, made_births = 0;
    rewrite_init(&how);
    how.thread = 2;
    how.min_size = 100;
    how.max_size = 200;
    struct event *a = read_trace(path, &n, &head), *b = rewritten(&how, &m, &head);
    for (size_t i = 0; i < n; i++) {
        births +=
            a[i].kind == EVENT_MALLOC && a[i].thread == 2 && a[i].size >= 100 && a[i].size <= 200;
    }
    for (size_t i = 0; i < m; i++) {
        made_births += b[i].kind == EVENT_MALLOC;
        assert_true(b[i].kind == EVENT_FREE || (b[i].thread == 2 && b[i].size >= 100));
    }
    assert_true(births > 1000);
    assert_int_equal(births, made_births);
    assert_int_equal(m, 2 * births); /* the drain frees what is left */
    free(a);
    free(b);
}

static void test_scale(void **state)
{
    (void)state;
    struct rewrite how;
    struct workload head;
    size_t n, m;
    rewrite_init(&how);
    how.scale_pct = 250;
    struct event *a = read_trace(path, &n, &head), *b = rewritten(&how, &m, &head);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(b[i].size, a[i].size * 250 / 100);
        assert_int_equal(b[i].slot, a[i].slot);
    }
    free(a);
    free(b);
}

/* All events of both, each in its own order, spread evenly; no thread belongs to two. */
static void test_interleave(void **state)
{
    (void)state;
    struct problem problem = {""};
    struct provenance p = {.text = ""};
    struct trace_reader *in[] = {trace_open(path, TORN_REFUSE, &problem),
                                 trace_open(other, TORN_REFUSE, &problem)};
    struct trace_writer *out = trace_create(made, &p, 0, &problem);
    assert_true(trace_interleave(in, 2, 1, out, &problem));
    assert_true(trace_finish(out, NULL, &problem));
    struct workload head;
    size_t n, left[2] = {0};
    struct event *e = read_trace(made, &n, &head);
    assert_int_equal(n, 150000 + 30000);
    for (size_t i = 0; i < n; i++) {
        bool is_vector = e[i].thread == 1; /* the second thread to appear */
        left[is_vector]++;
        assert_true(e[i].kind != EVENT_REALLOC || is_vector);
        assert_true(left[0] < 5 * left[1] + 10 && 5 * left[1] < left[0] + 10);
    }
    assert_int_equal(left[1], 30000);
    trace_close(in[0]);
    trace_close(in[1]);
    free(e);
}

/* All events of rounds of these parts. */
static struct event *played(const struct rounds_part *parts, size_t count, uint64_t seed, size_t *n)
{
    enum { MOST = 4000000, AT_A_TIME = 777 };
    struct problem problem = {""};
    struct rounds *r = rounds_open(parts, count, seed, &problem);
    struct event *events = malloc(MOST * sizeof *events);
    assert_non_null(r);
    *n = 0;
    for (size_t got = 1; got > 0; *n += got) {
        assert_true(*n + AT_A_TIME <= MOST);
        got = rounds_next(r, events + *n, AT_A_TIME, &problem);
        assert_string_equal(problem.text, "");
    }
    rounds_close(r);
    return events;
}

/* That they make sense, and what they come to. */
static struct tally tallied(const struct event *events, size_t n)
{
    struct problem problem = {""};
    struct tally tally;
    assert_true(tally_open(&tally));
    if (!tally_add(&tally, events, n, &problem)) {
        fail_msg("%s", problem.text);
    }
    tally_close(&tally); /* the numbers stay */
    return tally;
}

static void test_one_round(void **state)
{
    (void)state;
    const struct rounds_part once = {path, 1, 0};
    struct workload head;
    size_t n, m;
    struct event *a = read_trace(path, &n, &head), *b = played(&once, 1, 1, &m);
    assert_int_equal(m, head.drain);
    assert_memory_equal(a, b, m * sizeof *a);
    free(a);
    free(b);
}

/* Without survivors each round is the trace and the end of all that it leaves. */
static void test_rounds_apart(void **state)
{
    (void)state;
    const struct rounds_part thrice = {path, 3, 0};
    struct workload head;
    size_t n, m;
    struct event *a = read_trace(path, &n, &head), *b = played(&thrice, 1, 1, &m);
    assert_int_equal(m, 2 * n + head.drain); /* the drain of the trace frees what is left, too */
    assert_int_equal(tallied(a, n).totals.peak_live_bytes, tallied(b, m).totals.peak_live_bytes);
    for (size_t i = 0; i < head.drain; i++) {
        assert_memory_equal(&a[i], &b[n + i], sizeof *a);
        assert_memory_equal(&a[i], &b[2 * n + i], sizeof *a);
    }
    free(a);
    free(b);
}

/* If all survive, the frees of a round are those of the round before, at the same places. */
static void test_all_survive(void **state)
{
    (void)state;
    const struct rounds_part twice = {path, 2, 1};
    struct workload head;
    size_t n, m, births = 0;
    struct event *a = read_trace(path, &n, &head), *b = played(&twice, 1, 1, &m);
    for (size_t i = 0; i < head.drain; i++) {
        births += a[i].kind != EVENT_FREE && a[i].kind != EVENT_REALLOC;
    }
    size_t second = 0; /* where it begins */
    for (size_t i = 0; i < head.drain; i++) {
        second += a[i].kind != EVENT_FREE;
    }
    for (size_t i = 0; i < second; i++) {
        assert_int_not_equal(b[i].kind, EVENT_FREE);
    }
    for (size_t at = second; at < m; at++) {
        assert_int_equal(a[at - second].kind, b[at].kind);
        assert_int_equal(a[at - second].size, b[at].size);
    }
    assert_int_equal(m, second + head.drain);
    assert_int_equal(tallied(b, m).live_blocks, 2 * births - (head.drain - second));
    free(a);
    free(b);
}

/* A share survives, by the seed, and what is live does not grow with the rounds. */
static void test_some_survive(void **state)
{
    (void)state;
    const struct rounds_part few = {path, 3, .05}, many = {path, 12, .05};
    size_t n, m, k, same = 0;
    struct event *a = played(&few, 1, 1, &n), *b = played(&many, 1, 1, &m);
    struct event *c = played(&few, 1, 2, &k);
    struct tally short_run = tallied(a, n), long_run = tallied(b, m), other_seed = tallied(c, k);
    assert_memory_equal(a, b, n / 2 * sizeof *a); /* the same seed */
    for (size_t i = 0; i < n && i < k; i++) {
        same += !memcmp(&a[i], &c[i], sizeof *a);
    }
    assert_true(same < n / 2);
    assert_true(other_seed.totals.peak_live_blocks != short_run.totals.peak_live_blocks);
    assert_true(long_run.totals.peak_live_blocks < short_run.totals.peak_live_blocks * 11 / 10);
    free(a);
    free(b);
    free(c);
}

/* What the first trace leaves behind stays to the end of the second. */
static void test_parts(void **state)
{
    (void)state;
    const struct rounds_part parts[] = {{other, 2, .5}, {path, 1, 0}};
    const struct rounds_part alone[] = {{path, 1, 0}};
    size_t n, m;
    struct event *a = played(alone, 1, 1, &n), *b = played(parts, 2, 1, &m);
    assert_true(m > n + 30000);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].kind, b[m - n + i].kind);
        assert_int_equal(a[i].size, b[m - n + i].size);
    }
    assert_true(tallied(b, m).live_blocks > tallied(a, n).live_blocks);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_it_is),     cmocka_unit_test(test_unperturbed),
        cmocka_unit_test(test_reordered),    cmocka_unit_test(test_resized),
        cmocka_unit_test(test_cut),          cmocka_unit_test(test_cut_with_live),
        cmocka_unit_test(test_filter),       cmocka_unit_test(test_scale),
        cmocka_unit_test(test_interleave),   cmocka_unit_test(test_one_round),
        cmocka_unit_test(test_rounds_apart), cmocka_unit_test(test_all_survive),
        cmocka_unit_test(test_some_survive), cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
