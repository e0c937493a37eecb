/* test_prove_table.c - the exact worst cases that take up to millions of states each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proofs.h"
#include "theory/prove/game.h"

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < CLAIMS; i++) {
        if (known_claims[i].slow) {
            assert_claim(&known_claims[i]);
        }
    }
}

static void test_larger_games(void **state)
{
    (void)state;
    static const struct {
        struct game game;
        unsigned value;
    } known[] = {{{8, 8, true}, 13},
                 {{6, 6, false}, 10},
                 {{7, 3, false}, 11},
                 {{7, 4, false}, 12},
                 {{8, 3, false}, 13}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct game_value value;
        struct problem problem = {""};
        assert_true(game_solve(&known[i].game, &value, &problem));
        assert_int_equal(value.units, known[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_larger_games),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
