/* SPDX-License-Identifier: MIT */
/* worst_fit.c - takes the largest hole, so that what remains stays large. */
#include "fits/seqfit_fit.h"

static struct block *search(struct seqfit *h, size_t bytes)
{
    const struct block *end = free_list_end(&h->list);
    struct block *worst = NULL;
    for (struct block *b = free_list_first(&h->list); b != end; b = b->next) {
        h->heap.count.probes++;
        if (block_bytes(b) >= bytes && (!worst || block_bytes(b) > block_bytes(worst))) {
            worst = b;
        }
        if (h->list.order == ORDER_SIZE) {
            break; /* none that follows is larger */
        }
    }
    return worst;
}

/* The root of a tree knows how large the largest is. */
static struct block *search_tree(struct seqfit *h, size_t bytes)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    size_t most = tree_most(&t->space, t->root) * FITLAB_ALIGN;
    return seqfit_tree_search(h, most > bytes ? most : bytes);
}

static const struct param params[] = {SEQFIT_PARAMS(seqfit_orders, seqfit_indexes), PARAM_END};

SEQFIT_POLICY(worst_fit, "worst-fit", "the largest hole", params,
              ((struct seqfit_kind){.search = search, .descending = true}),
              ((struct seqfit_kind){.search = search_tree, .descending = true, SEQFIT_TREE}))
