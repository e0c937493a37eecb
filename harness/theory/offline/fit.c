#include "theory/offline/fit.h"

#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"

enum {
    PEAK_ROUNDS = 4,      /* of packing from the peak */
    ORDERS_MOST = 1 << 18 /* blocks: with more, the plain orders take too long */
};

/* Keeps the packing if it is correct and the lowest so far. False: it is not correct. */
static bool keep(struct fit *f, const struct packing *p, const uint64_t *offset,
                 struct problem *problem)
{
    uint64_t height = packing_height(p, offset, problem);
    if (height && (!f->height || height < f->height)) {
        f->height = height;
        memcpy(f->offset, offset, p->count * sizeof *offset);
    }
    return height != 0;
}

static bool try_peak(struct fit *f, const struct packing *p, uint64_t capacity, uint64_t *offset,
                     struct problem *problem)
{
    if (!packing_from_peak(p, PEAK_ROUNDS, offset)) {
        return problem_set(problem, "not enough memory to pack %zu blocks", p->count);
    }
    if (!keep(f, p, offset, problem)) {
        return false;
    }
    if (f->height <= capacity) {
        f->verdict = PACKING_FITS;
        f->proof = FIT_PLAIN;
    }
    return true;
}

static bool try_orders(struct fit *f, const struct packing *p, uint64_t capacity, uint64_t *offset,
                       struct problem *problem)
{
    uint32_t *sequence = malloc(p->count * sizeof *sequence);
    bool ok = sequence != NULL;
    for (int order = 0; ok && p->count <= ORDERS_MOST && order < PACKING_ORDER_COUNT; order++) {
        ok = packing_sequence(p, (enum packing_order)order, sequence) &&
             packing_first_fit(p, sequence, offset);
        if (ok && !keep(f, p, offset, problem)) {
            free(sequence);
            return false;
        }
        if (ok && f->height <= capacity) {
            f->verdict = PACKING_FITS;
            f->proof = FIT_PLAIN;
            break;
        }
    }
    free(sequence);
    return ok || problem_set(problem, "not enough memory to pack %zu blocks", p->count);
}

static bool try_search(struct fit *f, const struct packing *p, uint64_t capacity,
                       struct packing_decision *how, uint64_t *offset, struct problem *problem)
{
    f->verdict = packing_decide(p, capacity, how, offset);
    f->proof = f->verdict == PACKING_UNKNOWN ? FIT_NONE : FIT_SEARCH;
    if (f->verdict != PACKING_FITS) {
        return true;
    }
    if (!keep(f, p, offset, problem)) {
        return false;
    }
    return f->height <= capacity ||
           problem_set(problem, "the packing of the exact search is higher than the capacity");
}

static bool settle(struct fit *f, const struct packing *p, uint64_t capacity,
                   struct packing_decision *how, struct problem *problem)
{
    if (p->load > capacity) {
        f->verdict = PACKING_CANNOT;
        f->proof = FIT_LOAD;
        return true;
    }
    uint64_t *offset = malloc(p->count * sizeof *offset);
    f->offset = malloc(p->count * sizeof *f->offset);
    if (!offset || !f->offset) {
        free(offset);
        return problem_set(problem, "not enough memory to pack %zu blocks", p->count);
    }
    bool ok = try_peak(f, p, capacity, offset, problem) &&
              (f->proof == FIT_PLAIN || try_orders(f, p, capacity, offset, problem)) &&
              (f->proof == FIT_PLAIN || try_search(f, p, capacity, how, offset, problem));
    free(offset);
    return ok;
}

bool fit_find(struct fit *f, const struct packing *p, uint64_t capacity,
              struct packing_decision *how, struct problem *problem)
{
    *f = (struct fit){.verdict = PACKING_UNKNOWN};
    double start = seconds_now();
    how->nodes = how->rounds = 0;
    bool ok = settle(f, p, capacity, how, problem);
    f->seconds = seconds_now() - start;
    if (!ok) {
        fit_release(f);
    }
    return ok;
}

void fit_release(struct fit *f)
{
    free(f->offset);
    f->offset = NULL;
}
