/* best_fit_killer.c - the pattern on which best-fit needs about M times n.
 *
 * It keeps R(n-2) (F(n-3) R(1))^k from address 0: reserved blocks R and holes F, the single
 * units of which there are k being all that stays. Holes of n - 3 are too small for what is
 * asked for next, and best-fit is led to cut the ends of larger holes off for the rest.
 */
#include <stdlib.h>

#include "theory/adversary.h"

/* Slots, from low to high address. */
struct units {
    long *slot;
    size_t count, capacity;
};

static bool units_push(struct units *u, long slot)
{
    if (u->count == u->capacity) {
        size_t more = u->capacity ? 2 * u->capacity : 64;
        long *grown = realloc(u->slot, more * sizeof *grown);
        if (!grown) {
            return false;
        }
        u->slot = grown;
        u->capacity = more;
    }
    u->slot[u->count++] = slot;
    return true;
}

/* Allocates the sizes in order; false as soon as one is refused. */
static bool take(struct player *p, const size_t *size, size_t count, long *slot)
{
    for (size_t i = 0; i < count; i++) {
        slot[i] = player_alloc(p, size[i]);
        if (slot[i] == PLAYER_NONE) {
            return false;
        }
    }
    return true;
}

/* Moves one reserved block up by one hole: the block `old` is replaced by r1, and the rest r5
 * of the last step by the new rest. */
static bool step(struct player *p, size_t n, long old, long *r5, long *r1)
{
    long ab[2], r, q[2];
    if (!take(p, (const size_t[]){n - 2, 2}, 2, ab)) {
        return false;
    }
    player_free(p, old);
    player_free(p, ab[0]);
    if (!take(p, (const size_t[]){n}, 1, &r) || !take(p, (const size_t[]){n - 5, 1}, 2, q)) {
        return false;
    }
    player_free(p, r);
    player_free(p, ab[1]);
    player_free(p, *r5);
    *r5 = q[0];
    *r1 = q[1];
    return true;
}

/* One round: the pattern gains a unit. `moved` gets the new units, high to low. */
static bool play_round(struct player *p, size_t n, long *lead, struct units *u, struct units *moved)
{
    long xy[2], r, r5, r1;
    if (!take(p, (const size_t[]){n - 2, n - 2}, 2, xy)) {
        return false;
    }
    bool lead_stays = u->count > 0;
    player_free(p, lead_stays ? u->slot[--u->count] : *lead);
    player_free(p, xy[0]);
    long rest[2];
    if (!take(p, (const size_t[]){n}, 1, &r) || !take(p, (const size_t[]){n - 5, 1}, 2, rest)) {
        return false;
    }
    r5 = rest[0];
    r1 = rest[1];
    player_free(p, r);
    player_free(p, xy[1]);
    moved->count = 0;
    for (size_t i = u->count + lead_stays; i-- > 0;) {
        size_t of = i - lead_stays; /* from the highest unit down; the lead is last */
        long old = lead_stays && i == 0 ? *lead : u->slot[of];
        if (!units_push(moved, r1) || !step(p, n, old, &r5, &r1)) {
            return false;
        }
    }
    player_free(p, r5);
    if (!units_push(moved, r1)) {
        return false;
    }
    *lead = player_alloc(p, n - 2);
    return *lead != PLAYER_NONE;
}

static bool play(struct player *p, size_t live, size_t n)
{
    struct units u = {0}, moved = {0};
    long lead = player_alloc(p, n - 2);
    bool ok = lead != PLAYER_NONE;
    while (ok && p->live + 2 * (n - 2) + (n - 3) <= live) {
        ok = play_round(p, n, &lead, &u, &moved);
        u.count = 0;
        while (ok && moved.count > 0) { /* now from low to high */
            ok = units_push(&u, moved.slot[--moved.count]);
        }
    }
    if (ok) {
        player_free(p, lead);
    }
    while (ok && p->live + n <= live) {
        ok = player_alloc(p, n) != PLAYER_NONE;
    }
    free(u.slot);
    free(moved.slot);
    return ok;
}

static bool can_play(size_t live, size_t n)
{
    return n >= 6 && live >= 4 * n;
}

const struct adversary adversary_best_fit_killer = {
    "best-fit-killer",
    "leads best-fit to spread M units over nearly M times n",
    "J. M. Robson, Computer Journal 20(3), 1977",
    "n >= 6 and M >= 4n",
    can_play,
    play};
