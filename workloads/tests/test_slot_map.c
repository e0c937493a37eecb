/* The map against a naive model: an array of keys, searched from the front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "workloads/slot_map.h"

enum { MODEL = 20000, STEPS = 200000 };

#define FREE_KEY UINT64_MAX
#define HELD     (UINT64_MAX - 1) /* taken, with no key */

static uint64_t random_number(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint32_t model_lowest(const uint64_t *model)
{
    uint32_t slot = 0;
    while (model[slot] != FREE_KEY) {
        slot++;
    }
    return slot;
}

/* One random step: a free slot is acquired, a taken one is let go in one of three ways. */
static void step(struct slot_map *m, uint64_t *model, uint64_t *seed, uint32_t reach)
{
    uint32_t slot = (uint32_t)(random_number(seed) % reach);
    uint64_t key = random_number(seed) << 4 >> 1;
    if (model[slot] == FREE_KEY) {
        uint32_t expected = model_lowest(model);
        assert_int_equal(slot_map_acquire(m, key), expected);
        model[expected] = key;
        return;
    }
    if (model[slot] == HELD) {
        slot_map_release(m, slot);
        model[slot] = FREE_KEY;
        return;
    }
    assert_int_equal(slot_map_find(m, model[slot]), slot);
    assert_int_equal(slot_map_unbind(m, model[slot]), slot);
    assert_int_equal(slot_map_find(m, model[slot]), SLOT_NONE);
    switch (random_number(seed) % 3) {
    case 0:
        slot_map_release(m, slot);
        model[slot] = FREE_KEY;
        break;
    case 1:
        assert_true(slot_map_bind(m, key, slot));
        model[slot] = key;
        break;
    default:
        model[slot] = HELD;
    }
}

static void follows_the_model(void **unused)
{
    (void)unused;
    static uint64_t model[MODEL + 1];
    for (uint32_t i = 0; i <= MODEL; i++) {
        model[i] = FREE_KEY;
    }
    struct slot_map m;
    assert_true(slot_map_open(&m));
    uint64_t seed = 42;
    for (uint32_t i = 0; i < STEPS; i++) {
        step(&m, model, &seed, i < STEPS / 2 ? 100 : 3000);
    }
    slot_map_close(&m);
}

/* Past every power of 64 within reach, then the lowest hole first. */
static void dense_and_lowest_first(void **unused)
{
    (void)unused;
    enum { MANY = 300000 };
    struct slot_map m;
    assert_true(slot_map_open(&m));
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(slot_map_acquire(&m, UINT64_C(16) * i), i);
    }
    assert_int_equal(m.slots.bound, MANY);
    static const uint32_t holes[] = {0, 63, 64, 4095, 4096, 262143, 262144, MANY - 1};
    enum { HOLES = sizeof holes / sizeof *holes };
    for (uint32_t i = HOLES; i-- > 0;) {
        assert_int_equal(slot_map_unbind(&m, UINT64_C(16) * holes[i]), holes[i]);
        slot_map_release(&m, holes[i]);
    }
    for (uint32_t i = 0; i < HOLES; i++) {
        assert_int_equal(slot_map_acquire(&m, UINT64_C(16) * MANY + i), holes[i]);
    }
    assert_int_equal(slot_map_acquire(&m, 1), MANY);
    slot_map_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_model),
        cmocka_unit_test(dense_and_lowest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
