/* tlsf.c - two-level segregated fit: allocation and release in constant time.
 *
 * Holes lie in bins: a first level of doublings, each divided evenly by the second level;
 * below the first doubling the bins are 16 bytes apart, so exact. A request is rounded up
 * to the next bin's least size, at most 1/second_level of it, so that any hole of the bin
 * found will do: the search looks at three words of bitmap and one hole (a good fit). What
 * is carved from the hole is the request, not the rounded size. Coalescing is immediate.
 *
 * Source: M. Masmano, I. Ripoll, A. Crespo, J. Real, "TLSF: a New Dynamic Memory Allocator
 * for Real-Time Systems", ECRTS 2004.
 */
#include "seqfit_bins.h"
#include "size_class.h"

struct tlsf {
    struct seqfit fit;
    struct bins bins;
    unsigned second_log2; /* bins in each doubling */
};

static struct block *search(struct seqfit *h, size_t bytes)
{
    struct tlsf *t = (struct tlsf *)h;
    unsigned bin =
        bins_next(&t->bins, size_class_ceil(bytes, t->second_log2), &h->heap.count.probes);
    if (bin >= t->bins.count) {
        return NULL;
    }
    h->heap.count.probes++;
    return t->bins.head[bin];
}

static void insert(struct seqfit *h, struct block *b)
{
    struct tlsf *t = (struct tlsf *)h;
    bins_insert(&t->bins, size_class_floor(block_bytes(b), t->second_log2), b);
}

static void remove_hole(struct seqfit *h, struct block *b)
{
    bins_remove(&((struct tlsf *)h)->bins, b);
}

#define TLSF ((struct seqfit_kind){.search = search, .insert = insert, .remove = remove_hole})

enum { FIRST_SECOND_LEVEL_LOG2 = 3 };
static const char *const second_levels[] = {"8", "16", "32", "64", NULL};

static const struct param params[] = {
    {.name = "second_level",
     .help = "bins in each doubling of the hole size",
     .init = 2,
     .max = 3,
     .choices = second_levels},
    GROWTH_PARAM,
    PARAM_END,
};

static unsigned bins_for(const struct region *r, unsigned second_log2)
{
    return size_class_floor((size_t)(r->limit - r->base), second_log2) + 1;
}

static struct heap *tlsf_open(const struct policy *policy, struct region *r, const long *arg)
{
    unsigned second_log2 = FIRST_SECOND_LEVEL_LOG2 + (unsigned)arg[0];
    struct seqfit *h = seqfit_start_bins(policy, r, (enum growth)arg[1], TLSF, sizeof(struct tlsf),
                                         offsetof(struct tlsf, bins), bins_for(r, second_log2));
    if (!h) {
        return NULL;
    }
    ((struct tlsf *)h)->second_log2 = second_log2;
    seqfit_fill(h, TLSF);
    return &h->heap;
}

static unsigned bin_of(const struct seqfit *h, size_t bytes)
{
    return size_class_floor(bytes, ((const struct tlsf *)h)->second_log2);
}

static const char *tlsf_check(const struct heap *heap)
{
    const struct tlsf *t = (const struct tlsf *)heap;
    if (t->second_log2 - FIRST_SECOND_LEVEL_LOG2 >= 4) {
        return "the number of bins in a doubling is damaged";
    }
    return seqfit_check_bins(&t->fit, &t->bins, sizeof *t, bins_for(heap->region, t->second_log2),
                             bin_of);
}

SEQFIT_ENTRIES(tlsf, TLSF)
const struct policy tlsf = SEQFIT_VTABLE(
    tlsf, "tlsf", "two-level segregated fit: a good fit in constant time", params, tlsf_check);
