/* test_exact.c - the exact search: published instances, the same answer on one and two threads, and
 * without any one of its ideas. Effort is asserted in nodes, which no machine changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/table.h"
#include "theory/offline/fit.h"

enum { CAPACITY = 1048576, BLOCKS = 24, ALL_IDEAS = 7 };

static bool read_instance(struct packing *p, char letter)
{
    char path[4096];
    struct problem problem = {""};
    const char *shared = getenv("FITLAB_SHARED");
    snprintf(path, sizeof path, "%s/instances/%c.1048576.csv", shared ? shared : ".", letter);
    struct table *t = table_read(path, &problem);
    if (!t) {
        return false;
    }
    assert_true(packing_from_table(p, t, 1, &problem));
    table_free(t);
    return true;
}

/* All six, each within the nodes that it took when this was written, and half as many again. */
static void test_instances_fit(void **state)
{
    (void)state;
    static const uint64_t nodes[] = {36000, 6500, 3800, 6800, 2700, 3700};
    for (int i = 0; i < 6; i++) {
        struct packing p;
        if (!read_instance(&p, (char)('A' + i))) {
            puts("FITLAB_SHARED has no instances: they were skipped");
            skip();
        }
        struct packing_decision how = {.seconds = 1e6, .nodes_most = nodes[i], .threads = 1};
        struct problem problem = {""};
        struct fit f;
        assert_true(fit_find(&f, &p, CAPACITY, &how, &problem));
        assert_int_equal(f.verdict, PACKING_FITS);
        assert_true(f.height <= CAPACITY);
        assert_int_equal(f.height, packing_height(&p, f.offset, &problem));
        fit_release(&f);
        packing_release(&p);
    }
}

/* Its load is not its capacity: the least height is the load, and a byte less is too little. */
static void test_optimum_of_c(void **state)
{
    (void)state;
    struct packing p;
    if (!read_instance(&p, 'C')) {
        skip();
    }
    struct packing_decision how = {.seconds = 1e6, .nodes_most = 10000};
    struct problem problem = {""};
    struct fit f;
    assert_true(fit_find(&f, &p, 1039360, &how, &problem));
    assert_int_equal(f.verdict, PACKING_FITS);
    assert_int_equal(f.height, 1039360);
    fit_release(&f);
    assert_true(fit_find(&f, &p, 1039359, &how, &problem));
    assert_int_equal(f.verdict, PACKING_CANNOT);
    assert_int_equal(f.proof, FIT_LOAD);
    fit_release(&f);
    packing_release(&p);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Blocks that live at random times over few births. */
static struct packing make_random(uint64_t seed)
{
    struct packing p = {
        .block = calloc(BLOCKS, sizeof *p.block), .count = BLOCKS, .sections = BLOCKS, .align = 1};
    uint64_t live[BLOCKS] = {0};
    for (uint32_t i = 0; i < BLOCKS; i++) {
        uint32_t upper = i + 1 + (uint32_t)(next_random(&seed) % 12);
        p.block[i] = (struct packing_block){.size = 1 + next_random(&seed) % 6,
                                            .lower = i,
                                            .upper = upper < BLOCKS ? upper : BLOCKS,
                                            .id = i};
        for (uint32_t s = i; s < p.block[i].upper; s++) {
            live[s] += p.block[i].size;
            p.load = live[s] > p.load ? live[s] : p.load;
        }
    }
    return p;
}

static void test_threads_do_not_change_the_answer(void **state)
{
    (void)state;
    int searched = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct packing p = make_random(seed);
        uint64_t one[BLOCKS] = {0}, two[BLOCKS] = {0};
        struct packing_decision alone = {.seconds = 1e6, .threads = 1};
        struct packing_decision both = {.seconds = 1e6, .threads = 2};
        assert_int_equal(packing_decide(&p, p.load, &alone, one),
                         packing_decide(&p, p.load, &both, two));
        assert_int_equal(alone.nodes, both.nodes);
        assert_int_equal(alone.rounds, both.rounds);
        assert_memory_equal(one, two, sizeof one);
        searched += alone.nodes > BLOCKS;
        packing_release(&p);
    }
    assert_true(searched > 0);
}

/* A published problem whose optimum is above its load, eight times as large; each block up to a
 * byte longer. */
static struct packing make_tight(uint64_t seed)
{
    static const uint32_t life[][2] = {{0, 3}, {0, 1}, {1, 2}, {1, 4}, {2, 6}, {3, 4}, {5, 6}};
    static const uint64_t size[] = {1, 3, 2, 1, 1, 2, 3};
    enum { COUNT = sizeof life / sizeof *life };
    struct packing p = {
        .block = calloc(COUNT, sizeof *p.block), .count = COUNT, .sections = 6, .align = 1};
    uint64_t live[6] = {0};
    for (uint32_t i = 0; i < COUNT; i++) {
        p.block[i] = (struct packing_block){.size = 8 * size[i] + next_random(&seed) % 2,
                                            .lower = life[i][0],
                                            .upper = life[i][1],
                                            .id = i};
        for (uint32_t s = life[i][0]; s < life[i][1]; s++) {
            live[s] += p.block[i].size;
            p.load = live[s] > p.load ? live[s] : p.load;
        }
    }
    return p;
}

/* An idea saves work; it never changes a verdict. */
static void test_ideas_do_not_change_the_verdict(void **state)
{
    (void)state;
    int verdicts[3] = {0};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct packing p = seed % 4 ? make_tight(seed) : make_random(seed);
        uint64_t offset[BLOCKS];
        struct packing_decision with = {.seconds = 1e6, .threads = 1};
        enum packing_verdict verdict = packing_decide(&p, p.load, &with, offset);
        verdicts[verdict]++;
        for (int idea = 0; idea < ALL_IDEAS; idea++) {
            struct packing_decision how = {.seconds = 1e6, .threads = 1, .without = 1u << idea};
            assert_int_equal(packing_decide(&p, p.load, &how, offset), verdict);
        }
        packing_release(&p);
    }
    assert_true(verdicts[PACKING_FITS] > 0 && verdicts[PACKING_CANNOT] > 0);
    assert_int_equal(verdicts[PACKING_UNKNOWN], 0);
}

/* A packing of two blocks that share one byte for one moment. */
static void test_one_overlapping_byte(void **state)
{
    (void)state;
    struct packing_block block[] = {{.size = 1000, .lower = 0, .upper = 3, .id = 0},
                                    {.size = 1000, .lower = 2, .upper = 5, .id = 1}};
    const struct packing p = {.block = block, .count = 2, .sections = 5, .align = 1, .load = 2000};
    struct problem problem = {""};
    assert_int_equal(packing_height(&p, (uint64_t[]){0, 1000}, &problem), 2000);
    assert_int_equal(packing_height(&p, (uint64_t[]){0, 999}, &problem), 0);
    assert_non_null(strstr(problem.text, "block 1 at offset 999 overlaps"));
    assert_int_equal(packing_height(&p, (uint64_t[]){999, 0}, &problem), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instances_fit),
        cmocka_unit_test(test_optimum_of_c),
        cmocka_unit_test(test_threads_do_not_change_the_answer),
        cmocka_unit_test(test_ideas_do_not_change_the_verdict),
        cmocka_unit_test(test_one_overlapping_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
