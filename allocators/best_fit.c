/* best_fit.c - takes the smallest hole that is large enough. */
#include "seqfit_exact.h"

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
                  .init = 256,
                  .min = 16,
                  .max = SIZE_BINS_MAX},
    PARAM_END};

#define LIST ((struct seqfit_kind){.search = search})
#define TREE ((struct seqfit_kind){.search = seqfit_tree_search_best, SEQFIT_TREE})

SEQFIT_ENTRIES(list, LIST)
SEQFIT_ENTRIES(tree, TREE)
SEQFIT_RESIZING(stacks, SEQFIT_STACKS)
SEQFIT_ENTRIES(bin_trees, SEQFIT_BIN_TREES)

static void *stacks_alloc(struct heap *h, size_t n)
{
    return seqfit_stack_alloc(h, n);
}

static void stacks_free(struct heap *h, void *p)
{
    seqfit_stack_free(h, p);
}

static struct heap *open(const struct policy *, struct region *, const long *arg);

#define VTABLE(prefix, checker)                                                                    \
    SEQFIT_VTABLE_OPENED(prefix, "best-fit", "the smallest hole that is large enough", params,     \
                         open, checker)

static const struct policy by_tree = VTABLE(tree, seqfit_tree_check);
static const struct policy by_stacks = VTABLE(stacks, seqfit_exact_check);
static const struct policy by_bin_trees = VTABLE(bin_trees, seqfit_exact_check);
const struct policy best_fit = VTABLE(list, seqfit_check);

static struct heap *open(const struct policy *p, struct region *r, const long *arg)
{
    switch (arg[ARG_INDEX]) {
    case INDEX_TREE:
        return seqfit_tree_open(&by_tree, r, arg, TREE, true);
    case INDEX_EXACT:
        return arg[ARG_ORDER] == ORDER_SIZE
                   ? seqfit_exact_open(&by_stacks, r, arg, SEQFIT_STACKS)
                   : seqfit_exact_open(&by_bin_trees, r, arg, SEQFIT_BIN_TREES);
    default:
        return seqfit_open(p, r, arg, LIST);
    }
}
