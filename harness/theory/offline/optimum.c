#include "theory/offline/optimum.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"

struct finder {
    struct optimum *found;
    const struct packing *packing;
    uint32_t *sequence, *best_sequence;
    uint64_t *offset; /* of the packing at hand */
};

static struct attempt *begin(struct finder *f, const char *format, const char *detail)
{
    struct attempt *a = &f->found->attempt[f->found->attempts++];
    *a = (struct attempt){.seconds = seconds_now()};
    snprintf(a->name, sizeof a->name, format, detail);
    return a;
}

/* Takes the time, proves the packing at hand, and keeps it if it is the best so far. */
static bool end(struct finder *f, struct attempt *a, bool packed, struct problem *problem)
{
    a->seconds = seconds_now() - a->seconds;
    if (!packed) {
        return true;
    }
    a->height = packing_height(f->packing, f->offset, problem);
    if (!a->height) {
        return problem_prefix(problem, "the packing '%s' is wrong", a->name);
    }
    if (!f->found->best || a->height < f->found->best) {
        f->found->best = a->height;
        memcpy(f->found->offset, f->offset, f->packing->count * sizeof *f->offset);
        if (f->sequence != f->best_sequence) {
            memcpy(f->best_sequence, f->sequence, f->packing->count * sizeof *f->sequence);
        }
    }
    return true;
}

static bool try_orders(struct finder *f, struct problem *problem)
{
    for (int order = 0; order < PACKING_ORDER_COUNT; order++) {
        struct attempt *a =
            begin(f, "first-fit by %s", packing_order_name((enum packing_order)order));
        if (!packing_sequence(f->packing, (enum packing_order)order, f->sequence) ||
            !packing_first_fit(f->packing, f->sequence, f->offset)) {
            return problem_set(problem, "not enough memory to pack %zu blocks", f->packing->count);
        }
        if (!end(f, a, true, problem)) {
            return false;
        }
    }
    return true;
}

static bool try_search(struct finder *f, const struct effort *effort, struct problem *problem)
{
    if (effort->search_seconds <= 0 || f->found->best == f->found->bound) {
        return true;
    }
    struct attempt *a = begin(f, "%s", "order search");
    struct packing_search search = {.target = f->found->bound,
                                    .seed = effort->seed,
                                    .seconds = effort->search_seconds,
                                    .rounds = effort->search_rounds};
    memcpy(f->sequence, f->best_sequence, f->packing->count * sizeof *f->sequence);
    bool packed = packing_improve(f->packing, f->sequence, f->offset, &search) != 0;
    if (packed) {
        snprintf(a->note, sizeof a->note, "%" PRIu64 " moves", search.rounds_done);
    } else {
        snprintf(a->note, sizeof a->note, "too many blocks live beside each other for it");
    }
    return end(f, a, packed, problem);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Every height of a least packing is a sum of sizes, so a multiple of this. */
static uint64_t granule(const struct packing *p)
{
    uint64_t g = 0;
    for (size_t i = 0; i < p->count; i++) {
        g = common_divisor(p->block[i].size, g);
    }
    return g;
}

/* Asks for the bound itself first, since it is mostly reached; then halves what is between. */
static bool try_exact(struct finder *f, const struct effort *effort, struct problem *problem)
{
    struct optimum *o = f->found;
    if (effort->exact_seconds <= 0 || o->best == o->bound) {
        return true;
    }
    struct attempt *a = begin(f, "%s", "exact search");
    double until = seconds_now() + effort->exact_seconds;
    uint64_t step = granule(f->packing), nodes, all = 0, capacity = o->bound;
    enum packing_verdict verdict = PACKING_CANNOT;
    bool packed = false;
    while (o->bound < o->best && verdict != PACKING_UNKNOWN) {
        verdict = packing_decide(f->packing, capacity, until - seconds_now(), f->offset, &nodes);
        all += nodes;
        if (verdict == PACKING_FITS) {
            packed = true;
            double began = a->seconds;
            if (!end(f, a, true, problem)) {
                return false;
            }
            a->seconds = began;
        } else if (verdict == PACKING_CANNOT) {
            o->bound = capacity + step;
        }
        capacity = o->bound + (o->best - o->bound) / step / 2 * step;
    }
    snprintf(a->note, sizeof a->note, "%" PRIu64 " nodes%s", all,
             verdict == PACKING_UNKNOWN ? ", not finished" : "");
    a->seconds = seconds_now() - a->seconds;
    a->height = packed ? o->best : verdict == PACKING_UNKNOWN ? 0 : o->best;
    return true;
}

bool optimum_find(struct optimum *found, const struct packing *p, const struct effort *effort,
                  struct problem *problem)
{
    *found = (struct optimum){.bound = p->load};
    struct finder f = {.found = found,
                       .packing = p,
                       .sequence = malloc(p->count * sizeof *f.sequence),
                       .best_sequence = malloc(p->count * sizeof *f.best_sequence),
                       .offset = malloc(p->count * sizeof *f.offset)};
    found->offset = malloc(p->count * sizeof *found->offset);
    bool ok = f.sequence && f.best_sequence && f.offset && found->offset;
    if (!ok) {
        problem_set(problem, "not enough memory to pack %zu blocks", p->count);
    }
    ok = ok && try_orders(&f, problem) && try_search(&f, effort, problem) &&
         try_exact(&f, effort, problem);
    free(f.sequence);
    free(f.best_sequence);
    free(f.offset);
    if (!ok) {
        optimum_release(found);
    }
    return ok;
}

void optimum_release(struct optimum *o)
{
    free(o->offset);
    o->offset = NULL;
}
