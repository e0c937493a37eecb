/* test_schedule.c - a schedule keeps each thread's order and each block's, and changes the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kinds.h"
#include "workloads/trace/trace_store.h"
#include "workloads/transform/scheduler.h"

enum { THREADS = 8, EVENTS = 40000 };

static char path[64];

static int setup(void **state)
{
    (void)state;
    struct problem problem = {""};
    struct provenance p = {.text = ""};
    struct setting set[] = {{"threads", THREADS}, {"events", EVENTS}, {"drain", 1}, {NULL, 0}};
    snprintf(path, sizeof path, "./fitlab-schedule-%d", (int)getpid());
    struct workload *w = open_kind("mstress", set, &problem);
    struct trace_writer *out = trace_create(path, &p, 0, &problem);
    assert_true(trace_store(out, w, &problem) && trace_finish(out, NULL, &problem));
    workload_close(w);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static struct event *scheduled(enum schedule_order order, const struct setting *more, size_t most,
                               size_t *n, struct workload *head)
{
    struct setting set[8] = {{"order", order}};
    struct problem problem;
    for (size_t i = 1; more && more->name; i++, more++) {
        set[i] = *more;
    }
    struct workload *w = open_kind_of("schedule", path, set, &problem);
    if (!w) {
        fail_msg("%s", problem.text);
    }
    if (head) {
        *head = *w;
    }
    return take_all(w, most, n);
}

static struct event *recorded(size_t *n, struct workload *head)
{
    struct problem problem;
    struct workload *w = open_trace(path, NULL, &problem);
    assert_non_null(w);
    *head = *w;
    return take_all(w, EVENT_CHUNK, n);
}

/* One event as its thread sees it: a block is the birth of a thread, by its number. */
struct seen {
    struct event event; /* its slot is 0 */
    uint32_t born_by, birth;
};

/* The events of each thread in its order. */
struct streams {
    struct seen *of[THREADS];
    size_t count[THREADS];
};

static struct streams streams_of(const struct event *all, size_t n, size_t slots)
{
    struct streams s = {0};
    uint32_t births[THREADS] = {0};
    struct seen *block = calloc(slots, sizeof *block);
    for (size_t t = 0; t < THREADS; t++) {
        s.of[t] = calloc(n, sizeof *s.of[t]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct event *e = &all[i];
        struct seen *b = &block[e->slot];
        if (e->kind != EVENT_FREE && e->kind != EVENT_REALLOC) {
            *b = (struct seen){.born_by = e->thread, .birth = births[e->thread]++};
        }
        struct seen *here = &s.of[e->thread][s.count[e->thread]++];
        *here = (struct seen){*e, b->born_by, b->birth};
        here->event.slot = 0;
    }
    free(block);
    return s;
}

static void close_streams(struct streams *s)
{
    for (size_t t = 0; t < THREADS; t++) {
        free(s->of[t]);
    }
}

/* How far an event is played before all that were recorded before it, at most. */
static size_t furthest_ahead(const struct event *was, const struct event *now, size_t n)
{
    size_t *number[THREADS], next[THREADS] = {0}, count[THREADS] = {0}, oldest = 0, most = 0;
    bool *played = calloc(n + 1, sizeof *played);
    for (size_t t = 0; t < THREADS; t++) {
        number[t] = calloc(n, sizeof *number[t]);
    }
    for (size_t i = 0; i < n; i++) {
        number[was[i].thread][count[was[i].thread]++] = i;
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = number[now[i].thread][next[now[i].thread]++];
        most = at - oldest > most ? at - oldest : most;
        played[at] = true;
        while (played[oldest]) {
            oldest++;
        }
    }
    for (size_t t = 0; t < THREADS; t++) {
        free(number[t]);
    }
    free(played);
    return most;
}

static void test_recorded_changes_nothing(void **state)
{
    (void)state;
    struct workload was, now;
    size_t n, m;
    struct event *a = recorded(&n, &was),
                 *b = scheduled(ORDER_RECORDED, NULL, EVENT_CHUNK, &m, &now);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n * sizeof *a);
    assert_true(was.drain == now.drain && was.slots == now.slots && was.drain < was.events);
    assert_true(was.peak_live_bytes == now.peak_live_bytes);
    free(a);
    free(b);
}

static void test_keeps_the_threads(void **state)
{
    (void)state;
    struct workload was, now;
    size_t n, m;
    struct event *a = recorded(&n, &was);
    struct streams before = streams_of(a, n, was.slots);
    for (enum schedule_order order = ORDER_ROUND_ROBIN; order <= ORDER_ADVERSARIAL; order++) {
        struct setting window[] = {{"window", 5000}, {"turn", 3}, {NULL, 0}};
        struct event *b = scheduled(order, window, EVENT_CHUNK, &m, &now);
        struct tally t =
            generator_tally(b, m); /* which fails if a block is freed before its birth */
        struct streams after = streams_of(b, m, now.slots);
        assert_int_equal(n, m);
        assert_true(memcmp(a, b, n * sizeof *a) != 0);
        assert_true(t.live_blocks == 0 && t.totals.slots == now.slots && now.drain == was.drain);
        for (size_t k = 0; k < THREADS; k++) {
            assert_int_equal(before.count[k], after.count[k]);
            assert_memory_equal(before.of[k], after.of[k], before.count[k] * sizeof *before.of[k]);
        }
        size_t ahead = furthest_ahead(a, b, was.drain);
        assert_true(ahead > 10 && ahead < 5000);
        tally_close(&t);
        close_streams(&after);
        free(b);
    }
    close_streams(&before);
    free(a);
}

/* The same seed gives the same order, however it is taken; another seed or turn gives another. */
static void test_deterministic(void **state)
{
    (void)state;
    size_t n[4];
    struct setting other[] = {{"seed", 2}, {NULL, 0}}, longer[] = {{"turn", 50}, {NULL, 0}};
    struct event *all[] = {scheduled(ORDER_RANDOM, NULL, EVENT_CHUNK, &n[0], NULL),
                           scheduled(ORDER_RANDOM, NULL, 7, &n[1], NULL),
                           scheduled(ORDER_RANDOM, other, EVENT_CHUNK, &n[2], NULL),
                           scheduled(ORDER_RANDOM, longer, EVENT_CHUNK, &n[3], NULL)};
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(n[0], n[i]);
        assert_true((memcmp(all[0], all[i], n[0] * sizeof *all[0]) == 0) == (i == 1));
    }
    for (size_t i = 0; i < 4; i++) {
        free(all[i]);
    }
}

/* A turn is a run of events of one thread. */
static void test_turns(void **state)
{
    (void)state;
    size_t n, turns = 1;
    struct workload head;
    struct setting longer[] = {{"turn", 20}, {NULL, 0}};
    struct event *all = scheduled(ORDER_ROUND_ROBIN, longer, EVENT_CHUNK, &n, &head);
    for (size_t i = 1; i < EVENTS / 8; i++) {
        turns += all[i].thread != all[i - 1].thread;
    }
    assert_true(turns >= EVENTS / 8 / 20 && turns < EVENTS / 8 / 15);
    free(all);
}

/* What heaps of their own, to which blocks return, take of threads, over what is live at once. */
static double private_blow_up(struct event *all, size_t n, size_t slots)
{
    struct owner {
        uint64_t size;
        uint16_t thread;
    } *block = calloc(slots, sizeof *block);
    uint64_t live[THREADS] = {0}, peak[THREADS] = {0}, all_live = 0, all_peak = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        struct owner *b = &block[all[i].slot];
        if (all[i].kind == EVENT_FREE) {
            live[b->thread] -= b->size;
            all_live -= b->size;
            continue;
        }
        *b = (struct owner){all[i].size, all[i].thread};
        live[b->thread] += b->size;
        all_live += b->size;
        peak[b->thread] = live[b->thread] > peak[b->thread] ? live[b->thread] : peak[b->thread];
        all_peak = all_live > all_peak ? all_live : all_peak;
    }
    for (size_t t = 0; t < THREADS; t++) {
        sum += peak[t];
    }
    free(block);
    return (double)sum / (double)all_peak;
}

/* Threads that fill an array and free most of it: in the recorded order all are full at about the
 * same time, in the adversarial order one after the other. */
static void test_adversarial_is_worse(void **state)
{
    (void)state;
    double blow_up[2];
    for (size_t k = 0; k < 2; k++) {
        struct setting set[] = {{"order", k ? ORDER_ADVERSARIAL : ORDER_RECORDED}, {NULL, 0}};
        struct problem problem;
        size_t n;
        struct workload *w = open_kind_of("schedule", "shbench", set, &problem);
        size_t slots = w->slots;
        struct event *all = take_all(w, EVENT_CHUNK, &n);
        blow_up[k] = private_blow_up(all, n / 2, slots); /* all are under way */
        free(all);
    }
    assert_true(blow_up[0] < 1.5 && blow_up[1] > 1.8);
}

/* A generator is named in the place of a trace; without either there is a message. */
static void test_sources(void **state)
{
    (void)state;
    struct problem problem;
    struct workload *w = open_kind_of("schedule", "larson", NULL, &problem);
    assert_non_null(w);
    assert_int_equal(w->events, 200000);
    workload_close(w);
    assert_null(open_kind_of("schedule", NULL, NULL, &problem));
    assert_non_null(strstr(problem.text, "the parameter 'of' is missing: add of=..."));
    assert_null(open_kind_of("schedule", "./no-such-trace", NULL, &problem));
    assert_non_null(strstr(problem.text, "no-such-trace"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded_changes_nothing),
        cmocka_unit_test(test_keeps_the_threads),
        cmocka_unit_test(test_deterministic),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_adversarial_is_worse),
        cmocka_unit_test(test_sources),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
