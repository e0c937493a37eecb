/* exp_offline.c - what a manager wins that may move blocks, or that knows the future. */
#include <math.h>
#include <stdlib.h>

#include "packing/deaths.h"
#include "packing/free_offsets.h"
#include "spec/workload_spec.h"
#include "theory/draw.h"
#include "theory/experiment.h"

static bool read_blocks(struct packing *p, const char *workload, struct problem *problem)
{
    struct workload_spec spec;
    struct workload *w =
        workload_spec_parse(workload, &spec, problem) ? workload_spec_open(&spec, problem) : NULL;
    bool ok = w && packing_from_workload(p, w, 16, problem);
    workload_close(w);
    return ok;
}

/* ---- partial compaction ---- */

enum placement { BUMP, FIRST_FIT };

/* A manager in a heap of fixed size, which moves all live blocks down when a request fails. */
struct mover {
    const struct packing *packing;
    struct deaths death;
    struct free_offsets room;
    uint64_t *offset;
    bool *live;
    enum placement how;
    uint64_t heap, top; /* bytes; top: where the next block of BUMP goes */
    uint64_t allocated, moved;
    double worst; /* the largest share that was moved of what had been allocated by then */
};

static bool mover_make(struct mover *m, const struct packing *p)
{
    *m = (struct mover){.packing = p,
                        .offset = malloc(p->count * sizeof *m->offset),
                        .live = malloc(p->count * sizeof *m->live)};
    return m->offset && m->live && deaths_make(&m->death, p);
}

static void mover_release(struct mover *m)
{
    free_offsets_release(&m->room);
    deaths_release(&m->death);
    free(m->offset);
    free(m->live);
}

/* Slides all that is live down, in order of birth. Blocks that stay do not count as moved. */
static bool compact(struct mover *m)
{
    uint64_t top = 0;
    free_offsets_release(&m->room);
    bool ok = free_offsets_make(&m->room);
    for (size_t b = 0; ok && b < m->packing->count; b++) {
        if (m->live[b]) {
            uint64_t size = m->packing->block[b].size;
            m->moved += m->offset[b] == top ? 0 : size;
            m->offset[b] = top;
            top += size;
        }
    }
    m->top = top;
    double share = (double)m->moved / (double)m->allocated;
    m->worst = share > m->worst ? share : m->worst;
    return ok && (top == 0 || free_offsets_take(&m->room, 0, top));
}

static uint64_t find(const struct mover *m, uint64_t size)
{
    return m->how == BUMP ? m->top : free_offsets_fit(&m->room, 0, size);
}

static bool bear(struct mover *m, size_t b)
{
    uint64_t size = m->packing->block[b].size, at = find(m, size);
    bool ok = true;
    if (at + size > m->heap) {
        ok = compact(m);
        at = find(m, size);
    }
    m->allocated += size;
    m->offset[b] = at;
    m->live[b] = true;
    m->top = at + size;
    return ok && at + size <= m->heap &&
           (m->how == BUMP || free_offsets_take(&m->room, at, at + size));
}

static bool die(struct mover *m, size_t b)
{
    m->live[b] = false;
    return m->how == BUMP ||
           free_offsets_give(&m->room, m->offset[b], m->offset[b] + m->packing->block[b].size);
}

/* Runs all blocks through a heap of so many bytes. False: not enough memory. */
static bool run_mover(struct mover *m, enum placement how, uint64_t heap)
{
    const struct packing *p = m->packing;
    free_offsets_release(&m->room);
    bool ok = free_offsets_make(&m->room);
    m->how = how;
    m->heap = heap;
    m->top = m->allocated = m->moved = 0;
    m->worst = 0;
    for (size_t b = 0; b < p->count; b++) {
        m->live[b] = false;
    }
    size_t next = 0;
    for (uint32_t s = 0; ok && s < p->sections; s++) {
        for (uint32_t k = m->death.start[s]; ok && k < m->death.start[s + 1]; k++) {
            ok = die(m, m->death.block[k]);
        }
        for (; ok && next < p->count && p->block[next].lower == s; next++) {
            ok = bear(m, next);
        }
    }
    return ok;
}

/* The theorem: with a heap of c + 1 times the live bytes, a cursor and compaction when it reaches
 * the end move at most one byte for c that were allocated. */
static bool judge_cursor(struct experiment_run *run, struct mover *m, const char *workload)
{
    static const unsigned c[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        if (!run_mover(m, BUMP, (c[i] + 1) * m->packing->load)) {
            return false;
        }
        expect_at_most(run, 100. / c[i], 100 * m->worst,
                       "%s; cursor in a heap of %u x live; moved, %% of allocated", workload,
                       c[i] + 1);
    }
    return true;
}

/* What first-fit has to move to stay within a little more than what is live. With a tenth more it
 * hardly ever moves anything. */
static bool judge_first_fit(struct experiment_run *run, struct mover *m, const char *workload)
{
    static const double more_pct[] = {0, .5, 1, 2, 5, 10};
    for (size_t i = 0; i < sizeof more_pct / sizeof *more_pct; i++) {
        static const char what[] = "%s; first-fit in live + %g %%; moved, %% of allocated";
        uint64_t heap = (uint64_t)((double)m->packing->load * (1 + more_pct[i] / 100));
        if (!run_mover(m, FIRST_FIT, heap)) {
            return false;
        }
        double moved = 100 * (double)m->moved / (double)m->allocated;
        if (more_pct[i] < 10) {
            just_show(run, moved, what, workload, more_pct[i]);
        } else {
            expect_at_most(run, 1, moved, what, workload, more_pct[i]);
        }
    }
    return true;
}

/* Who knows the future needs no more than what is live, and moves nothing. */
static bool judge_offline(struct experiment_run *run, struct mover *m, const char *workload)
{
    enum { ROUNDS = 15 };
    uint64_t load = m->packing->load, height = packing_from_peak(m->packing, ROUNDS, m->offset);
    expect_at_most(run, .6, 100 * ((double)height / (double)load - 1),
                   "%s; offline, nothing moved; height over live, %%", workload);
    return height != 0;
}

static bool run_compaction(struct experiment_run *run, struct problem *problem)
{
    static const char *const workloads[] = {"gm", "bc", "cc1"};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof workloads / sizeof *workloads; i++) {
        struct packing p;
        struct mover m = {0};
        if (!read_blocks(&p, workloads[i], problem)) {
            return false;
        }
        ok = (mover_make(&m, &p) && judge_cursor(run, &m, workloads[i]) &&
              judge_first_fit(run, &m, workloads[i]) && judge_offline(run, &m, workloads[i])) ||
             problem_set(problem, "%s: not enough memory to move its blocks", workloads[i]);
        mover_release(&m);
        packing_release(&p);
    }
    return ok;
}

const struct experiment experiment_compaction = {
    .name = "compaction",
    .summary = "who may move a c-th of what is allocated needs at most c + 1 times what is live",
    .source = "A. Bendersky and E. Petrank, POPL 2011; N. Cohen and E. Petrank, PLDI 2013",
    .run = run_compaction,
};

/* ---- small blocks ---- */

enum { BLOCKS = 4000, LIVE = 1 << 16 };

/* Blocks of 1 to `largest` units, of which about LIVE units are alive at once. */
static bool draw_blocks(struct packing *p, uint32_t largest, unsigned long seed)
{
    gsl_rng *random = draw_open(seed);
    p->block = malloc(BLOCKS * sizeof *p->block);
    uint64_t *load = calloc(BLOCKS, sizeof *load);
    bool ok = random && p->block && load;
    double mean_life = LIVE / (.5 * (largest + 1));
    for (uint32_t i = 0; ok && i < BLOCKS; i++) {
        uint64_t life = 1 + gsl_rng_uniform_int(random, (unsigned long)(2 * mean_life));
        uint64_t upper = i + life < BLOCKS ? i + life : BLOCKS;
        p->block[i] = (struct packing_block){
            .size = draw_size(random, LAW_UNIFORM, .5 * (largest + 1), largest),
            .lower = i,
            .upper = (uint32_t)upper,
            .id = i};
        for (uint32_t s = i; s < upper; s++) {
            load[s] += p->block[i].size;
            p->load = load[s] > p->load ? load[s] : p->load;
        }
    }
    free(load);
    gsl_rng_free(random);
    return ok;
}

static bool run_buchsbaum(struct experiment_run *run, struct problem *problem)
{
    enum { ROUNDS = 15 };
    for (int i = 0; i < 4; i++) {
        uint32_t largest = (uint32_t)LIVE >> (3 + 2 * i);
        struct packing p = {.count = BLOCKS, .sections = BLOCKS, .align = 1};
        uint64_t *offset = malloc(BLOCKS * sizeof *offset);
        uint64_t height = offset && draw_blocks(&p, largest, (unsigned long)i + 1)
                              ? packing_from_peak(&p, ROUNDS, offset)
                              : 0;
        bool sound = height && packing_height(&p, offset, problem) == height;
        double share = (double)largest / (double)p.load;
        double over_pct = 100 * ((double)height / (double)p.load - 1);
        packing_release(&p);
        free(offset);
        if (!sound) {
            return height ? false : problem_set(problem, "not enough memory to pack blocks");
        }
        expect_at_most(run, 100 * pow(share, 1. / 7), over_pct,
                       "largest block 1/%.0f of the load; height over load, %%", 1 / share);
    }
    return true;
}

const struct experiment experiment_buchsbaum = {
    .name = "buchsbaum",
    .summary = "a packing exceeds its load by less, the smaller its largest block: (h/L)^(1/7) L",
    .source = "A. L. Buchsbaum et al., SIAM J. Computing 33(3), 2004",
    .run = run_buchsbaum,
};
