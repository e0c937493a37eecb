/* test_offline.c - packings hold, heights are what they are known to be, fast is as good as naive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packing/free_offsets.h"
#include "spec/workload_spec.h"
#include "theory/offline/optimum.h"
#include "theory/offline/packing_search.h"
#include "workloads/workload.h"

/* Takes blocks as they stand; `upper` may be beyond the last birth. */
static struct packing make(const struct packing_block *block, size_t n, uint32_t sections)
{
    struct packing p = {
        .block = malloc(n * sizeof *block), .count = n, .sections = sections, .align = 1};
    memcpy(p.block, block, n * sizeof *block);
    for (uint32_t s = 0; s < sections; s++) {
        uint64_t live = 0;
        for (size_t i = 0; i < n; i++) {
            live += p.block[i].lower <= s && s < p.block[i].upper ? p.block[i].size : 0;
        }
        p.load = live > p.load ? live : p.load;
    }
    return p;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static struct packing make_random(uint64_t seed, size_t n, uint32_t longest, uint64_t largest)
{
    struct packing_block *block = malloc(n * sizeof *block);
    for (size_t i = 0; i < n; i++) {
        uint32_t lower = (uint32_t)i;
        uint64_t upper = lower + 1 + next_random(&seed) % longest;
        block[i] = (struct packing_block){.size = 1 + next_random(&seed) % largest,
                                          .lower = lower,
                                          .upper = (uint32_t)(upper < n ? upper : n),
                                          .id = lower};
    }
    struct packing p = make(block, n, (uint32_t)n);
    free(block);
    return p;
}

static bool overlap(const struct packing_block *a, const struct packing_block *b)
{
    return a->lower < b->upper && b->lower < a->upper;
}

/* The oracle: compares each block with all before it, until no conflict moves it up. */
static void naive_first_fit(const struct packing *p, const uint32_t *sequence, uint64_t *offset)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct packing_block *b = &p->block[sequence[i]];
        uint64_t at = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (size_t k = 0; k < i; k++) {
                const struct packing_block *other = &p->block[sequence[k]];
                uint64_t low = offset[sequence[k]], high = low + other->size;
                if (overlap(b, other) && low < at + b->size && at < high) {
                    at = high;
                    moved = true;
                }
            }
        }
        offset[sequence[i]] = at;
    }
}

/* A published problem whose optimum is one above its load. */
static struct packing known_problem(void)
{
    static const struct packing_block block[] = {
        {.lower = 0, .upper = 3, .size = 1, .id = 0}, {.lower = 0, .upper = 1, .size = 3, .id = 1},
        {.lower = 1, .upper = 2, .size = 2, .id = 3}, {.lower = 1, .upper = 4, .size = 1, .id = 2},
        {.lower = 2, .upper = 6, .size = 1, .id = 4}, {.lower = 3, .upper = 4, .size = 2, .id = 5},
        {.lower = 5, .upper = 6, .size = 3, .id = 6},
    };
    return make(block, sizeof block / sizeof *block, 6);
}

static void test_known_optimum(void **state)
{
    (void)state;
    struct packing p = known_problem();
    struct problem problem = {""};
    uint64_t offset[7];
    struct packing_decision how = {.seconds = 60};
    assert_int_equal(p.load, 4);
    assert_int_equal(packing_decide(&p, 4, &how, offset), PACKING_CANNOT);
    assert_int_equal(packing_decide(&p, 5, &how, offset), PACKING_FITS);
    assert_int_equal(packing_height(&p, offset, &problem), 5);
    struct optimum o;
    const struct effort effort = {.exact_seconds = 60};
    assert_true(optimum_find(&o, &p, &effort, &problem));
    assert_int_equal(o.best, 5);
    assert_int_equal(o.bound, 5);
    optimum_release(&o);
    packing_release(&p);
}

static void test_proof_sees_overlap(void **state)
{
    (void)state;
    struct packing p = known_problem();
    struct problem problem = {""};
    uint64_t good[] = {0, 1, 2, 1, 4, 2, 0};
    assert_int_equal(packing_height(&p, good, &problem), 5);
    for (size_t i = 0; i < p.count; i++) {
        uint64_t kept = good[i];
        good[i] = i == 0 ? 1 : i == 6 ? 4 : 0; /* onto a neighbour */
        assert_int_equal(packing_height(&p, good, &problem), 0);
        assert_non_null(strstr(problem.text, "overlaps"));
        good[i] = kept;
    }
    packing_release(&p);
}

/* Offsets at random, many of which overlap: the proof says what comparing all pairs says. */
static void test_proof_agrees_with_pairs(void **state)
{
    (void)state;
    int sound = 0, wrong = 0;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        size_t n = 2 + seed % 30;
        struct packing p = make_random(seed, n, 1 + (uint32_t)(seed % 9), 9);
        uint64_t *offset = malloc(n * sizeof *offset), height = 0, state_of = seed;
        bool clash = false;
        for (size_t i = 0; i < n; i++) {
            state_of = state_of * 6364136223846793005u + 1442695040888963407u;
            offset[i] = (state_of >> 33) % (40 * n);
            height = offset[i] + p.block[i].size > height ? offset[i] + p.block[i].size : height;
            for (size_t j = 0; j < i; j++) {
                clash |= overlap(&p.block[i], &p.block[j]) &&
                         offset[i] < offset[j] + p.block[j].size &&
                         offset[j] < offset[i] + p.block[i].size;
            }
        }
        struct problem problem = {""};
        assert_int_equal(packing_height(&p, offset, &problem), clash ? 0 : height);
        sound += !clash;
        wrong += clash;
        free(offset);
        packing_release(&p);
    }
    assert_true(sound > 100 && wrong > 100);
}

static void test_fast_equals_naive(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        size_t n = 40 + (size_t)seed * 7;
        struct packing p = make_random(seed, n, seed % 3 ? 12 : 200, seed % 2 ? 9 : 1000);
        uint32_t *sequence = malloc(n * sizeof *sequence);
        uint64_t *fast = malloc(n * sizeof *fast), *naive = malloc(n * sizeof *naive);
        for (int order = 0; order < PACKING_ORDER_COUNT; order++) {
            struct problem problem = {""};
            assert_true(packing_sequence(&p, (enum packing_order)order, sequence));
            uint64_t height = packing_first_fit(&p, sequence, fast);
            naive_first_fit(&p, sequence, naive);
            assert_memory_equal(fast, naive, n * sizeof *fast);
            assert_int_equal(packing_height(&p, fast, &problem), height);
        }
        free(sequence);
        free(fast);
        free(naive);
        packing_release(&p);
    }
}

/* The least height by trying every order: first-fit of some order is optimal. */
static uint64_t least_by_all_orders(const struct packing *p, uint32_t *sequence, size_t fixed)
{
    if (fixed == p->count) {
        uint64_t offset[8], height = 0;
        naive_first_fit(p, sequence, offset);
        for (size_t i = 0; i < p->count; i++) {
            uint64_t end = offset[i] + p->block[i].size;
            height = end > height ? end : height;
        }
        return height;
    }
    uint64_t least = UINT64_MAX;
    for (size_t i = fixed; i < p->count; i++) {
        uint32_t a = sequence[fixed], b = sequence[i];
        sequence[fixed] = b;
        sequence[i] = a;
        uint64_t height = least_by_all_orders(p, sequence, fixed + 1);
        least = height < least ? height : least;
        sequence[fixed] = a;
        sequence[i] = b;
    }
    return least;
}

/* Gives every block another size: neighbours of a problem whose optimum is above its load. */
static void resize(struct packing *p, uint64_t seed)
{
    struct packing old = *p;
    for (size_t i = 0; i < p->count; i++) {
        old.block[i].size = 1 + next_random(&seed) % 4;
    }
    *p = make(old.block, old.count, old.sections);
    packing_release(&old);
}

static void test_exact_equals_every_order(void **state)
{
    (void)state;
    int above_load = 0;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct packing p = known_problem();
        resize(&p, seed);
        struct optimum cheap, exact;
        struct problem problem = {""};
        assert_true(optimum_find(&cheap, &p, &(struct effort){0}, &problem));
        if (cheap.best > p.load) { /* else the load proves it */
            uint32_t sequence[] = {0, 1, 2, 3, 4, 5, 6};
            uint64_t least = least_by_all_orders(&p, sequence, 0);
            const struct effort effort = {.exact_seconds = 60};
            assert_true(optimum_find(&exact, &p, &effort, &problem));
            assert_int_equal(exact.best, least);
            assert_int_equal(exact.bound, least);
            above_load += least > p.load;
            optimum_release(&exact);
        }
        optimum_release(&cheap);
        packing_release(&p);
    }
    assert_true(above_load > 0);
}

/* Cuts a full rectangle of time and space into blocks: the load is the optimum. */
static size_t cut_up(struct packing_block *block, size_t n, uint32_t lower, uint32_t upper,
                     uint64_t size, uint64_t *seed)
{
    bool wide = upper - lower > 3, tall = size > 8;
    if ((!wide && !tall) || next_random(seed) % 6 == 0) {
        block[n] = (struct packing_block){.size = size, .lower = lower, .upper = upper};
        return n + 1;
    }
    if (wide && (!tall || next_random(seed) % 2)) {
        uint32_t middle = lower + 1 + (uint32_t)(next_random(seed) % (upper - lower - 1));
        n = cut_up(block, n, lower, middle, size, seed);
        return cut_up(block, n, middle, upper, size, seed);
    }
    uint64_t middle = 1 + next_random(seed) % (size - 1);
    n = cut_up(block, n, lower, upper, middle, seed);
    return cut_up(block, n, lower, upper, size - middle, seed);
}

static int by_birth(const void *a, const void *b)
{
    const struct packing_block *x = a, *y = b;
    return x->lower < y->lower ? -1 : x->lower > y->lower;
}

static void test_search_and_exact_fill_a_rectangle(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct packing_block block[4096];
        uint64_t random = seed;
        size_t n = cut_up(block, 0, 0, 24, 64, &random);
        qsort(block, n, sizeof *block, by_birth);
        struct packing p = make(block, n, 24);
        assert_int_equal(p.load, 64);
        struct optimum o;
        struct problem problem = {""};
        const struct effort effort = {
            .search_seconds = 60, .search_rounds = 200, .seed = 1, .exact_seconds = 60};
        assert_true(optimum_find(&o, &p, &effort, &problem));
        assert_int_equal(o.best, 64);
        optimum_release(&o);
        packing_release(&p);
    }
}

/* ---- from the peak ---- */

static void test_holes_are_those_of_a_map(void **state)
{
    (void)state;
    enum { BYTES = 400, STEPS = 4000, SIZES = 24 };
    bool used[BYTES + SIZES] = {false};
    struct free_offsets t;
    uint64_t random = 7;
    assert_true(free_offsets_make(&t));
    for (int step = 0; step < STEPS; step++) {
        uint64_t size = 1 + next_random(&random) % SIZES, from = next_random(&random) % BYTES;
        uint64_t at = free_offsets_fit(&t, from, size), run = 0, expected = from;
        for (uint64_t k = from; run < size && k < BYTES + SIZES; k++) {
            run = used[k] ? 0 : run + 1;
            expected = run == 1 ? k : expected;
        }
        if (run == size) {
            assert_int_equal(at, expected);
        }
        if (at + size <= BYTES && step % 3) {
            assert_true(free_offsets_take(&t, at, at + size));
            memset(&used[at], true, size);
        } else {
            for (; from < BYTES && !used[from]; from++) {
            }
            uint64_t end = from;
            for (; end < BYTES && used[end] && end < from + size; end++) {
            }
            assert_true(end == from || free_offsets_give(&t, from, end));
            memset(&used[from], false, end - from);
        }
    }
    free_offsets_release(&t);
}

/* Sound, never below the load, no higher with more rounds, and at the load where nothing dies. */
static void test_from_the_peak(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        size_t n = 2000;
        struct packing p = make_random(seed, n, seed % 3 ? 40 : 600, seed % 2 ? 9 : 1000);
        uint64_t *offset = malloc(n * sizeof *offset), before = UINT64_MAX;
        for (unsigned rounds = 0; rounds <= 15; rounds += 5) {
            struct problem problem = {""};
            uint64_t height = packing_from_peak(&p, rounds, offset);
            assert_int_equal(packing_height(&p, offset, &problem), height);
            assert_true(height >= p.load && height <= before);
            before = height;
        }
        for (size_t i = 0; i < n; i++) {
            p.block[i].upper = p.sections;
        }
        struct packing immortal = make(p.block, n, p.sections);
        assert_int_equal(packing_from_peak(&immortal, 0, offset), immortal.load);
        free(offset);
        packing_release(&p);
        packing_release(&immortal);
    }
}

/* Pairs of a large block and a small one; half of the small ones live on when the large ones die,
 * and then one block comes that is as large as all of those. Packed by time alone the small ones
 * are in its way. */
static void test_early_blocks_find_room(void **state)
{
    (void)state;
    enum { PAIRS = 600, LARGE = 1000 };
    struct packing_block block[2 * PAIRS + 1];
    uint32_t n = 0;
    for (uint32_t i = 0; i < PAIRS; i++) {
        block[n] = (struct packing_block){.size = LARGE, .lower = n, .upper = 2 * PAIRS, .id = n};
        n++;
        block[n] = (struct packing_block){
            .size = 1, .lower = n, .upper = i % 2 ? n + 1 : 2 * PAIRS + 1, .id = n};
        n++;
    }
    block[n] = (struct packing_block){.size = PAIRS * LARGE, .lower = n, .upper = n + 1, .id = n};
    struct packing p = make(block, n + 1, n + 1);
    uint64_t offset[2 * PAIRS + 1];
    struct problem problem = {""};
    assert_true(packing_from_peak(&p, 0, offset) > p.load + LARGE);
    assert_int_equal(packing_from_peak(&p, 15, offset), p.load);
    assert_int_equal(packing_height(&p, offset, &problem), p.load);
    packing_release(&p);
}

/* Very many blocks are packed in few rounds. With as few, a recording still comes within .6 % of
 * its load. */
static void check_recording(const char *name)
{
    struct workload_spec spec;
    struct problem problem = {""};
    assert_true(workload_spec_parse(name, &spec, &problem));
    struct workload *w = workload_spec_open(&spec, &problem);
    assert_non_null(w);
    struct packing p;
    assert_true(packing_from_workload(&p, w, 16, &problem));
    workload_close(w);
    uint64_t *offset = malloc(p.count * sizeof *offset);
    uint64_t height = packing_from_peak(&p, 4, offset);
    assert_int_equal(packing_height(&p, offset, &problem), height);
    assert_true(height < p.load + p.load * 6 / 1000);
    free(offset);
    packing_release(&p);
}

/* A compiler's large blocks need rounds. */
static void test_recording(void **state)
{
    (void)state;
    check_recording("cc1");
}

/* Of more than a million blocks other ones are packed early. */
static void test_million_blocks(void **state)
{
    (void)state;
    check_recording("repeat:trace=gawk,times=11");
}

/* A realloc lets the old block die first, a zero size still takes room, and what is left lives
 * to the end. */
static void test_from_workload(void **state)
{
    (void)state;
    struct workload_spec spec;
    struct problem problem = {""};
    assert_true(workload_spec_parse("uniform:live=50,events=2000,seed=3", &spec, &problem));
    struct workload *w = workload_spec_open(&spec, &problem);
    assert_non_null(w);
    struct packing p;
    assert_true(packing_from_workload(&p, w, 1, &problem));
    uint64_t peak = w->peak_live_bytes;
    workload_close(w);
    for (size_t i = 0; i < p.count; i++) {
        assert_true(p.block[i].lower < p.block[i].upper && p.block[i].upper <= p.sections);
        assert_true(p.block[i].lower == i);
    }
    assert_true(peak == 0 || p.load == peak);
    packing_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_optimum),
        cmocka_unit_test(test_proof_sees_overlap),
        cmocka_unit_test(test_proof_agrees_with_pairs),
        cmocka_unit_test(test_fast_equals_naive),
        cmocka_unit_test(test_exact_equals_every_order),
        cmocka_unit_test(test_search_and_exact_fill_a_rectangle),
        cmocka_unit_test(test_from_workload),
        cmocka_unit_test(test_holes_are_those_of_a_map),
        cmocka_unit_test(test_from_the_peak),
        cmocka_unit_test(test_early_blocks_find_room),
        cmocka_unit_test(test_recording),
        cmocka_unit_test(test_million_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
