/* SPDX-License-Identifier: MIT */
/* tlsf.c - two-level segregated fit: allocation and release in constant time.
 *
 * Holes lie in bins: a first level of doublings, each divided evenly by the second level;
 * below the first doubling the bins are 16 bytes apart, so exact. A request is rounded up
 * to the next bin's least size, at most 1/second_level of it, so that any hole of the bin
 * found will do: the search looks at three words of bitmap and one hole (a good fit). What
 * is carved from the hole is the request, not the rounded size. Coalescing is immediate.
 *
 * Because of the rounding a search does not look into the bin that holes of the request's own size
 * are in. A program that frees and asks for one size between two bins again and again would never
 * get its own holes back. So search=own looks at the first hole of that bin before it rounds up.
 * search=above does not look at it, as published; there the tag does not count as part of a block's
 * size, so that requests for a power of two are exactly the least size of a bin.
 *
 * Source: M. Masmano, I. Ripoll, A. Crespo, J. Real, "TLSF: a New Dynamic Memory Allocator
 * for Real-Time Systems", ECRTS 2004.
 */
#include "fits/seqfit_bins_explain.h"
#include "structures/size_class.h"

struct tlsf {
    struct seqfit fit;
    struct bins bins;
    unsigned second_log2; /* bins in each doubling */
};

enum look { LOOK_OWN, LOOK_ABOVE };

/* The size by which a block of so many bytes is put into a bin. */
static inline size_t binned(size_t bytes, enum look look)
{
    return look == LOOK_ABOVE ? bytes - FITLAB_ALIGN : bytes;
}

SEQFIT_INLINE unsigned bin_of(const struct seqfit *h, size_t bytes, enum look look)
{
    return size_class_floor(binned(bytes, look), ((const struct tlsf *)h)->second_log2);
}

/* Any hole of the bins from this one on, or NULL. */
SEQFIT_INLINE struct block *search_from(struct tlsf *t, unsigned least)
{
    unsigned bin = bins_next(&t->bins, least, &t->fit.heap.count.probes);
    if (bin >= t->bins.count) {
        return NULL;
    }
    t->fit.heap.count.probes++;
    return t->bins.head[bin];
}

SEQFIT_INLINE void insert(struct seqfit *h, struct block *b, enum look look)
{
    bins_insert(&((struct tlsf *)h)->bins, bin_of(h, block_bytes(b), look), b);
}

static struct block *own_search(struct seqfit *h, size_t bytes)
{
    struct tlsf *t = (struct tlsf *)h;
    unsigned bin = bin_of(h, bytes, LOOK_OWN);
    struct block *first = bin < t->bins.count ? t->bins.head[bin] : NULL;
    if (first) {
        h->heap.count.probes++;
        if (block_bytes(first) >= bytes) {
            return first;
        }
    }
    return search_from(t, bin + 1);
}

static void own_insert(struct seqfit *h, struct block *b)
{
    insert(h, b, LOOK_OWN);
}

static struct block *above_search(struct seqfit *h, size_t bytes)
{
    struct tlsf *t = (struct tlsf *)h;
    return search_from(t, size_class_ceil(binned(bytes, LOOK_ABOVE), t->second_log2));
}

static void above_insert(struct seqfit *h, struct block *b)
{
    insert(h, b, LOOK_ABOVE);
}

static void remove_hole(struct seqfit *h, struct block *b)
{
    bins_remove(&((struct tlsf *)h)->bins, b);
}

#define OWN                                                                                        \
    ((struct seqfit_kind){                                                                         \
        .search = own_search, .insert = own_insert, .remove = remove_hole, .bounded = true})
#define ABOVE                                                                                      \
    ((struct seqfit_kind){                                                                         \
        .search = above_search, .insert = above_insert, .remove = remove_hole, .bounded = true})

enum { FIRST_SECOND_LEVEL_LOG2 = 3 };
static const char *const second_levels[] = {"8", "16", "32", "64", NULL};
static const char *const looks[] = {"own", "above", NULL};

enum tlsf_arg { ARG_SECOND_LEVEL, ARG_GROWTH, ARG_SEARCH };

static const struct param params[] = {
    [ARG_SECOND_LEVEL] = {.name = "second_level",
                          .help = "bins in each doubling of the hole size",
                          .init = 2,
                          .max = 3,
                          .choices = second_levels},
    [ARG_GROWTH] = GROWTH_PARAM,
    [ARG_SEARCH] = {.name = "search",
                    .help = "own: the first hole of the request's bin, then the bins above it;"
                            " above: those alone, as published",
                    .init = LOOK_OWN,
                    .max = LOOK_ABOVE,
                    .choices = looks},
    PARAM_END,
};

static unsigned bins_for(const struct region *r, unsigned second_log2)
{
    return size_class_floor((size_t)(r->limit - r->base), second_log2) + 1;
}

static struct heap *open_kind(const struct policy *policy, struct region *r, const long *arg,
                              struct seqfit_kind k)
{
    unsigned second_log2 = FIRST_SECOND_LEVEL_LOG2 + (unsigned)arg[ARG_SECOND_LEVEL];
    enum growth grow = (enum growth)arg[ARG_GROWTH];
    struct seqfit *h = seqfit_start_bins(policy, r, grow, k, sizeof(struct tlsf),
                                         offsetof(struct tlsf, bins), bins_for(r, second_log2));
    if (!h) {
        return NULL;
    }
    ((struct tlsf *)h)->second_log2 = second_log2;
    seqfit_fill(h, k);
    return &h->heap;
}

static unsigned own_bin(const struct seqfit *h, size_t bytes)
{
    return bin_of(h, bytes, LOOK_OWN);
}

static unsigned above_bin(const struct seqfit *h, size_t bytes)
{
    return bin_of(h, bytes, LOOK_ABOVE);
}

static const char *check_kind(const struct heap *heap, seqfit_bin_of *bin_of_kind)
{
    const struct tlsf *t = (const struct tlsf *)heap;
    if (t->second_log2 - FIRST_SECOND_LEVEL_LOG2 >= 4) {
        return "the number of bins in a doubling is damaged";
    }
    return seqfit_check_bins(&t->fit, &t->bins, sizeof *t, bins_for(heap->region, t->second_log2),
                             bin_of_kind);
}

static const char *own_check(const struct heap *heap)
{
    return check_kind(heap, own_bin);
}

static const char *above_check(const struct heap *heap)
{
    return check_kind(heap, above_bin);
}

static size_t own_least(const void *state, unsigned bin)
{
    return size_class_bytes(bin, ((const struct tlsf *)state)->second_log2);
}

static size_t above_least(const void *state, unsigned bin)
{
    return own_least(state, bin) + FITLAB_ALIGN;
}

static void own_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                        void *ctx)
{
    seqfit_explain_binned(heap, s, visit, ctx, &((const struct tlsf *)heap)->bins, own_least);
}

static void above_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                          void *ctx)
{
    seqfit_explain_binned(heap, s, visit, ctx, &((const struct tlsf *)heap)->bins, above_least);
}

SEQFIT_ENTRIES(own, OWN)
SEQFIT_ENTRIES(above, ABOVE)

static struct heap *tlsf_open(const struct policy *, struct region *, const long *arg);

#define VTABLE(prefix)                                                                             \
    SEQFIT_VTABLE_OPENED(prefix, "tlsf", "two-level segregated fit: a good fit in constant time",  \
                         params, tlsf_open, prefix##_check, prefix##_explain)

static const struct policy tlsf_above = VTABLE(above);
const struct policy tlsf = VTABLE(own);

static struct heap *tlsf_open(const struct policy *policy, struct region *r, const long *arg)
{
    return arg[ARG_SEARCH] == LOOK_OWN ? open_kind(policy, r, arg, OWN)
                                       : open_kind(&tlsf_above, r, arg, ABOVE);
}
