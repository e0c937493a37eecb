/* test_pages.c - resident pages of small packings, counted by hand and by going through all pages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "packing/packing_pages.h"

enum { BLOCKS = 60 };

static void test_by_hand(void **state)
{
    (void)state;
    struct packing_block block[] = {{.size = 4096, .lower = 0, .upper = 3},
                                    {.size = 16, .lower = 1, .upper = 2},
                                    {.size = 4096, .lower = 2, .upper = 3}};
    const struct packing p = {.block = block, .count = 3, .sections = 3, .align = 16};
    struct packing_pages pages;
    assert_true(packing_pages_count(&p, (uint64_t[]){0, 4096, 4096}, &pages));
    assert_int_equal(pages.peak, 2);
    assert_true(pages.mean > 5. / 3 - 1e-9 && pages.mean < 5. / 3 + 1e-9);
    /* The last one lies across two pages: one byte too high. */
    assert_true(packing_pages_count(&p, (uint64_t[]){0, 4096, 4097}, &pages));
    assert_int_equal(pages.peak, 3);
    assert_true(packing_pages_bound(&p, &pages));
    assert_int_equal(pages.peak, 2);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static uint64_t resident_plainly(const struct packing *p, const uint64_t *offset, uint32_t section)
{
    uint64_t resident = 0;
    for (uint64_t page = 0; page < 64; page++) {
        bool used = false;
        for (size_t i = 0; i < p->count; i++) {
            const struct packing_block *b = &p->block[i];
            used |= b->lower <= section && section < b->upper &&
                    offset[i] < (page + 1) * PACKING_PAGE &&
                    page * PACKING_PAGE < offset[i] + b->size;
        }
        resident += used;
    }
    return resident;
}

static void test_equals_the_plain_way(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t random = seed, offset[BLOCKS], peak = 0, sum = 0;
        struct packing_block block[BLOCKS];
        for (uint32_t i = 0; i < BLOCKS; i++) {
            uint32_t upper = i + 1 + (uint32_t)(next_random(&random) % 20);
            block[i] = (struct packing_block){.size = 1 + next_random(&random) % 9000,
                                              .lower = i,
                                              .upper = upper < BLOCKS ? upper : BLOCKS};
            offset[i] = next_random(&random) % (50 * PACKING_PAGE);
        }
        const struct packing p = {.block = block, .count = BLOCKS, .sections = BLOCKS, .align = 1};
        for (uint32_t s = 0; s < BLOCKS; s++) {
            uint64_t resident = resident_plainly(&p, offset, s);
            peak = resident > peak ? resident : peak;
            sum += resident;
        }
        struct packing_pages pages;
        assert_true(packing_pages_count(&p, offset, &pages));
        assert_int_equal(pages.peak, peak);
        assert_true(pages.mean * BLOCKS > (double)sum - 1e-6);
        assert_true(pages.mean * BLOCKS < (double)sum + 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_equals_the_plain_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
