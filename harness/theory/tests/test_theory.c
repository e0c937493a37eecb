/* test_theory.c - players measure what they say, and what adversaries play can be replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/ledger.h"
#include "theory/adversary.h"
#include "theory/experiment.h"

enum { GRANULE = 64 };

static void open_player(struct player *p, const char *policy, size_t live, size_t largest)
{
    struct policy_spec spec;
    struct problem problem = {""};
    const struct player_setup setup = {
        .granule = GRANULE, .limit = adversary_region(live, largest, GRANULE), .record = true};
    assert_true(policy_spec_parse(policy, &spec, &problem));
    assert_true(player_open(p, &spec, &setup, &problem));
}

/* With the header found, blocks of n units lie n units apart. */
static void test_header(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        size_t header;
    } rows[] = {{"first-fit", 8},  {"tlsf", 8}, {"buddy", 8}, {"buddy:system=fibonacci", 8},
                {"segregated", 0}, {"slab", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct player p;
        open_player(&p, rows[i].policy, 64, 8);
        assert_int_equal(p.header, rows[i].header);
        long a = player_alloc(&p, 1), b = player_alloc(&p, 1);
        assert_int_equal(player_block(&p, a)->at, 0);
        assert_int_equal(player_block(&p, b)->at, 1);
        assert_int_equal(player_high_water(&p), 2);
        player_free(&p, a);
        player_free(&p, b);
        assert_int_equal(player_high_water(&p), 2);
        assert_int_equal(p.peak_live, 2);
        assert_int_equal(p.live, 0);
        player_close(&p);
    }
}

/* The recorded events alone, replayed without looking at addresses, bring the policy to the same
 * mark. */
static void test_replay(void **state)
{
    (void)state;
    static const char *const policies[] = {"first-fit", "best-fit", "buddy", "tlsf"};
    for (size_t i = 0; adversaries[i]; i++) {
        for (size_t k = 0; k < sizeof policies / sizeof *policies; k++) {
            struct player p, again;
            struct ledger ledger;
            open_player(&p, policies[k], 64, 8);
            open_player(&again, policies[k], 64, 8);
            assert_true(adversaries[i]->can_play(64, 8));
            assert_true(adversaries[i]->play(&p, 64, 8));
            assert_true(ledger_open(&ledger, p.slots.bound));
            for (size_t e = 0; e < p.events; e++) {
                assert_int_equal(ledger_play(&ledger, again.heap, &p.event[e]), LEDGER_SERVED);
            }
            assert_int_equal(again.map.region.peak - again.map.region.base,
                             p.map.region.peak - p.map.region.base);
            ledger_close(&ledger);
            player_close(&again);
            player_close(&p);
        }
    }
}

/* No adversary breaks the rules. */
static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; adversaries[i]; i++) {
        for (size_t live = 1; live <= 64; live++) {
            for (size_t largest = 1; largest <= live; largest++) {
                if (!adversaries[i]->can_play(live, largest)) {
                    continue;
                }
                struct player p;
                open_player(&p, "best-fit", live, largest);
                assert_true(adversaries[i]->play(&p, live, largest));
                assert_true(p.peak_live <= live);
                for (size_t e = 0; e < p.events; e++) {
                    assert_true(p.event[e].size <= largest * GRANULE);
                }
                player_close(&p);
            }
        }
    }
}

/* What lies outside the accepted range does not hold, on either side. */
static void test_findings(void **state)
{
    (void)state;
    struct experiment_run run = {0};
    expect_within(&run, 10, .1, 10.9, "inside");
    expect_within(&run, 10, .1, 11.1, "above");
    expect_within(&run, -10, .1, -11.1, "below");
    expect_exactly(&run, 3, 3, "the same");
    expect_exactly(&run, 3, 4, "another");
    expect_at_most(&run, 3, 3.5, "too much");
    expect_at_least(&run, 3, 2.5, "too little");
    just_show(&run, 7, "%s %d", "anything", 7);
    expect_at_least(&run, 3, 2.5, "too little, and it is known why");
    explain(&run, "for %d reasons", 2);
    expect_at_least(&run, 3, 3.5, "enough");
    explain(&run, "of no interest");
    static const enum verdict verdict[] = {
        VERDICT_HOLDS,   VERDICT_DIFFERS, VERDICT_DIFFERS, VERDICT_HOLDS,   VERDICT_DIFFERS,
        VERDICT_DIFFERS, VERDICT_DIFFERS, VERDICT_HOLDS,   VERDICT_FINDING, VERDICT_HOLDS};
    assert_int_equal(run.findings, sizeof verdict / sizeof *verdict);
    for (size_t i = 0; i < run.findings; i++) {
        assert_int_equal(finding_verdict(&run.finding[i]), verdict[i]);
    }
    assert_string_equal(run.finding[7].what, "anything 7");
    assert_string_equal(run.finding[8].cause, "for 2 reasons");
    experiment_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_replay),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
