/* SPDX-License-Identifier: MIT */
/* first_fit.c - takes the first hole that is large enough. */
#include "fits/seqfit_fit.h"

static struct block *search(struct seqfit *h, size_t bytes)
{
    const struct block *end = free_list_end(&h->list);
    for (struct block *b = free_list_first(&h->list); b != end; b = b->next) {
        h->heap.count.probes++;
        if (block_bytes(b) >= bytes) {
            return b;
        }
    }
    return NULL;
}

static const struct param params[] = {SEQFIT_PARAMS(seqfit_orders, seqfit_indexes), PARAM_END};

SEQFIT_POLICY(first_fit, "first-fit", "the first hole that is large enough", params,
              ((struct seqfit_kind){.search = search}),
              ((struct seqfit_kind){.search = seqfit_tree_search, SEQFIT_TREE}))
