#include "theory/offline/optimum.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/seconds.h"
#include "theory/offline/packing_search.h"

enum {
    ORDERS_MOST = 1 << 18, /* blocks: with more, packing from the peak is the only way */
    PEAK_ROUNDS = 15,      /* of it, for so many blocks */
    LARGE_PEAK_ROUNDS = 4, /* for more */
};

struct finder {
    struct optimum *found;
    const struct packing *packing;
    uint32_t *sequence, *best_sequence; /* NULL with more than ORDERS_MOST blocks */
    uint64_t *offset;                   /* of the packing at hand; then the only one, found's */
    bool by_pages;
};

static struct attempt *begin(struct finder *f, const char *format, const char *detail)
{
    struct attempt *a = &f->found->attempt[f->found->attempts++];
    *a = (struct attempt){.seconds = seconds_now()};
    snprintf(a->name, sizeof a->name, format, detail);
    return a;
}

/* Fewer pages on the mean over time, then at the peak. */
static bool fewer_pages(const struct packing_pages *a, const struct packing_pages *b)
{
    return a->mean != b->mean ? a->mean < b->mean : a->peak < b->peak;
}

/* Is the packing at hand the one to choose? Called before its height becomes the best. */
static bool better(const struct finder *f, const struct attempt *a)
{
    const struct optimum *o = f->found;
    return !o->best || (f->by_pages ? fewer_pages(&a->pages, &o->pages) : a->height < o->best);
}

/* Takes the time, proves the packing at hand, and keeps it if it is the best so far. */
static bool end(struct finder *f, struct attempt *a, bool packed, struct problem *problem)
{
    struct optimum *o = f->found;
    a->seconds = seconds_now() - a->seconds;
    if (!packed) {
        return true;
    }
    a->height = packing_height(f->packing, f->offset, problem);
    if (!a->height) {
        return problem_prefix(problem, "the packing '%s' is wrong", a->name);
    }
    if (!packing_pages_count(f->packing, f->offset, &a->pages)) {
        return problem_set(problem, "not enough memory to count the pages of a packing");
    }
    if (better(f, a)) {
        o->pages = a->pages;
    }
    if (better(f, a) && f->offset != o->offset) {
        memcpy(o->offset, f->offset, f->packing->count * sizeof *f->offset);
    }
    if (!o->best || a->height < o->best) {
        o->best = a->height;
        if (f->sequence != f->best_sequence) {
            memcpy(f->best_sequence, f->sequence, f->packing->count * sizeof *f->sequence);
        }
    }
    return true;
}

static bool try_peak(struct finder *f, struct problem *problem)
{
    struct attempt *a = begin(f, "%s", "from the peak");
    const struct packing *p = f->packing;
    unsigned rounds = f->sequence ? PEAK_ROUNDS : LARGE_PEAK_ROUNDS;
    if (!packing_from_peak(p, rounds, f->offset) ||
        (f->sequence && !packing_sequence_of(p, f->offset, f->sequence))) {
        return problem_set(problem, "not enough memory to pack %zu blocks", p->count);
    }
    return end(f, a, true, problem);
}

/* Which order is the lowest matters no more once a packing is as low as the load, but their pages
 * may. */
static bool try_orders(struct finder *f, struct problem *problem)
{
    if (!f->sequence || (f->found->best == f->found->bound && !f->by_pages)) {
        return true;
    }
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
    if (effort->search_seconds <= 0 || !f->sequence || f->found->best == f->found->bound) {
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

/* The state of the search for the optimum: bound <= optimum <= best. */
struct exact_hunt {
    struct finder *finder;
    struct attempt *attempt;
    double until, slice; /* each question may take so many seconds */
    uint64_t nodes;
    bool packed;
};

/* Asks whether one capacity is enough, and moves the bound or the best. */
static bool ask(struct exact_hunt *h, uint64_t capacity, enum packing_verdict *verdict,
                struct problem *problem)
{
    struct finder *f = h->finder;
    struct optimum *o = f->found;
    double left = h->until - seconds_now();
    struct packing_decision how = {.seconds = left < h->slice ? left : h->slice};
    *verdict = packing_decide(f->packing, capacity, &how, f->offset);
    h->nodes += how.nodes;
    if (*verdict == PACKING_CANNOT) {
        o->bound = capacity + packing_granule(f->packing);
    }
    if (*verdict != PACKING_FITS) {
        return true;
    }
    h->packed = true;
    double began = h->attempt->seconds;
    bool ok = end(f, h->attempt, true, problem);
    h->attempt->seconds = began;
    return ok;
}

/* Asks for the bound itself first, since it is mostly reached; then halves what is between it and
 * the best. A capacity that is not settled within the slice counts as too low for now; when
 * nothing else is left to ask, the slice grows fourfold. */
static bool hunt(struct exact_hunt *h, struct problem *problem)
{
    struct optimum *o = h->finder->found;
    uint64_t step = packing_granule(h->finder->packing), low = o->bound, capacity = o->bound;
    while (o->bound < o->best && seconds_now() < h->until) {
        enum packing_verdict verdict;
        if (!ask(h, capacity, &verdict, problem)) {
            return false;
        }
        low = verdict == PACKING_UNKNOWN ? capacity + step : low;
        low = low < o->bound ? o->bound : low;
        if (low >= o->best) {
            low = o->bound;
            h->slice *= 4;
            capacity = o->bound;
        } else {
            capacity = low + (o->best - low) / step / 2 * step;
        }
    }
    return true;
}

static bool try_exact(struct finder *f, const struct effort *effort, struct problem *problem)
{
    struct optimum *o = f->found;
    if (effort->exact_seconds <= 0 || o->best == o->bound) {
        return true;
    }
    struct attempt *a = begin(f, "%s", "exact search");
    struct exact_hunt h = {.finder = f,
                           .attempt = a,
                           .until = seconds_now() + effort->exact_seconds,
                           .slice = effort->exact_seconds / 16};
    if (!hunt(&h, problem)) {
        return false;
    }
    bool settled = o->bound == o->best;
    snprintf(a->note, sizeof a->note, "%" PRIu64 " nodes%s", h.nodes,
             settled ? "" : ", not finished");
    a->seconds = seconds_now() - a->seconds;
    a->height = h.packed || settled ? o->best : 0;
    return true;
}

static bool finder_make(struct finder *f)
{
    size_t n = f->packing->count;
    f->offset = f->found->offset = malloc(n * sizeof *f->offset);
    if (n > ORDERS_MOST) {
        return f->offset != NULL;
    }
    f->sequence = malloc(n * sizeof *f->sequence);
    f->best_sequence = malloc(n * sizeof *f->best_sequence);
    f->offset = malloc(n * sizeof *f->offset);
    return f->sequence && f->best_sequence && f->offset && f->found->offset;
}

static void finder_release(struct finder *f)
{
    free(f->sequence);
    free(f->best_sequence);
    if (f->offset != f->found->offset) {
        free(f->offset);
    }
}

bool optimum_find(struct optimum *found, const struct packing *p, const struct effort *effort,
                  struct problem *problem)
{
    *found = (struct optimum){.bound = p->load};
    struct finder f = {.found = found, .packing = p, .by_pages = effort->pages};
    bool ok = finder_make(&f) && packing_pages_bound(p, &found->pages_bound);
    if (!ok) {
        problem_set(problem, "not enough memory to pack %zu blocks", p->count);
    }
    ok = ok && try_peak(&f, problem) && try_orders(&f, problem) &&
         try_search(&f, effort, problem) && try_exact(&f, effort, problem);
    finder_release(&f);
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
