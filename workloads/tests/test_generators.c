/* test_generators.c - what every synthetic workload promises, and what each is for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kinds.h"

static const char *const generators[] = {
    "bimodal",      "cache-scratch", "cache-thrash",      "event-loop", "exponential",
    "larson",       "lognormal",     "mstress",           "phases",     "plateau",
    "power-of-two", "ramp",          "producer-consumer", "rptest",     "sawtooth",
    "shbench",      "swiss-cheese",  "uniform",           "vector",     "xmalloc-test",
};
enum { GENERATORS = sizeof generators / sizeof *generators };

/* Every one: sound events, slots below the bound, exactly as many as asked for; and the drain
 * leaves nothing. */
static void test_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENERATORS; i++) {
        for (long events = 1; events < 100000; events = events * 3 + 1) {
            struct problem problem;
            struct setting set[] = {{"events", events}, {"drain", 1}, {NULL, 0}};
            struct workload *w = open_kind(generators[i], set, &problem);
            uint32_t slots = w->slots;
            assert_int_equal(w->drain, events);
            size_t n;
            struct event *all = take_all(w, EVENT_CHUNK, &n);
            struct tally t = generator_tally(all, n);
            assert_true(t.totals.slots <= slots);
            assert_true(t.totals.slots == t.totals.peak_live_blocks); /* dense */
            assert_int_equal(t.live_blocks, 0);
            assert_true(n > (size_t)events || all[n - 1].kind == EVENT_FREE);
            for (size_t k = (size_t)events; k < n; k++) {
                assert_int_equal(all[k].kind, EVENT_FREE);
            }
            tally_close(&t);
            free(all);
        }
    }
}

/* The same spec gives the same events, however they are taken; another seed gives others. */
static void test_deterministic(void **state)
{
    (void)state;
    for (size_t i = 0; i < GENERATORS; i++) {
        size_t n[3];
        struct event *all[3];
        for (size_t k = 0; k < 3; k++) {
            struct setting set[] = {{"events", 60000}, {"seed", k == 2 ? 2 : 1}, {NULL, 0}};
            struct problem problem;
            all[k] =
                take_all(open_kind(generators[i], set, &problem), k == 1 ? 7 : EVENT_CHUNK, &n[k]);
        }
        assert_int_equal(n[0], 60000);
        assert_int_equal(n[1], 60000);
        assert_memory_equal(all[0], all[1], n[0] * sizeof *all[0]);
        bool same = memcmp(all[0], all[2], n[0] * sizeof *all[0]) == 0;
        assert_true(same == !strcmp(generators[i], "swiss-cheese")); /* which draws nothing */
        for (size_t k = 0; k < 3; k++) {
            free(all[k]);
        }
    }
}

struct moments {
    double mean, cv, least, most;
    size_t count;
};

static struct moments sizes_of(const char *name, const struct setting *set)
{
    size_t n;
    struct event *all = generator_events(name, set, &n);
    struct moments m = {.least = HUGE_VAL};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind != EVENT_FREE) {
            double size = (double)all[i].size;
            sum += size;
            squares += size * size;
            m.least = fmin(m.least, size);
            m.most = fmax(m.most, size);
            m.count++;
        }
    }
    free(all);
    m.mean = sum / (double)m.count;
    m.cv = sqrt(squares / (double)m.count - m.mean * m.mean) / m.mean;
    return m;
}

static void assert_near(double value, double expected, double part)
{
    if (fabs(value - expected) > part * expected) {
        fail_msg("%g is not within %g %% of %g", value, 100 * part, expected);
    }
}

/* 100,000 draws: the standard error of each figure is a fraction of what is let pass. */
static void test_size_laws(void **state)
{
    (void)state;
    struct moments m =
        sizes_of("uniform", (struct setting[]){{"min", 1}, {"max", 1000}, {NULL, 0}});
    assert_near(m.mean, 500.5, .01);
    assert_near(m.cv, sqrt((1000. * 1000 - 1) / 12) / 500.5, .01);
    assert_true(m.least == 1 && m.most == 1000);
    m = sizes_of("exponential", (struct setting[]){{"mean", 200}, {NULL, 0}});
    assert_near(m.mean, 200, .02);
    assert_near(m.cv, 1, .02);
    m = sizes_of("lognormal", (struct setting[]){{"mean", 500}, {"cv", 100}, {NULL, 0}});
    assert_near(m.mean, 500, .02);
    assert_near(m.cv, 1, .1);
    m = sizes_of("bimodal",
                 (struct setting[]){{"small", 100}, {"large", 1000}, {"large_pct", 20}, {NULL, 0}});
    assert_near(m.mean, .8 * 100 + .2 * 1000, .02);
    assert_true(m.least == 75 && m.most == 1250);
}

static void test_powers_of_two(void **state)
{
    (void)state;
    size_t n, seen[64] = {0};
    struct event *all = generator_events(
        "power-of-two", (struct setting[]){{"min", 24}, {"max", 300}, {NULL, 0}}, &n);
    size_t births = 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind == EVENT_MALLOC) {
            assert_int_equal(all[i].size & (all[i].size - 1), 0);
            seen[__builtin_ctzll(all[i].size)]++;
            births++;
        }
    }
    assert_int_equal(seen[5] + seen[6] + seen[7] + seen[8], births); /* 32, 64, 128, 256 */
    assert_near((double)seen[5], (double)births / 4, .03);
    assert_near((double)seen[8], (double)births / 4, .03);
    free(all);
}

/* How many births each block that died had seen, in the mean and with what spread. */
static struct moments lifetimes_of(const char *name, const struct setting *set)
{
    size_t n, births = 0;
    struct event *all = generator_events(name, set, &n);
    size_t *born = calloc(n, sizeof *born);
    double sum = 0, squares = 0;
    struct moments m = {0};
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind == EVENT_MALLOC) {
            born[all[i].slot] = births++;
        } else if (i > n / 2) {
            double life = (double)(births - born[all[i].slot]);
            sum += life;
            squares += life * life;
            m.count++;
        }
    }
    free(born);
    free(all);
    m.mean = sum / (double)m.count;
    m.cv = sqrt(squares / (double)m.count - m.mean * m.mean) / m.mean;
    return m;
}

static struct moments lifetimes(long rule)
{
    return lifetimes_of("uniform", (struct setting[]){{"live", 500},
                                                      {"lifetime", rule},
                                                      {"lifetime_cv", 200},
                                                      {"events", 400000},
                                                      {NULL, 0}});
}

/* At a steady live size the mean lifetime is that size, whatever the rule (Little's law). */
static void test_lifetimes(void **state)
{
    (void)state;
    struct moments m = lifetimes(0); /* random: geometric */
    assert_near(m.mean, 500, .05);
    assert_near(m.cv, 1, .05);
    m = lifetimes(1); /* fifo: all the same */
    assert_true(m.mean == 500 && m.cv < 1e-6);
    m = lifetimes(3); /* lognormal */
    assert_near(m.mean, 500, .1);
    assert_near(m.cv, 2, .25);
}

/* lifo: what dies is always the youngest. */
static void test_lifo(void **state)
{
    (void)state;
    size_t n, depth = 0;
    struct event *all =
        generator_events("uniform", (struct setting[]){{"lifetime", 2}, {NULL, 0}}, &n);
    uint32_t *stack = calloc(n, sizeof *stack);
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind == EVENT_MALLOC) {
            stack[depth++] = all[i].slot;
        } else {
            assert_int_equal(all[i].slot, stack[--depth]);
        }
    }
    free(stack);
    free(all);
}

/* Live blocks after a part of the events. */
static uint64_t live_after(const char *name, const struct setting *set, double part)
{
    size_t n;
    struct event *all = generator_events(name, set, &n);
    struct tally t = generator_tally(all, (size_t)(part * (double)n));
    uint64_t live = t.live_blocks;
    tally_close(&t);
    free(all);
    return live;
}

static void test_shapes(void **state)
{
    (void)state;
    const struct setting live[] = {{"live", 1000}, {NULL, 0}};
    assert_near((double)live_after("uniform", live, .5), 1000, .001);
    assert_near((double)live_after("ramp", live, .25), 250, .01);
    assert_near((double)live_after("ramp", live, 1), 1000, .01);
    assert_near((double)live_after("plateau", live, .05), 500, .01);
    assert_near((double)live_after("plateau", live, .5), 1000, .01);
    assert_near((double)live_after("plateau", live, .95), 500, .01);
    assert_near((double)live_after("sawtooth", live, .0999), 1000, .01);
    assert_near((double)live_after("sawtooth", live, .109), 190, .1);
}

/* A size that no block has is asked for when half of the memory is holes too small for it. */
static void test_swiss_cheese(void **state)
{
    (void)state;
    size_t n;
    struct event *all = generator_events(
        "swiss-cheese", (struct setting[]){{"live", 100}, {"events", 175}, {NULL, 0}}, &n);
    struct tally t = generator_tally(all, 150);
    assert_int_equal(t.live_blocks, 50);
    for (size_t i = 100; i < 150; i++) {
        assert_int_equal(all[i].slot, 2 * (i - 100));
    }
    for (size_t i = 150; i < 175; i++) {
        assert_int_equal(all[i].size, 128);
    }
    tally_close(&t);
    free(all);
}

static void test_vector_grows(void **state)
{
    (void)state;
    size_t n, resizes = 0;
    struct event *all = generator_events("vector", NULL, &n);
    uint64_t size[200];
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind == EVENT_REALLOC) {
            assert_int_equal(all[i].size, 2 * size[all[i].slot]);
            resizes++;
        }
        size[all[i].slot] = all[i].size;
    }
    assert_true(resizes > n / 2);
    free(all);
}

/* Whole units: with a granule and a header, every block is a multiple of the granule. */
static void test_units(void **state)
{
    (void)state;
    size_t n;
    struct event *all = generator_events(
        "uniform", (struct setting[]){{"min", 1}, {"unit", 32}, {"header", 8}, {NULL, 0}}, &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(all[i].kind == EVENT_FREE || (all[i].size + 8) % 32 == 0);
    }
    free(all);
}

static void test_refuses(void **state)
{
    (void)state;
    struct problem problem;
    assert_null(open_kind("uniform", (struct setting[]){{"min", 2000}, {NULL, 0}}, &problem));
    assert_non_null(strstr(problem.text, "min=2000 is above max=1024"));
    assert_null(open_kind("power-of-two", (struct setting[]){{"min", 17}, {"max", 31}, {NULL, 0}},
                          &problem));
    assert_non_null(strstr(problem.text, "no power of two"));
    assert_null(open_kind("uniform", (struct setting[]){{"header", 100}, {NULL, 0}}, &problem));
    assert_non_null(strstr(problem.text, "header=100"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),        cmocka_unit_test(test_deterministic),
        cmocka_unit_test(test_size_laws),    cmocka_unit_test(test_powers_of_two),
        cmocka_unit_test(test_lifetimes),    cmocka_unit_test(test_lifo),
        cmocka_unit_test(test_shapes),       cmocka_unit_test(test_swiss_cheese),
        cmocka_unit_test(test_vector_grows), cmocka_unit_test(test_units),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
