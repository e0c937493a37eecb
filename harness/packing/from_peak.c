/* from_peak.c - packing from the peak of the load outwards, for recordings of any length.
 *
 * What is alive where the load peaks lies without a gap, in order of birth. From there time goes
 * forward, and each block that is born takes the lowest room; then it goes backward, and each block
 * takes the lowest room when it is met, which is at its death. Neither walk needs to know of the
 * other, since a block that is not alive at the peak lives wholly on one side of it.
 *
 * That alone packs most recordings into their load. Where it does not, large blocks find no room in
 * one piece. So there are further rounds, in which some blocks are packed before all others
 * (early.h): those of the largest area, and those that lay above the load in the round before.
 * Where there are very many blocks, a round takes long, and most blocks above the load after the
 * first round would not have to come earlier: so the first set is chosen by area, and each further
 * round adds what still lies above the load.
 *
 * A round takes O(n log n) time. All of it takes 24 bytes a block beside the packing, since the
 * number of early blocks is bounded, and 40 a hole at the moment with the most holes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "packing/deaths.h"
#include "packing/early.h"
#include "packing/free_offsets.h"

struct walk {
    const struct packing *packing;
    struct deaths death;
    struct early early;
    uint64_t *offset;
    struct free_offsets holes;
    uint32_t peak; /* section */
};

static uint32_t find_peak(const struct packing *p, const struct deaths *d)
{
    uint64_t live = 0, most = 0;
    uint32_t peak = 0;
    size_t i = 0;
    for (uint32_t s = 0; s < p->sections; s++) {
        for (uint32_t k = d->start[s]; k < d->start[s + 1]; k++) {
            live -= p->block[d->block[k]].size;
        }
        for (; i < p->count && p->block[i].lower == s; i++) {
            live += p->block[i].size;
        }
        if (live > most) {
            most = live;
            peak = s;
        }
    }
    return peak;
}

static bool at_peak(const struct walk *w, uint32_t b)
{
    return w->packing->block[b].lower <= w->peak && w->packing->block[b].upper > w->peak;
}

/* The lowest room that is free now and that no early block will need during the block's life. */
static bool place(struct walk *w, uint32_t b)
{
    const struct packing_block *block = &w->packing->block[b];
    if (early_has(&w->early, b)) {
        return free_offsets_take(&w->holes, w->offset[b], w->offset[b] + block->size);
    }
    uint64_t at = 0;
    for (uint64_t hole;; at = hole) {
        hole = free_offsets_fit(&w->holes, at, block->size);
        at = early_room(&w->early, block, hole);
        if (at == hole) {
            break;
        }
        hole = at;
    }
    w->offset[b] = at;
    return free_offsets_take(&w->holes, at, at + block->size);
}

/* Takes the space of what is alive at the peak, which is placed by the first of the two walks. */
static bool start(struct walk *w, bool placed)
{
    bool ok = free_offsets_make(&w->holes);
    for (uint32_t b = 0; ok && b < w->packing->count; b++) {
        if (at_peak(w, b) && (placed || early_has(&w->early, b))) {
            ok = free_offsets_take(&w->holes, w->offset[b],
                                   w->offset[b] + w->packing->block[b].size);
        }
    }
    for (uint32_t b = 0; ok && !placed && b < w->packing->count; b++) {
        if (at_peak(w, b) && !early_has(&w->early, b)) {
            ok = place(w, b);
        }
    }
    return ok;
}

static bool leave(struct walk *w, uint32_t b)
{
    return free_offsets_give(&w->holes, w->offset[b], w->offset[b] + w->packing->block[b].size);
}

static bool forward(struct walk *w)
{
    const struct packing *p = w->packing;
    bool ok = start(w, false);
    size_t i = 0;
    while (i < p->count && p->block[i].lower <= w->peak) {
        i++;
    }
    for (uint32_t s = w->peak + 1; ok && s < p->sections; s++) {
        for (uint32_t k = w->death.start[s]; k < w->death.start[s + 1]; k++) {
            ok &= leave(w, w->death.block[k]);
        }
        for (; i < p->count && p->block[i].lower == s; i++) {
            ok &= place(w, (uint32_t)i);
        }
    }
    free_offsets_release(&w->holes);
    return ok;
}

static bool backward(struct walk *w)
{
    const struct packing *p = w->packing;
    bool ok = start(w, true);
    size_t i = p->count;
    while (i > 0 && p->block[i - 1].lower > w->peak) {
        i--;
    }
    for (uint32_t s = w->peak; ok && s > 0; s--) {
        for (; i > 0 && p->block[i - 1].lower == s; i--) {
            ok &= leave(w, (uint32_t)i - 1);
        }
        for (uint32_t k = w->death.start[s]; k < w->death.start[s + 1]; k++) {
            ok &= place(w, w->death.block[k]);
        }
    }
    free_offsets_release(&w->holes);
    return ok;
}

/* ---- rounds ---- */

enum {
    ROUNDS_A_SET = 3,    /* then the early set begins anew, four times as large */
    MANY = 1 << 20,      /* with so many blocks the first set is never given up, */
    ADDED_SHARE = 64,    /* and no more than one block in so many is added to it */
    FIRST_SHARE = 512,   /* the first set is one block in so many, */
    LARGEST_SHARE = 8,   /* the largest one in so many, */
    MOST_EARLY = 1 << 14 /* and no more than these: they take about 400 bytes each */
};

static uint64_t height_of(const struct packing *p, const uint64_t *offset)
{
    uint64_t height = 0;
    for (size_t i = 0; i < p->count; i++) {
        uint64_t end = offset[i] + p->block[i].size;
        height = end > height ? end : height;
    }
    return height;
}

static double area(const struct packing_block *b)
{
    return (double)b->size * (b->upper - b->lower);
}

/* Makes the early set anew: all blocks of an area above the least power of two for which they are
 * at most `most`. */
static void begin_set(struct early *e, const struct packing *p, size_t most)
{
    size_t beyond[64 + 32] = {0}; /* blocks by the logarithm of their area */
    for (size_t i = 0; i < p->count; i++) {
        beyond[ilogb(area(&p->block[i]))]++;
    }
    int least = 64 + 32;
    for (size_t n = 0; least > 0 && n + beyond[least - 1] <= most; least--) {
        n += beyond[least - 1];
    }
    early_clear(e);
    for (size_t i = 0; i < p->count; i++) {
        if (ilogb(area(&p->block[i])) >= least) {
            early_add(e, (uint32_t)i);
        }
    }
}

/* Adds what lies above the load. False: that would be too many, or nothing. */
static bool enlarge_set(struct early *e, const struct packing *p, const uint64_t *offset,
                        size_t most)
{
    size_t before = e->count;
    for (size_t i = 0; i < p->count && e->count <= most; i++) {
        if (offset[i] + p->block[i].size > p->load) {
            early_add(e, (uint32_t)i);
        }
    }
    return e->count > before && e->count <= most;
}

/* Chooses the early set of a round. */
static void choose(struct walk *w, unsigned round)
{
    const struct packing *p = w->packing;
    bool many = p->count >= MANY;
    size_t most = p->count / LARGEST_SHARE < MOST_EARLY ? p->count / LARGEST_SHARE : MOST_EARLY;
    size_t added = p->count / (many ? ADDED_SHARE : LARGEST_SHARE);
    if ((many ? round > 1 : round % ROUNDS_A_SET) &&
        enlarge_set(&w->early, p, w->offset, most + added)) {
        return;
    }
    size_t size = p->count / FIRST_SHARE;
    for (unsigned r = ROUNDS_A_SET; r < round && size < most; r += ROUNDS_A_SET) {
        size *= 4;
    }
    begin_set(&w->early, p, size < most ? size : most);
}

static uint64_t run_round(struct walk *w)
{
    bool ok = early_pack(&w->early, w->packing, w->offset) && forward(w) && backward(w);
    return ok ? height_of(w->packing, w->offset) : 0;
}

static bool walk_make(struct walk *w, const struct packing *p)
{
    *w = (struct walk){.packing = p, .offset = malloc(p->count * sizeof *w->offset)};
    if (!w->offset || !early_make(&w->early, p->count) || !deaths_make(&w->death, p)) {
        return false;
    }
    w->peak = find_peak(p, &w->death);
    return true;
}

static void walk_release(struct walk *w)
{
    early_release(&w->early);
    deaths_release(&w->death);
    free(w->offset);
}

uint64_t packing_from_peak(const struct packing *p, unsigned rounds, uint64_t *offset)
{
    struct walk w;
    uint64_t best = 0;
    bool ok = walk_make(&w, p);
    for (unsigned round = 0; ok && round <= rounds && (!best || best > p->load); round++) {
        if (round) {
            choose(&w, round);
        }
        uint64_t height = run_round(&w);
        ok = height != 0;
        if (ok && (!best || height < best)) {
            best = height;
            memcpy(offset, w.offset, p->count * sizeof *offset);
        }
    }
    walk_release(&w);
    return ok ? best : 0;
}
