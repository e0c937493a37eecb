/* SPDX-License-Identifier: MIT */
/* half_fit.c - half-fit: a hole that is known to be large enough, in constant time.
 *
 * A hole lies in the bin of the largest power of two that is not above its size. A request looks
 * for the first bin that is not empty among those whose every hole is large enough, and takes the
 * first hole of it: so it looks at words of a bitmap and at one hole, however many holes there are.
 * The holes of the request's own bin are passed by unless its block is a power of two. So a block
 * of that very size that was just freed may not serve it, and a request can be refused while a hole
 * of nearly twice its size is free. What is carved from a hole is the request; coalescing is
 * immediate.
 *
 * round=power carves the next power of two instead, so that what is freed serves the next request
 * of its class, at the price of up to half of each block.
 *
 * Bound, as published for half-fit: for at most M live bytes in blocks of at most n, in units of
 * the smallest block and tags included, 2 M (1 + ceil(log2 n)) are enough.
 *
 * Sources: T. Ogasawara, "An Algorithm with Constant Execution Time for Dynamic Storage
 * Allocation", RTCSA 1995. The rounding and the bound: J. Herter, "Timing-Predictable Memory
 * Allocation in Hard Real-Time Systems", Saarland University, 2014, page 27, on J. M. Robson,
 * "Worst Case Fragmentation of First Fit and Best Fit Storage Allocation Strategies", Computer
 * Journal 20(3), 1977.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fits/seqfit_bins_explain.h"
#include "structures/size_class.h"

struct half_fit {
    struct seqfit fit;
    struct bins bins;
};

SEQFIT_INLINE unsigned bin_of(size_t bytes)
{
    return size_class_floor(bytes, 0);
}

static struct block *search(struct seqfit *h, size_t bytes)
{
    struct half_fit *f = (struct half_fit *)h;
    unsigned bin = bins_next(&f->bins, size_class_ceil(bytes, 0), &h->heap.count.probes);
    if (bin >= f->bins.count) {
        return NULL;
    }
    h->heap.count.probes++;
    return f->bins.head[bin];
}

static void insert(struct seqfit *h, struct block *b)
{
    bins_insert(&((struct half_fit *)h)->bins, bin_of(block_bytes(b)), b);
}

static void remove_hole(struct seqfit *h, struct block *b)
{
    bins_remove(&((struct half_fit *)h)->bins, b);
}

#define KIND                                                                                       \
    ((struct seqfit_kind){                                                                         \
        .search = search, .insert = insert, .remove = remove_hole, .bounded = true})

enum rounding { ROUND_NONE, ROUND_POWER };
static const char *const roundings[] = {"none", "power", NULL};

enum half_fit_arg { ARG_ROUND, ARG_GROWTH };

static const struct param params[] = {
    [ARG_ROUND] = {.name = "round",
                   .help =
                       "none: a block is as long as its request needs; power: the next power of "
                       "two",
                   .init = ROUND_NONE,
                   .max = ROUND_POWER,
                   .choices = roundings},
    [ARG_GROWTH] = GROWTH_PARAM,
    PARAM_END,
};

static unsigned bins_for(const struct region *r)
{
    return bin_of((size_t)(r->limit - r->base)) + 1;
}

static unsigned check_bin(const struct seqfit *h, size_t bytes)
{
    (void)h;
    return bin_of(bytes);
}

static const char *half_fit_check(const struct heap *heap)
{
    const struct half_fit *f = (const struct half_fit *)heap;
    return seqfit_check_bins(&f->fit, &f->bins, sizeof *f, bins_for(heap->region), check_bin);
}

static size_t bin_least(const void *state, unsigned bin)
{
    (void)state;
    return size_class_bytes(bin, 0);
}

static void half_fit_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                             void *ctx)
{
    seqfit_explain_binned(heap, s, visit, ctx, &((const struct half_fit *)heap)->bins, bin_least);
}

SEQFIT_ENTRIES(half_fit, KIND)

/* The request whose block is the next power of two; one that is too large stays too large. */
static size_t rounded(size_t n)
{
    size_t bytes = n > FITLAB_MAX_REQUEST ? FITLAB_MAX_REQUEST : block_bytes_for(n);
    size_t power = (size_t)1 << size_class_log2(bytes);
    return (power < bytes ? 2 * power : power) - BLOCK_TAG;
}

static void *power_alloc(struct heap *h, size_t n)
{
    return half_fit_alloc(h, rounded(n));
}

static void power_free(struct heap *h, void *p)
{
    half_fit_free(h, p);
}

static void *power_realloc(struct heap *h, void *p, size_t n)
{
    return half_fit_realloc(h, p, rounded(n));
}

static void *power_memalign(struct heap *h, size_t align, size_t n)
{
    return half_fit_memalign(h, align, rounded(n));
}

static struct heap *half_fit_open(const struct policy *, struct region *, const long *arg);

#define VTABLE(prefix)                                                                             \
    SEQFIT_VTABLE_OPENED(prefix, "half-fit",                                                       \
                         "half-fit: the first hole of the first bin whose holes all fit", params,  \
                         half_fit_open, half_fit_check, half_fit_explain)

static const struct policy half_fit_power = VTABLE(power);
const struct policy half_fit = VTABLE(half_fit);

static struct heap *half_fit_open(const struct policy *policy, struct region *r, const long *arg)
{
    const struct policy *own = arg[ARG_ROUND] == ROUND_POWER ? &half_fit_power : policy;
    struct seqfit *h =
        seqfit_start_bins(own, r, (enum growth)arg[ARG_GROWTH], KIND, sizeof(struct half_fit),
                          offsetof(struct half_fit, bins), bins_for(r));
    if (!h) {
        return NULL;
    }
    seqfit_fill(h, KIND);
    return &h->heap;
}
