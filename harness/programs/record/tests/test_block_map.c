/* test_block_map.c - the table by address gives the slots that the hash table gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "programs/record/block_map.h"

static uint64_t state = 1;

static uint64_t next_random(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 20;
}

/* In a heap, in another far away, at the ends of the address space; half of them odd. */
static uint64_t some_address(void)
{
    static const uint64_t start[] = {0, 0x555555550000, 0x7ffff7ff8000, 0xfffffffff000};
    return start[next_random() % 4] + next_random() % 512 * 8;
}

static void same_as_hashed(void **unused)
{
    (void)unused;
    struct block_map *m = calloc(1, sizeof *m);
    struct slot_map hashed;
    assert_non_null(m);
    assert_true(block_map_open(m) && slot_map_open(&hashed));
    unsigned bound = 0;
    for (int i = 0; i < 200000; i++) {
        uint64_t address = some_address();
        block_map_prefetch(m, address);
        uint32_t slot = slot_map_unbind(&hashed, address);
        assert_int_equal(block_map_unbind(m, address), slot);
        if (slot == SLOT_NONE) {
            assert_int_equal(block_map_acquire(m, address), slot_map_acquire(&hashed, address));
            bound++;
        } else if (next_random() % 4 == 0) {
            assert_true(block_map_bind(m, address, slot) && slot_map_bind(&hashed, address, slot));
        } else {
            block_map_release(m, slot);
            slot_map_release(&hashed, slot);
        }
    }
    assert_true(bound > 50000);
    slot_map_close(&hashed);
    block_map_close(m);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_hashed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
