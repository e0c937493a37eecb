/* SPDX-License-Identifier: MIT */
/* test_index.c - no index changes a placement: lists, trees and bins give the same addresses and
 * do the same work, in every order, with resized and aligned blocks as well. */
#include <stdint.h>
#include <stdio.h>

#include "test_heap.h"

#include "twins.h"

enum { BYTES = 4 * 1500 };

static void fill(uint8_t *data, uint64_t seed)
{
    for (size_t i = 0; i < BYTES; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        data[i] = (uint8_t)(seed >> 56);
    }
}

static void expect_agreement(const char *fit, const char *order, const char *more,
                             const char *index, uint32_t start)
{
    static uint8_t data[BYTES];
    char one[160], other[160], message[256];
    snprintf(one, sizeof one, "%s:order=%s%s", fit, order, more);
    snprintf(other, sizeof other, "%s:order=%s%s,index=%s", fit, order, more, index);
    fill(data, 1);
    if (!twins_agree(one, other, start, data, sizeof data, message)) {
        fail_msg("%s", message);
    }
}

static const char *const orders[] = {"address", "lifo", "fifo", "size", NULL};
static const char *const settings[] = {"", ",coalesce=deferred", ",grow=step,split_min=64",
                                       ",coalesce=never,grow=arena", NULL};

static void expect_all(const char *fit, const char *index, uint32_t start)
{
    bool next = !strcmp(fit, "next-fit");
    for (size_t o = 0; orders[o]; o++) {
        for (size_t s = 0; settings[s] && !(next && !strcmp(orders[o], "size")); s++) {
            expect_agreement(fit, orders[o], settings[s], index, start);
        }
    }
}

static void test_trees(void **state)
{
    (void)state;
    expect_all("first-fit", "tree", 0);
    expect_all("best-fit", "tree", 0);
    expect_all("worst-fit", "tree", 0);
    expect_all("next-fit", "tree", 0);
}

static void test_bins(void **state)
{
    (void)state;
    expect_all("best-fit", "exact", 0);
    expect_all("best-fit", "exact,bins=16", 0);
}

/* The ranks of lifo and fifo order run out after a few hundred insertions and are dealt anew. */
static void test_ranks_run_out(void **state)
{
    (void)state;
    uint32_t start = UINT32_MAX - 300;
    expect_all("first-fit", "tree", start);
    expect_all("best-fit", "tree", start);
    expect_all("next-fit", "tree", start);
    expect_all("best-fit", "exact,bins=32", start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_bins),
        cmocka_unit_test(test_ranks_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
