/* test_prove.c - exact worst cases with few states, the game's values, and witnesses that hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "allocators/heap.h"
#include "proofs.h"
#include "spec/workload_spec.h"
#include "theory/prove/game.h"
#include "theory/prove/witness.h"

static void test_worst_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < CLAIMS; i++) {
        if (!known_claims[i].slow) {
            assert_claim(&known_claims[i]);
        }
    }
}

static void test_game_values(void **state)
{
    (void)state;
    static const struct {
        struct game game;
        unsigned value;
    } known[] = {
        {{4, 2, true}, 5},  {{8, 2, true}, 11}, {{4, 4, true}, 5},  {{8, 4, true}, 13},
        {{3, 3, false}, 4}, {{4, 3, false}, 6}, {{4, 4, false}, 6}, {{5, 3, false}, 7},
        {{5, 4, false}, 8}, {{5, 5, false}, 8}, {{6, 3, false}, 9}, {{6, 4, false}, 9},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct game_value value;
        struct problem problem = {""};
        assert_true(game_solve(&known[i].game, &value, &problem));
        assert_int_equal(value.units, known[i].value);
    }
}

/* What prove says, a plain replay of the witness's trace on a fresh heap says too. */
static void test_witness_replays(void **state)
{
    (void)state;
    char path[] = "./fitlab-witness-XXXXXX.fltrace";
    int fd = mkstemps(path, 8);
    assert_true(fd >= 0);
    close(fd);
    struct policy_spec spec;
    struct answer a;
    struct problem problem = {""};
    const struct question q = {.live = 6, .largest = 4, .memory = (size_t)1 << 30};
    assert_true(policy_spec_parse("best-fit", &spec, &problem));
    assert_true(explore(&spec, &q, &a, NULL, NULL, &problem));
    assert_true(witness_write(&a, &spec, path, &problem));

    struct workload_spec workload;
    assert_true(workload_spec_parse(path, &workload, &problem));
    struct workload *w = workload_spec_open(&workload, &problem);
    assert_non_null(w);
    struct event event[64];
    void *slot[64] = {NULL};
    struct unit_heap u;
    assert_true(unit_heap_open(&u, &spec, 64, false, &problem));
    for (size_t n; (n = workload_next(w, event, 64, &problem)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            if (event[i].kind == EVENT_FREE) {
                heap_free(u.heap, slot[event[i].slot]);
            } else {
                slot[event[i].slot] = heap_alloc(u.heap, (size_t)event[i].size);
            }
        }
    }
    assert_int_equal(unit_high_water(&u), a.explored.worst);
    assert_int_equal((size_t)(u.map.region.peak - u.map.region.base), a.footprint);
    unit_heap_close(&u);
    workload_close(w);
    answer_release(&a);
    unlink(path);
}

/* However many processes there are, they find the same. The levels must be wide enough for all of
 * them to have work. */
static void test_processes_agree(void **state)
{
    (void)state;
    struct policy_spec spec;
    struct answer one, many;
    struct problem problem = {""};
    struct question q = {
        .live = 8, .largest = 4, .powers = true, .memory = (size_t)1 << 30, .jobs = 1};
    assert_true(policy_spec_parse("next-fit", &spec, &problem));
    assert_true(explore(&spec, &q, &one, NULL, NULL, &problem));
    for (q.jobs = 2; q.jobs <= 3; q.jobs++) {
        assert_true(explore(&spec, &q, &many, NULL, NULL, &problem));
        assert_int_equal(many.explored.states, one.explored.states);
        assert_int_equal(many.explored.tried, one.explored.tried);
        assert_int_equal(many.explored.worst, one.explored.worst);
        assert_int_equal(many.explored.level, one.explored.level);
        assert_int_equal(many.moves, one.moves);
        for (size_t i = 0; i < one.moves; i++) {
            assert_int_equal(many.witness[i].is_free, one.witness[i].is_free);
            assert_int_equal(many.witness[i].units, one.witness[i].units);
            assert_int_equal(many.witness[i].address, one.witness[i].address);
        }
        answer_release(&many);
    }
    answer_release(&one);
}

/* A state of best-fit is nothing but a layout: there are as many as fit_model.h finds. */
static void test_states_are_layouts(void **state)
{
    (void)state;
    struct policy_spec spec;
    struct answer a;
    struct problem problem = {""};
    const struct question q = {.live = 8, .largest = 3, .memory = (size_t)1 << 30};
    assert_true(policy_spec_parse("best-fit", &spec, &problem));
    assert_true(explore(&spec, &q, &a, NULL, NULL, &problem));
    assert_int_equal(a.explored.states, 53181);
    answer_release(&a);
}

static void test_little_memory_is_said(void **state)
{
    (void)state;
    struct policy_spec spec;
    struct answer a;
    struct problem problem = {""};
    const struct question q = {.live = 8, .largest = 8, .memory = 300000};
    assert_true(policy_spec_parse("first-fit", &spec, &problem));
    assert_true(explore(&spec, &q, &a, NULL, NULL, &problem));
    assert_false(a.complete);
    assert_true(a.explored.worst > 8 && a.explored.memory <= q.memory);
    answer_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worst_cases),        cmocka_unit_test(test_game_values),
        cmocka_unit_test(test_witness_replays),    cmocka_unit_test(test_processes_agree),
        cmocka_unit_test(test_states_are_layouts), cmocka_unit_test(test_little_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
