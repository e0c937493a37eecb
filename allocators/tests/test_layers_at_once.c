/* SPDX-License-Identifier: MIT */
/* test_layers_at_once.c - layers that several threads enter at once. */
#include "test_heap.h"
#include "thread_play.h"

#include "layers/layer.h"

enum { MIB = 1 << 20, THREADS = 4 };

/* A growable region in which threads act that are real ones. */
static struct region shared_region(char *memory, size_t bytes)
{
    return (struct region){.base = memory,
                           .brk = memory,
                           .limit = memory + bytes,
                           .peak = memory,
                           .threads = &real_threads};
}

static void play_with_threads(const char *spec)
{
    struct policy_spec s;
    struct problem problem;
    char mutated[SPEC_MAX_TEXT];
    assert_true(policy_spec_parse(test_mutated_spec(spec, mutated, sizeof mutated), &s, &problem));
    assert_true(policy_threads(s.policy, s.values.number) >= THREADS);
    char *memory = test_memory(64 * MIB);
    struct region r = shared_region(memory, 64 * MIB);
    struct heap *h = s.policy->open(s.policy, &r, s.values.number);
    assert_non_null(h);
    const char *wrong = thread_play(h, THREADS);
    if (wrong) {
        fail_msg("%s: %s", spec, wrong);
    }
    assert_int_equal(test_sum_spans(h, SPAN_USED).spans, 0);
    free(memory);
}

/* half-fit, which notes whether two threads were inside at once. Whoever is inside lets others run.
 */
static const struct policy *watched;
static atomic_int inside, most_inside;

static void come_in(void)
{
    int now = atomic_fetch_add(&inside, 1) + 1;
    if (now > atomic_load(&most_inside)) {
        atomic_store(&most_inside, now);
    }
    sched_yield();
}

static void *watched_alloc(struct heap *h, size_t n)
{
    come_in();
    void *p = watched->alloc(h, n);
    atomic_fetch_sub(&inside, 1);
    return p;
}

static void watched_free(struct heap *h, void *p)
{
    come_in();
    watched->free(h, p);
    atomic_fetch_sub(&inside, 1);
}

static size_t watched_usable(const struct heap *h, const void *p)
{
    come_in();
    size_t bytes = watched->usable(h, p);
    atomic_fetch_sub(&inside, 1);
    return bytes;
}

static void *watched_realloc(struct heap *h, void *p, size_t n)
{
    come_in();
    void *q = watched->realloc(h, p, n);
    atomic_fetch_sub(&inside, 1);
    return q;
}

static void *watched_memalign(struct heap *h, size_t align, size_t n)
{
    come_in();
    void *p = watched->memalign(h, align, n);
    atomic_fetch_sub(&inside, 1);
    return p;
}

/* Each call alone, and all together. */
static void *call_each(void *arg)
{
    struct worker *w = arg;
    own_number = w->number;
    for (int i = 0; i < 12; i++) {
        void *p = heap_alloc(w->heap, 40), *q = heap_memalign(w->heap, 64, 40);
        if (heap_usable(w->heap, p) < 40) {
            w->wrong = "too few bytes are usable";
        }
        p = heap_realloc(w->heap, p, 400);
        heap_free(w->heap, q);
        heap_free(w->heap, p);
    }
    return NULL;
}

static void one_thread_is_inside_a_lock(void **unused)
{
    (void)unused;
    struct policy_spec s;
    struct problem problem;
    char mutated[SPEC_MAX_TEXT];
    assert_true(policy_spec_parse(test_mutated_spec("lock+half-fit", mutated, sizeof mutated), &s,
                                  &problem));
    watched = stack_of(s.policy)->below;
    struct policy policy = *watched;
    policy.alloc = watched_alloc;
    policy.free = watched_free;
    policy.usable = watched_usable;
    policy.realloc = watched_realloc;
    policy.memalign = watched_memalign;
    struct stack stack;
    stack_make(&stack, stack_of(s.policy)->layer, &policy);
    char *memory = test_memory(4 * MIB);
    struct region r = shared_region(memory, 4 * MIB);
    struct heap *h = stack.policy.open(&stack.policy, &r, s.values.number);
    assert_non_null(h);
    struct worker worker[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        worker[i] = (struct worker){.number = i, .heap = h};
        assert_int_equal(pthread_create(&worker[i].thread, NULL, call_each, &worker[i]), 0);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        pthread_join(worker[i].thread, NULL);
        assert_null(worker[i].wrong);
    }
    assert_int_equal(atomic_load(&most_inside), 1);
    assert_null(heap_check(h));
    free(memory);
}

static void threads_may_act_at_once(void **unused)
{
    (void)unused;
    static const char *const specs[] = {"lock+best-fit:index=exact",
                                        "arenas:n=2+lock+tlsf",
                                        "arenas:n=3,by=contention+lock+half-fit",
                                        "cache:blocks=8+arenas:n=2+lock+first-fit",
                                        "cache:remote=home+arenas:n=4+lock+tlsf",
                                        "guard+lock+tlsf",
                                        "owner:n=4+half-fit",
                                        "owner:n=4,batch=8+quick-fit",
                                        "cache+owner:n=8+tlsf",
                                        "owner:n=2+lock+slab"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        play_with_threads(specs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_is_inside_a_lock),
        cmocka_unit_test(threads_may_act_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
