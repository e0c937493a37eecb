/* SPDX-License-Identifier: MIT */
/* test_heap.h - a heap in memory of its own, by policy spec, for tests of single policies. */
#ifndef FITLAB_TEST_HEAP_H
#define FITLAB_TEST_HEAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap.h"
#include "spec/policy_spec.h"

struct test_heap {
    struct region *region; /* its own piece of memory: the heap points to it */
    struct heap *heap;
    void *memory; /* where the region lies */
    size_t meta;  /* bytes of a heap without blocks: what the policy needs for itself */
};

struct test_span_sum {
    enum span_kind kind;
    size_t bytes, spans;
};

static inline bool test_add_span(const struct span *s, void *ctx)
{
    struct test_span_sum *sum = ctx;
    if (s->kind == sum->kind) {
        sum->bytes += s->bytes;
        sum->spans++;
    }
    return true;
}

/* Bytes and number of the spans of one kind. */
static inline struct test_span_sum test_sum_spans(const struct heap *h, enum span_kind kind)
{
    struct test_span_sum sum = {.kind = kind};
    h->policy->walk(h, test_add_span, &sum);
    return sum;
}

/* The spec with the mutant that FITLAB_MUTANT names, if it is one of this policy, or of the
 * outermost layer; see mutants/. */
static inline const char *test_mutated_spec(const char *spec, char *out, size_t size)
{
    const char *mutant = getenv("FITLAB_MUTANT");
    if (!mutant || !strrchr(mutant, '/')) {
        return spec;
    }
    const char *stem = strrchr(mutant, '/') + 1;
    size_t length = strcspn(spec, ":+");
    for (size_t i = 0; i < length; i++) {
        if (stem[i] != (spec[i] == '-' ? '_' : spec[i])) {
            return spec;
        }
    }
    snprintf(out, size, "%s%s", mutant, spec + length);
    return stem[length] == '.' ? out : spec;
}

/* Memory for a region, all zero as a new region is: what an earlier heap left there would be taken
 * for the marks of this one. To be freed with free. */
static inline void *test_memory(size_t bytes)
{
    void *memory = aligned_alloc(REGION_ALIGN, bytes);
    assert_non_null(memory);
    return memset(memory, 0, bytes);
}

/* A heap in a region of `bytes` that starts `skew` bytes past a page; all of the region is the
 * policy's at once (fixed) or none of it at first. */
static inline struct test_heap test_heap_open_skewed(const char *spec, size_t bytes, bool fixed,
                                                     size_t skew)
{
    struct policy_spec s;
    struct problem problem = {""};
    char mutated[SPEC_MAX_TEXT];
    spec = test_mutated_spec(spec, mutated, sizeof mutated);
    if (!policy_spec_parse(spec, &s, &problem)) {
        fail_msg("%s: %s", spec, problem.text);
    }
    size_t whole = (skew + bytes + REGION_ALIGN - 1) / REGION_ALIGN * REGION_ALIGN;
    struct test_heap t = {.memory = test_memory(whole)};
    char *base = (char *)t.memory + skew;
    t.region = malloc(sizeof *t.region);
    assert_non_null(t.region);
    *t.region = (struct region){.base = base, .brk = base, .limit = base + bytes, .peak = base};
    if (fixed) {
        region_extend(t.region, bytes);
    }
    t.heap = s.policy->open(s.policy, t.region, s.values.number);
    assert_non_null(t.heap);
    t.meta = test_sum_spans(t.heap, SPAN_META).bytes;
    return t;
}

static inline struct test_heap test_heap_open(const char *spec, size_t bytes, bool fixed)
{
    return test_heap_open_skewed(spec, bytes, fixed, 0);
}

static inline void test_heap_close(struct test_heap *t)
{
    free(t->memory);
    free(t->region);
}

/* A heap whose region is one hole of exactly `bytes` and stays so large. */
static inline struct test_heap test_heap_of_hole(const char *spec, size_t bytes)
{
    struct test_heap t = test_heap_open(spec, (size_t)1 << 16, true);
    size_t meta = t.meta;
    test_heap_close(&t);
    t = test_heap_open(spec, meta + bytes, true);
    struct test_span_sum hole = test_sum_spans(t.heap, SPAN_FREE);
    assert_int_equal(hole.spans, 1);
    assert_int_equal(hole.bytes, bytes);
    return t;
}

/* The most that a search examines among so many holes, each between two used blocks of the sizes
 * that size_of tells; over requests of many sizes, which the heap must serve. */
static inline uint64_t test_most_probes(struct heap *h, size_t holes, size_t (*size_of)(size_t))
{
    uint64_t most = 0;
    void **p = calloc(2 * holes, sizeof *p);
    assert_non_null(p);
    for (size_t i = 0; i < 2 * holes; i++) {
        p[i] = heap_alloc(h, size_of(i));
    }
    for (size_t i = 0; i < 2 * holes; i += 2) {
        heap_free(h, p[i]);
    }
    free(p);
    for (size_t n = 1; n < 100000; n += 1 + n / 3) {
        uint64_t before = h->count.probes;
        assert_non_null(heap_alloc(h, n));
        uint64_t probes = h->count.probes - before;
        most = probes > most ? probes : most;
    }
    return most;
}

/* The same of aligned requests that no hole between so many blocks holds. */
static inline uint64_t test_most_aligned_probes(struct heap *h, size_t blocks)
{
    uint64_t most = 0;
    for (size_t i = 0; i < blocks; i++) {
        void *hole = heap_alloc(h, 40 + i % 7 * 16);
        assert_non_null(heap_alloc(h, 40));
        heap_free(h, hole);
    }
    for (size_t i = 0; i < 200; i++) {
        uint64_t before = h->count.probes;
        assert_non_null(heap_memalign(h, (size_t)32 << i % 8, 300 + 40 * i));
        uint64_t probes = h->count.probes - before;
        most = probes > most ? probes : most;
    }
    return most;
}

#endif
