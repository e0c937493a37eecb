/* exact_search.c - one round of the exact search.
 *
 * If there is a packing, there is one whose offsets sum to the least. In it every block rests on
 * the ground or on another. The search places blocks from the bottom up. It takes the unplaced
 * block that could lie lowest (ties: the round's preorder) and decides: either it lies right there,
 * on the ground or on what is placed, or it is *barred* from there and lies higher. The
 * two cases share no packing, so nothing is searched twice. A barred block rests on a neighbour
 * that is still unplaced, so it lies at least as high as the lowest end among those.
 *
 * A branch ends when in some section the lowest offset of an unplaced block, plus the sizes of
 * all unplaced ones, is above the capacity. Where no unplaced block ties two stretches of time
 * together they are solved apart, and ordered anew by the loads that are left.
 *
 * What is left of a problem is a set of unplaced blocks with their lowest offsets and which of them
 * are barred. That is the key of the table of failed states; it does not depend on the preorder,
 * so what one round learns helps the next.
 *
 * Source of sections, floors, canonical order, cuts and preorders in turns: Moffitt, "MiniMalloc:
 * A Lightweight Memory Allocator for Hardware-Accelerated Machine Learning", ASPLOS 2023. Barring
 * instead of a list of candidates, the table and the restarts are ours.
 */
#include <stdlib.h>

#include "base/seconds.h"
#include "theory/offline/exact_state.h"

enum { LOOK_EVERY = 256 }; /* nodes between two looks at the clock */

struct exact_search {
    struct exact_state state;
    struct preorder *order;
    struct exact_limit limit;
    uint64_t nodes;
    uint32_t *whole;            /* all blocks, in order of birth */
    struct failed_key *pending; /* keys of the nodes being searched */
    size_t pendings, pending_room;
    struct failed_table failed;
};

/* ---- states that failed ---- */

static uint64_t mix(uint64_t x)
{
    for (int i = 0; i < 2; i++) {
        x ^= x >> 32;
        x *= UINT64_C(0xd6e8feb86659fd93);
    }
    return x ^ x >> 32;
}

static struct failed_key key_of(const struct exact_search *s, const uint32_t *block, size_t n)
{
    struct failed_key key = {n, 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t b = block[i];
        uint64_t hash = mix((uint64_t)s->state.low[b] * 2 + (s->state.barred[b] != 0) +
                            (b + 1) * UINT64_C(0x9e3779b97f4a7c15));
        key.low += hash;
        key.high += hash * (hash >> 7 | 1);
    }
    return key;
}

static void push_key(struct exact_search *s, struct failed_key key)
{
    if (s->pendings == s->pending_room) {
        size_t room = s->pending_room ? s->pending_room * 2 : 1024;
        struct failed_key *more = realloc(s->pending, room * sizeof *more);
        if (!more) {
            s->state.broke = true;
            return;
        }
        s->pending = more;
        s->pending_room = room;
    }
    s->pending[s->pendings++] = key;
}

/* Takes keys off the stack; those of nodes that failed go into the table. */
static void pop_keys(struct exact_search *s, size_t down_to, enum exact_outcome outcome)
{
    while (s->pendings > down_to) {
        s->pendings--;
        if (outcome == EXACT_FAILED && !(s->state.without & EXACT_TABLE)) {
            failed_table_add(&s->failed, s->pending[s->pendings]);
        }
    }
}

/* ---- the search ---- */

static bool must_stop(struct exact_search *s)
{
    const struct exact_limit *l = &s->limit;
    if (s->state.broke || s->nodes >= l->nodes) {
        return true;
    }
    s->nodes++;
    return s->nodes % LOOK_EVERY == 0 &&
           (atomic_load_explicit(l->settled, memory_order_relaxed) < l->round ||
            seconds_now() > l->deadline);
}

static uint32_t lowest_block(const struct exact_search *s, const uint32_t *block, size_t n)
{
    uint32_t best = block[0];
    for (size_t i = 1; i < n; i++) {
        uint32_t b = block[i];
        if (s->state.low[b] < s->state.low[best] ||
            (s->state.low[b] == s->state.low[best] && s->state.rank[b] < s->state.rank[best])) {
            best = b;
        }
    }
    return best;
}

static enum exact_outcome solve(struct exact_search *s, const uint32_t *block, size_t n);

/* Places b and solves what remains, then takes it back unless that worked. */
static enum exact_outcome solve_with(struct exact_search *s, uint32_t b, const uint32_t *block,
                                     size_t n, uint32_t *rest)
{
    size_t changes = s->state.changes;
    enum exact_outcome outcome = EXACT_FAILED;
    if (exact_state_place(&s->state, b, block, n)) {
        size_t left = 0;
        for (size_t i = 0; i < n; i++) {
            if (block[i] != b) {
                rest[left++] = block[i];
            }
        }
        outcome = solve(s, rest, left);
    }
    if (outcome != EXACT_SOLVED) {
        exact_state_undo(&s->state, changes);
    }
    return outcome;
}

/* Blocks that hang together in time. */
static enum exact_outcome solve_piece(struct exact_search *s, const uint32_t *block, size_t n)
{
    size_t changes = s->state.changes, keys = s->pendings;
    enum exact_outcome outcome = EXACT_FAILED;
    uint32_t *rest = malloc(n * sizeof *rest);
    for (bool open = true; open && outcome == EXACT_FAILED;) {
        if (!rest || must_stop(s)) {
            outcome = EXACT_STOPPED;
            break;
        }
        struct failed_key key = key_of(s, block, n);
        if (!(s->state.without & EXACT_TABLE) && failed_table_has(&s->failed, key)) {
            break;
        }
        push_key(s, key);
        uint32_t b = lowest_block(s, block, n);
        outcome = solve_with(s, b, block, n, rest);
        open = outcome == EXACT_FAILED && exact_state_bar(&s->state, b, block, n);
    }
    if (outcome != EXACT_SOLVED) {
        exact_state_undo(&s->state, changes);
    }
    pop_keys(s, keys, outcome);
    free(rest);
    return outcome;
}

static void rank_blocks(struct exact_search *s, const uint32_t *block, size_t n)
{
    preorder_sort(s->order, s->state.x, s->state.load, block, n);
    for (size_t i = 0; i < n; i++) {
        exact_state_set(&s->state, &s->state.rank[s->order->scratch[i].block], (int64_t)i);
    }
}

/* How many of the blocks, which are in order of birth, hang together with the first. */
static size_t piece_length(const struct exact_search *s, const uint32_t *block, size_t n)
{
    if (s->state.without & EXACT_CUTS) {
        return n;
    }
    size_t length = 1;
    for (uint32_t end = s->state.x->upper[block[0]]; length < n; length++) {
        if (s->state.x->lower[block[length]] >= end) {
            break;
        }
        uint32_t upper = s->state.x->upper[block[length]];
        end = upper > end ? upper : end;
    }
    return length;
}

/* Solves the pieces one by one, those of few blocks first, since they fail fast. */
static enum exact_outcome solve(struct exact_search *s, const uint32_t *block, size_t n)
{
    enum exact_outcome outcome = EXACT_SOLVED;
    size_t first = n ? piece_length(s, block, n) : 0;
    bool whole = n == s->state.x->count;
    if (first == n && !whole) {
        return n ? solve_piece(s, block, n) : EXACT_SOLVED;
    }
    for (size_t from = 0; from < n;) {
        size_t length = piece_length(s, block + from, n - from);
        if (whole || !(s->state.without & EXACT_RERANK)) {
            rank_blocks(s, block + from, length);
        }
        from += length;
    }
    for (size_t longest = 0, next; outcome == EXACT_SOLVED && longest < n; longest = next) {
        next = n; /* the shortest length above `longest` */
        for (size_t from = 0, length; from < n; from += length) {
            length = piece_length(s, block + from, n - from);
            next = length > longest && length < next ? length : next;
        }
        for (size_t from = 0, length; outcome == EXACT_SOLVED && from < n; from += length) {
            length = piece_length(s, block + from, n - from);
            if (length == next) {
                outcome = solve_piece(s, block + from, length);
            }
        }
    }
    return outcome;
}

enum exact_outcome exact_search_round(struct exact_search *s, struct preorder *order,
                                      const struct exact_limit *limit, uint64_t *nodes)
{
    s->order = order;
    s->limit = *limit;
    s->nodes = s->pendings = 0;
    exact_state_begin(&s->state);
    enum exact_outcome outcome = solve(s, s->whole, s->state.x->count);
    *nodes = s->nodes;
    return s->state.broke ? EXACT_STOPPED : outcome;
}

uint64_t exact_search_offset(const struct exact_search *s, size_t block)
{
    return (uint64_t)s->state.offset[block] * s->state.x->granule;
}

struct exact_search *exact_search_open(const struct exact_problem *x, unsigned without)
{
    struct exact_search *s = calloc(1, sizeof *s);
    uint32_t *whole = malloc(x->count * sizeof *whole);
    if (!s || !whole || !exact_state_make(&s->state, x) || !failed_table_make(&s->failed)) {
        free(whole);
        exact_search_close(s);
        return NULL;
    }
    for (size_t b = 0; b < x->count; b++) {
        whole[b] = (uint32_t)b;
    }
    s->whole = whole;
    s->state.without = without;
    return s;
}

double *exact_search_blame(struct exact_search *s)
{
    return s->state.blame;
}

void exact_search_close(struct exact_search *s)
{
    if (s) {
        exact_state_release(&s->state);
        failed_table_release(&s->failed);
        free(s->whole);
        free(s->pending);
        free(s);
    }
}
