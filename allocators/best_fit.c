/* SPDX-License-Identifier: MIT */
/* best_fit.c - takes the smallest hole that is large enough. */
#include "fits/seqfit_exact_check.h"
#include "fits/seqfit_exact_explain.h"

static struct block *search(struct seqfit *h, size_t bytes)
{
    const struct block *end = free_list_end(&h->list);
    struct block *best = NULL;
    for (struct block *b = free_list_first(&h->list); b != end; b = b->next) {
        h->heap.count.probes++;
        if (block_bytes(b) >= bytes && (!best || block_bytes(b) < block_bytes(best))) {
            best = b;
            if (h->list.order == ORDER_SIZE) {
                break; /* none that follows is smaller */
            }
        }
    }
    return best;
}

static const char *const indexes[] = {"list", "tree", "exact", NULL};
static const struct param params[] = {
    SEQFIT_PARAMS(seqfit_orders, indexes),
    [ARG_BINS] = {.name = "bins",
                  .help = "index=exact: a bin for each block size of 16, 32, 48, ... bytes",
                  .init = 512,
                  .min = 16,
                  .max = SIZE_BINS_MAX},
    PARAM_END};

#define LIST ((struct seqfit_kind){.search = search})
#define TREE ((struct seqfit_kind){.search = seqfit_tree_search_best, SEQFIT_TREE})

SEQFIT_ENTRIES(list, LIST)
SEQFIT_ENTRIES(tree, TREE)

static struct heap *open(const struct policy *, struct region *, const long *arg);

#define TABLE(index)                                                                               \
    SEQFIT_TABLE("best-fit", "the smallest hole that is large enough", params, open, index##_check, \
                 index##_explain)

/* A heap's own policy is the one whose entries are compiled for its index and order. */
static const struct policy in_tree = {
    TABLE(seqfit_tree),
    .alloc = tree_alloc,
    .free = tree_free,
    .realloc = tree_realloc,
    .memalign = tree_memalign,
};
static const struct policy in_bins_by_size = {
    TABLE(seqfit_exact),
    .alloc = seqfit_by_size_alloc,
    .free = seqfit_by_size_free,
    .realloc = seqfit_exact_realloc,
    .memalign = seqfit_exact_memalign,
};
static const struct policy in_bins_by_address = {
    TABLE(seqfit_exact),
    .alloc = seqfit_by_address_alloc,
    .free = seqfit_by_address_free,
    .realloc = seqfit_exact_realloc,
    .memalign = seqfit_exact_memalign,
};
static const struct policy in_bins_by_rank = {
    TABLE(seqfit_exact),
    .alloc = seqfit_exact_alloc,
    .free = seqfit_exact_free,
    .realloc = seqfit_exact_realloc,
    .memalign = seqfit_exact_memalign,
};
const struct policy best_fit = {
    TABLE(seqfit),
    .alloc = list_alloc,
    .free = list_free,
    .realloc = list_realloc,
    .memalign = list_memalign,
};

static struct heap *open(const struct policy *p, struct region *r, const long *arg)
{
    struct seqfit_options options = seqfit_options_of(arg);
    if (arg[ARG_INDEX] == INDEX_LIST) {
        return seqfit_open(p, r, options, LIST);
    }
    if (arg[ARG_INDEX] == INDEX_TREE) {
        return seqfit_tree_open(&in_tree, r, options, TREE, true);
    }
    const struct policy *in_bins = options.order == ORDER_SIZE      ? &in_bins_by_size
                                   : options.order == ORDER_ADDRESS ? &in_bins_by_address
                                                                    : &in_bins_by_rank;
    unsigned bins = (unsigned)arg[ARG_BINS];
    return seqfit_exact_open(in_bins, r, options, bins, seqfit_exact_bytes(bins));
}
