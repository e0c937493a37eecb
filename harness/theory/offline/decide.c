/* decide.c - does some packing stay below a capacity? An exact search.
 *
 * If there is a packing, there is one whose offsets sum to the least. In it every block rests on
 * the ground or on another, so placing blocks by ascending offset puts each at its `lowest`:
 * the highest end among its neighbours placed so far. Hence a search over which block comes
 * next, cut by:
 *   order       offsets ascend; at equal offsets, ranks do
 *   dominance   a block is no candidate if another would fit whole below its offset, for that
 *               one could sink there later, and the sum would not be the least
 *   pressure    in each section, what is placed plus what is to come stays below the capacity,
 *               what is to come lying no lower than the offset just used
 *   cuts        blocks that no unplaced block ties together in time are solved apart
 * Several ranks are tried in turns with growing numbers of nodes, since no one of them is good on
 * all problems.
 *
 * Source of the ideas: Moffitt, "MiniMalloc: A Lightweight Memory Allocator for
 * Hardware-Accelerated Machine Learning", ASPLOS 2023.
 */
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"
#include "theory/offline/neighbours.h"

enum { RANKS = 4, FIRST_BUDGET = 2000 };

enum outcome { SOLVED, FAILED, STOPPED };

/* What a placement changed, to be taken back. */
struct change {
    uint64_t *where, before;
};

struct search {
    const struct packing *packing;
    struct neighbours beside;
    uint64_t capacity;
    uint64_t *lowest;   /* of an unplaced block; of a placed one, its offset */
    uint64_t *floor;    /* of a section: the highest end in it */
    uint64_t *pressure; /* of a section: bytes of its unplaced blocks */
    bool *placed;
    uint32_t *rank;
    struct change *trail;
    size_t changes, trail_room;
    uint32_t *placing; /* the placed blocks, in order */
    size_t depth;
    uint64_t nodes, budget;
    double deadline;
};

/* The unplaced blocks of one sub-problem, in order of birth, and what precedes them. */
struct part {
    uint32_t *block;
    size_t count;
    uint64_t last;      /* no offset may be lower */
    uint64_t last_rank; /* at that very offset, no rank may be lower */
};

static bool set(struct search *s, uint64_t *where, uint64_t value)
{
    if (s->changes == s->trail_room) {
        size_t room = s->trail_room ? s->trail_room * 2 : 4096;
        struct change *more = realloc(s->trail, room * sizeof *more);
        if (!more) {
            return false;
        }
        s->trail = more;
        s->trail_room = room;
    }
    s->trail[s->changes++] = (struct change){where, *where};
    *where = value;
    return true;
}

static void undo(struct search *s, size_t changes, size_t depth)
{
    while (s->changes > changes) {
        s->changes--;
        *s->trail[s->changes].where = s->trail[s->changes].before;
    }
    while (s->depth > depth) {
        s->placed[s->placing[--s->depth]] = false;
    }
}

/* Puts block b at its lowest offset. False if that leaves some section or neighbour no room. */
static bool place(struct search *s, uint32_t b)
{
    const struct packing_block *block = &s->packing->block[b];
    uint64_t end = s->lowest[b] + block->size;
    s->placed[b] = true;
    s->placing[s->depth++] = b;
    for (uint32_t i = block->lower; i < block->upper; i++) {
        uint64_t left = s->pressure[i] - block->size;
        if (end + left > s->capacity || !set(s, &s->floor[i], end) ||
            !set(s, &s->pressure[i], left)) {
            return false;
        }
    }
    for (size_t i = s->beside.start[b]; i < s->beside.start[b + 1]; i++) {
        uint32_t other = s->beside.list[i];
        if (!s->placed[other] && s->lowest[other] < end &&
            (end + s->packing->block[other].size > s->capacity ||
             !set(s, &s->lowest[other], end))) {
            return false;
        }
    }
    return true;
}

/* The highest offset at which anything of a connected part may still begin. */
static uint64_t highest_start(const struct search *s, const struct part *part)
{
    uint32_t end = 0;
    for (size_t i = 0; i < part->count; i++) {
        uint32_t upper = s->packing->block[part->block[i]].upper;
        end = upper > end ? upper : end;
    }
    uint64_t most = 0;
    for (uint32_t k = s->packing->block[part->block[0]].lower; k < end; k++) {
        most = s->pressure[k] > most ? s->pressure[k] : most;
    }
    return s->capacity - most;
}

/* The lowest end that any block of the part could have now. */
static uint64_t lowest_end(const struct search *s, const struct part *part)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < part->count; i++) {
        uint64_t end = s->lowest[part->block[i]] + s->packing->block[part->block[i]].size;
        least = end < least ? end : least;
    }
    return least;
}

/* The next candidate after (offset, rank), by offset and then rank; count if there is none. */
static size_t next_candidate(const struct search *s, const struct part *part, uint64_t offset,
                             uint64_t rank, uint64_t below)
{
    size_t best = part->count;
    for (size_t i = 0; i < part->count; i++) {
        uint32_t b = part->block[i];
        uint64_t at = s->lowest[b];
        if (at >= below || at < offset || (at == offset && s->rank[b] < rank)) {
            continue;
        }
        if (best == part->count || at < s->lowest[part->block[best]] ||
            (at == s->lowest[part->block[best]] && s->rank[b] < s->rank[part->block[best]])) {
            best = i;
        }
    }
    return best;
}

static enum outcome solve(struct search *s, const struct part *part);

/* A part that hangs together: tries its candidates one after the other. */
static enum outcome solve_connected(struct search *s, const struct part *part)
{
    if (++s->nodes > s->budget || (s->nodes % 1024 == 0 && seconds_now() > s->deadline)) {
        return STOPPED;
    }
    uint64_t most = highest_start(s, part), below = lowest_end(s, part);
    below = below <= most ? below : most + 1;
    struct part rest = {.block = malloc(part->count * sizeof *rest.block),
                        .count = part->count - 1};
    if (!rest.block) {
        return STOPPED;
    }
    enum outcome outcome = FAILED;
    size_t changes = s->changes, depth = s->depth;
    uint64_t offset = part->last, rank = part->last_rank;
    for (size_t i;
         outcome == FAILED && (i = next_candidate(s, part, offset, rank, below)) < part->count;) {
        uint32_t b = part->block[i];
        offset = s->lowest[b];
        rank = s->rank[b] + (uint64_t)1;
        if (place(s, b)) {
            memcpy(rest.block, part->block, i * sizeof b);
            memcpy(rest.block + i, part->block + i + 1, (rest.count - i) * sizeof b);
            rest.last = offset;
            rest.last_rank = rank;
            outcome = solve(s, &rest);
        }
        if (outcome != SOLVED) {
            undo(s, changes, depth);
        }
    }
    free(rest.block);
    return outcome;
}

/* Cuts a part where no block of it lives on both sides, and solves the pieces one by one. */
static enum outcome solve(struct search *s, const struct part *part)
{
    enum outcome outcome = SOLVED;
    for (size_t from = 0, to; outcome == SOLVED && from < part->count; from = to) {
        uint32_t end = s->packing->block[part->block[from]].upper;
        for (to = from + 1; to < part->count; to++) {
            const struct packing_block *b = &s->packing->block[part->block[to]];
            if (b->lower >= end) {
                break;
            }
            end = b->upper > end ? b->upper : end;
        }
        struct part piece = *part;
        piece.block = part->block + from;
        piece.count = to - from;
        outcome = solve_connected(s, &piece);
    }
    return outcome;
}

/* ---- ranks ---- */

struct ranking {
    double key[2]; /* the highest comes first */
    uint32_t block;
};

static int by_keys(const void *a, const void *b)
{
    const struct ranking *x = a, *y = b;
    for (int i = 0; i < 2; i++) {
        if (x->key[i] != y->key[i]) {
            return x->key[i] > y->key[i] ? -1 : 1;
        }
    }
    return x->block < y->block ? -1 : x->block > y->block;
}

static void rank_blocks(struct search *s, int which, struct ranking *r)
{
    const struct packing *p = s->packing;
    for (size_t i = 0; i < p->count; i++) {
        const struct packing_block *b = &p->block[i];
        double life = (double)(b->upper - b->lower), size = (double)b->size, pressure = 0;
        for (uint32_t k = b->lower; k < b->upper; k++) {
            pressure = (double)s->pressure[k] > pressure ? (double)s->pressure[k] : pressure;
        }
        const double keys[RANKS][2] = {
            {pressure, size * life}, {life, size * life}, {size * life, pressure}, {size, life}};
        r[i] = (struct ranking){{keys[which][0], keys[which][1]}, (uint32_t)i};
    }
    qsort(r, p->count, sizeof *r, by_keys);
    for (size_t i = 0; i < p->count; i++) {
        s->rank[r[i].block] = (uint32_t)i;
    }
}

/* ---- the whole ---- */

static bool prepare(struct search *s)
{
    const struct packing *p = s->packing;
    s->lowest = calloc(p->count, sizeof *s->lowest);
    s->floor = calloc(p->sections, sizeof *s->floor);
    s->pressure = calloc(p->sections, sizeof *s->pressure);
    s->placed = calloc(p->count, sizeof *s->placed);
    s->rank = calloc(p->count, sizeof *s->rank);
    s->placing = calloc(p->count, sizeof *s->placing);
    if (!s->lowest || !s->floor || !s->pressure || !s->placed || !s->rank || !s->placing) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        for (uint32_t k = p->block[i].lower; k < p->block[i].upper; k++) {
            s->pressure[k] += p->block[i].size;
        }
    }
    return neighbours_make(&s->beside, p);
}

static void release(struct search *s)
{
    neighbours_release(&s->beside);
    free(s->lowest);
    free(s->floor);
    free(s->pressure);
    free(s->placed);
    free(s->rank);
    free(s->placing);
    free(s->trail);
}

static enum outcome in_turns(struct search *s, struct ranking *ranking, uint32_t *all)
{
    struct part whole = {.block = all, .count = s->packing->count};
    for (size_t i = 0; i < whole.count; i++) {
        all[i] = (uint32_t)i;
    }
    enum outcome outcome = STOPPED;
    for (uint64_t budget = FIRST_BUDGET; outcome == STOPPED && seconds_now() < s->deadline;
         budget *= 2) {
        for (int which = 0; which < RANKS && outcome == STOPPED && seconds_now() < s->deadline;
             which++) {
            rank_blocks(s, which, ranking);
            s->budget = s->nodes + budget;
            outcome = solve(s, &whole);
            if (outcome != SOLVED) {
                undo(s, 0, 0);
            }
        }
    }
    return outcome;
}

enum packing_verdict packing_decide(const struct packing *p, uint64_t capacity, double seconds,
                                    uint64_t *offset, uint64_t *nodes)
{
    *nodes = 0;
    if (capacity < p->load) {
        return PACKING_CANNOT;
    }
    struct search s = {.packing = p, .capacity = capacity, .deadline = seconds_now() + seconds};
    struct ranking *ranking = malloc(p->count * sizeof *ranking);
    uint32_t *all = malloc(p->count * sizeof *all);
    enum outcome outcome = STOPPED;
    if (prepare(&s) && ranking && all) {
        outcome = in_turns(&s, ranking, all);
    }
    for (size_t i = 0; outcome == SOLVED && i < p->count; i++) {
        offset[i] = s.lowest[i];
    }
    *nodes = s.nodes;
    free(ranking);
    free(all);
    release(&s);
    return outcome == SOLVED ? PACKING_FITS : outcome == FAILED ? PACKING_CANNOT : PACKING_UNKNOWN;
}
