/* test_model.c - each model keeps what it says of a program, and loses the rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kinds.h"
#include "workloads/models/model_laws.h"
#include "workloads/tally.h"
#include "workloads/trace/trace_store.h"

static char path[64];

static void append(struct trace_writer *out, struct event e)
{
    struct problem problem = {""};
    struct trace_run run = {.events = &e, .count = 1};
    assert_true(trace_append(out, &run, &problem));
}

/* A program with structure: phases of sizes, a resize here and there. */
static int setup(void **state)
{
    (void)state;
    struct problem problem = {""};
    struct provenance p = {.text = ""};
    snprintf(path, sizeof path, "/tmp/fitlab-model-%d.fltrace", (int)getpid());
    struct workload *w = open_kind(
        "phases", (struct setting[]){{"events", 20000}, {"live", 500}, {NULL, 0}}, &problem);
    struct trace_writer *out = trace_create(path, &p, 0, &problem);
    assert_true(trace_store(out, w, &problem));
    workload_close(w);
    /* Slot 0 holds a block at the end of the phases. */
    append(out, (struct event){.kind = EVENT_REALLOC, .size = 99});
    append(out, (struct event){.kind = EVENT_REALLOC, .size = 55});
    for (size_t i = 0; i < 3000; i++) { /* small ones die young */
        append(out, (struct event){.kind = EVENT_FREE});
        append(out, (struct event){.kind = EVENT_MALLOC, .size = 8});
    }
    assert_true(trace_finish(out, NULL, &problem));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static struct objects objects_of(enum model_kind kind, unsigned long seed)
{
    struct objects o;
    struct problem problem = {""};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    assert_true(objects_read(&o, path, &problem));
    assert_true(model_apply(kind, &o, 8, rng));
    gsl_rng_free(rng);
    return o;
}

static int by_both(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct object));
}

static bool same_objects(struct objects a, struct objects b)
{
    qsort(a.object, a.count, sizeof *a.object, by_both);
    qsort(b.object, b.count, sizeof *b.object, by_both);
    return a.count == b.count && !memcmp(a.object, b.object, a.count * sizeof *a.object);
}

/* The pairs are the same, and not in the same order; those of a phase stay in it. */
static void test_shuffles(void **state)
{
    (void)state;
    for (enum model_kind kind = MODEL_SHUFFLED; kind <= MODEL_PHASES; kind++) {
        struct objects was = objects_of(MODEL_ACTUAL, 1), now = objects_of(kind, 1);
        size_t stretches = kind == MODEL_PHASES ? 8 : 1;
        assert_memory_not_equal(was.object, now.object, was.count * sizeof *was.object);
        for (size_t k = 0; k < stretches; k++) {
            size_t from = was.count * k / stretches, to = was.count * (k + 1) / stretches;
            assert_true(same_objects((struct objects){was.object + from, to - from, 0},
                                     (struct objects){now.object + from, to - from, 0}));
        }
        objects_free(&was);
        objects_free(&now);
    }
}

static double mean_of(const struct objects *o, bool life)
{
    double sum = 0;
    for (size_t i = 0; i < o->count; i++) {
        uint64_t left = o->count - i, n = o->object[i].life;
        sum += life ? (double)(n < left ? n : left) : (double)o->object[i].size;
    }
    return sum / (double)o->count;
}

/* How far sizes and lifetimes go together: Pearson's coefficient. */
static double correlation(const struct objects *o)
{
    double size = mean_of(o, false), life = mean_of(o, true), both = 0, ss = 0, ll = 0;
    for (size_t i = 0; i < o->count; i++) {
        uint64_t left = o->count - i, n = o->object[i].life;
        double s = (double)o->object[i].size - size, l = (double)(n < left ? n : left) - life;
        both += s * l;
        ss += s * s;
        ll += l * l;
    }
    return both / sqrt(ss * ll);
}

static void test_mean_and_cdf(void **state)
{
    (void)state;
    struct objects was = objects_of(MODEL_ACTUAL, 1), mean = objects_of(MODEL_MEAN, 1),
                   cdf = objects_of(MODEL_CDF, 1);
    double size = mean_of(&was, false), life = mean_of(&was, true), most = 0;
    assert_int_equal(mean.count, was.count);
    assert_true(fabs(mean_of(&mean, false) - size) < .03 * size);
    for (size_t i = 0; i < mean.count; i++) {
        most = fmax(most, (double)mean.object[i].life);
    }
    assert_true(most > 1.9 * life && most <= 2 * life);
    assert_int_equal(cdf.count, was.count);
    assert_true(fabs(mean_of(&cdf, false) - size) < .05 * size);
    assert_true(fabs(correlation(&was)) > .05); /* else the next line says nothing */
    assert_true(fabs(correlation(&cdf)) < .03);
    objects_free(&was);
    objects_free(&mean);
    objects_free(&cdf);
}

static bool has_pair(const struct objects *o, uint64_t first, uint64_t second)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->object[i].size == first && o->object[(i + 1) % o->count].size == second) {
            return true;
        }
    }
    return false;
}

/* Every size follows one that it followed in the program, and its lifetime is of its size. */
static void test_markov(void **state)
{
    (void)state;
    struct objects was = objects_of(MODEL_ACTUAL, 1), now = objects_of(MODEL_MARKOV, 1);
    assert_int_equal(now.count, was.count);
    for (size_t i = 0; i + 1 < now.count; i += 97) {
        assert_true(has_pair(&was, now.object[i].size, now.object[i + 1].size));
    }
    qsort(was.object, was.count, sizeof *was.object, by_both);
    for (size_t i = 0; i < now.count; i += 7) {
        assert_non_null(
            bsearch(&now.object[i], was.object, was.count, sizeof *was.object, by_both));
    }
    objects_free(&was);
    objects_free(&now);
}

static struct workload *open_model(long kind, long seed)
{
    struct problem problem = {""};
    const struct workload_kind *model = find_kind("model");
    const long number[] = {kind, 0, 8, seed};
    const char *const text[] = {NULL, path, NULL, NULL};
    struct workload *w = workload_open(model, &(struct workload_args){number, text}, &problem);
    assert_non_null(w);
    return w;
}

/* As workloads: sound, as long as they say, repeatable, and as much is asked for. */
static void test_workloads(void **state)
{
    (void)state;
    struct problem problem = {""};
    struct objects was = objects_of(MODEL_ACTUAL, 1);
    for (long kind = MODEL_ACTUAL; kind <= MODEL_PHASES; kind++) {
        struct workload *w = open_model(kind, 3);
        struct workload head = *w;
        size_t n, again, births = 0;
        struct event *all = take_all(w, EVENT_CHUNK, &n);
        struct event *same = take_all(open_model(kind, 3), 11, &again);
        struct tally t;
        assert_int_equal(n, again);
        assert_memory_equal(all, same, n * sizeof *all);
        assert_true(tally_open(&t) && tally_add(&t, all, n, &problem));
        for (size_t i = 0; i < n; i++) {
            births += all[i].kind != EVENT_FREE;
        }
        assert_int_equal(births, was.count);
        assert_int_equal(n, head.events);
        assert_int_equal(t.totals.slots, head.slots);
        assert_int_equal(t.totals.peak_live_bytes, head.peak_live_bytes);
        tally_close(&t);
        free(all);
        free(same);
    }
    objects_free(&was);
}

/* The baseline is the trace itself, but that a resize is a death and a birth. */
static void test_actual(void **state)
{
    (void)state;
    struct problem problem = {""};
    struct workload *trace = open_trace(path, NULL, &problem), *model = open_model(MODEL_ACTUAL, 1);
    assert_int_equal(model->peak_live_bytes, trace->peak_live_bytes);
    assert_int_equal(model->slots, trace->slots);
    assert_int_equal(model->events, trace->events + 2); /* two resizes */
    workload_close(trace);
    workload_close(model);
}

static void test_refuses(void **state)
{
    (void)state;
    struct problem problem = {""};
    assert_null(open_kind("model", NULL, &problem));
    assert_non_null(strstr(problem.text, "the parameter 'trace' is missing: add trace=..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shuffles), cmocka_unit_test(test_mean_and_cdf),
        cmocka_unit_test(test_markov),   cmocka_unit_test(test_workloads),
        cmocka_unit_test(test_actual),   cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
