/* best_fit.c - takes the smallest hole that is large enough. */
#include "fits/seqfit_exact_explain.h"
#include "fits/seqfit_short.h"

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
SEQFIT_SHORT_ENTRIES(by_size, SEQFIT_BY_SIZE, ORDER_SIZE)
SEQFIT_SHORT_ENTRIES(by_address, SEQFIT_BY_ADDRESS, ORDER_ADDRESS)
SEQFIT_ENTRIES(by_rank, SEQFIT_BY_RANK)

static struct heap *open(const struct policy *, struct region *, const long *arg);

#define VTABLE(prefix, index)                                                                      \
    SEQFIT_VTABLE_OPENED(prefix, "best-fit", "the smallest hole that is large enough", params,     \
                         open, index##_check, index##_explain)

static const struct policy in_tree = VTABLE(tree, seqfit_tree);
static const struct policy in_bins_by_size = VTABLE(by_size, seqfit_exact);
static const struct policy in_bins_by_address = VTABLE(by_address, seqfit_exact);
static const struct policy in_bins_by_rank = VTABLE(by_rank, seqfit_exact);
const struct policy best_fit = VTABLE(list, seqfit);

static struct heap *open(const struct policy *p, struct region *r, const long *arg)
{
    if (arg[ARG_INDEX] == INDEX_LIST) {
        return seqfit_open(p, r, arg, LIST);
    }
    if (arg[ARG_INDEX] == INDEX_TREE) {
        return seqfit_tree_open(&in_tree, r, arg, TREE, true);
    }
    unsigned bins = (unsigned)arg[ARG_BINS];
    size_t state = seqfit_exact_bytes(bins);
    switch (arg[ARG_ORDER]) {
    case ORDER_SIZE:
        return seqfit_exact_open(&in_bins_by_size, r, arg, SEQFIT_BY_SIZE, bins, state);
    case ORDER_ADDRESS:
        return seqfit_exact_open(&in_bins_by_address, r, arg, SEQFIT_BY_ADDRESS, bins, state);
    default:
        return seqfit_exact_open(&in_bins_by_rank, r, arg, SEQFIT_BY_RANK, bins, state);
    }
}
