#include "theory/adversary.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "spec/spec.h"

/* ---- conditions on M and n ---- */

static bool is_power(size_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

static bool powers(size_t live, size_t largest)
{
    return is_power(largest) && live % largest == 0;
}

static bool sweepable(size_t live, size_t largest)
{
    return largest >= 2 && largest <= (live + 1) / 2;
}

static bool pairs(size_t live, size_t largest)
{
    return live >= 4 && live % 2 == 0 && largest >= 2 && largest <= live / 2;
}

#define POWERS "n a power of two that divides M"

/* ---- robson ---- */

/* Whether the block covers an address that is c modulo s. */
static bool covers(const struct player_block *b, size_t c, size_t s)
{
    size_t start = (size_t)(b->at % (ptrdiff_t)s + (ptrdiff_t)s) % s;
    return (c + s - start) % s < b->size;
}

static size_t uncovered_weight(const struct player *p, size_t c, size_t s)
{
    size_t sum = 0;
    for (uint32_t i = 0; i < p->slots.bound; i++) {
        const struct player_block *b = &p->block[i];
        if (b->p && covers(b, c, s)) {
            sum += s - b->size;
        }
    }
    return sum;
}

static bool fill(struct player *p, size_t live, size_t size)
{
    while (p->live + size <= live) {
        if (player_alloc(p, size) == PLAYER_NONE) {
            return false;
        }
    }
    return true;
}

static bool play_robson(struct player *p, size_t live, size_t largest)
{
    if (!fill(p, live, 1)) {
        return false;
    }
    size_t f = 0;
    for (size_t s = 2; s <= largest; s *= 2) {
        f = uncovered_weight(p, f + s / 2, s) > uncovered_weight(p, f, s) ? f + s / 2 : f;
        for (uint32_t i = 0; i < p->slots.bound; i++) {
            if (p->block[i].p && !covers(&p->block[i], f, s)) {
                player_free(p, i);
            }
        }
        if (!fill(p, live, s)) {
            return false;
        }
    }
    return true;
}

const struct adversary adversary_robson = {
    "robson",
    "keeps what covers one address in every s, for s = 2, 4, 8, ...: no policy escapes",
    "J. M. Robson, JACM 18(3), 1971 and 21(3), 1974",
    POWERS,
    powers,
    play_robson};

/* ---- buddy-killer ---- */

static bool play_buddy_killer(struct player *p, size_t live, size_t largest)
{
    if (!fill(p, live, 1)) {
        return false;
    }
    for (size_t s = 2; s <= largest; s *= 2) {
        for (uint32_t i = 0; i < p->slots.bound; i++) {
            if (p->block[i].p && p->block[i].at % (ptrdiff_t)s) {
                player_free(p, i);
            }
        }
        for (size_t i = 0; i < live / (2 * s); i++) {
            if (player_alloc(p, s) == PLAYER_NONE) {
                return false;
            }
        }
    }
    return true;
}

const struct adversary adversary_buddy_killer = {
    "buddy-killer",
    "leaves one unit of every pair of buddies, level after level",
    "K. C. Knowlton, CACM 8(10), 1965; the worst case: J. M. Robson, JACM 18(3), 1971",
    POWERS,
    powers,
    play_buddy_killer};

/* ---- sweep ---- */

static bool play_sweep(struct player *p, size_t live, size_t largest)
{
    while (p->live + largest <= live) {
        long a = player_alloc(p, largest - 1);
        if (a == PLAYER_NONE || player_alloc(p, 1) == PLAYER_NONE) {
            return false;
        }
        player_free(p, a);
    }
    return fill(p, live, largest);
}

const struct adversary adversary_sweep = {
    "sweep",
    "leaves a unit after every hole of n - 1: n (M - n + 1) where no hole is used again",
    "a policy that grows only when nothing fits stays within n (M - n + 1)",
    "2 <= n <= (M + 1) / 2",
    sweepable,
    play_sweep};

/* ---- class-sweep ---- */

static bool play_class_sweep(struct player *p, size_t live, size_t largest)
{
    for (size_t s = 1; s <= largest; s *= 2) {
        if (!fill(p, live, s)) {
            return false;
        }
        for (uint32_t i = 0; i < p->slots.bound; i++) {
            if (p->block[i].p) {
                player_free(p, i);
            }
        }
    }
    return true;
}

const struct adversary adversary_class_sweep = {
    "class-sweep",
    "fills and empties the heap with one size class after another",
    "P. R. Wilson et al., IWMM 1995, section 3.6",
    POWERS,
    powers,
    play_class_sweep};

/* ---- comb ---- */

static bool play_comb(struct player *p, size_t live, size_t largest)
{
    if (!fill(p, live, 1)) {
        return false;
    }
    for (uint32_t i = 0; i < p->slots.bound; i += 2) {
        player_free(p, i);
    }
    return player_alloc(p, largest > 1 ? largest : 2) != PLAYER_NONE;
}

const struct adversary adversary_comb = {
    "comb",
    "frees every other unit and asks for more than one: each hole is looked at in vain",
    "D. E. Knuth, TAOCP vol. 1, section 2.5",
    "M even, 2 <= n <= M / 2",
    pairs,
    play_comb};

/* ---- all ---- */

const struct adversary *const adversaries[] = {&adversary_robson,
                                               &adversary_best_fit_killer,
                                               &adversary_sweep,
                                               &adversary_comb,
                                               &adversary_buddy_killer,
                                               &adversary_class_sweep,
                                               NULL};

const struct adversary *adversary_find(const char *name, struct problem *problem)
{
    enum { COUNT = sizeof adversaries / sizeof *adversaries - 1 };
    const char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        names[i] = adversaries[i]->name;
        if (!strcmp(names[i], name)) {
            return adversaries[i];
        }
    }
    words_unknown("adversary", name, names, COUNT, "see 'fitlab play --help'", problem);
    return NULL;
}

size_t adversary_region(size_t live, size_t largest, size_t granule)
{
    return (live * (largest + 2) * 2 + 64) * granule + ((size_t)16 << 20);
}

size_t robson_bound(size_t live, size_t largest)
{
    size_t log2 = 0;
    while ((size_t)2 << log2 <= largest) {
        log2++;
    }
    return live * log2 / 2 + live - largest + 1;
}
