/* worst_fit.c - takes the largest hole, so that what remains stays large. */
#include "seqfit_heap.h"

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

static const char *const orders[] = {"address", "lifo", "fifo", "size", NULL};
static const struct param params[] = {SEQFIT_PARAMS(orders, ORDER_ADDRESS)};

SEQFIT_POLICY(worst_fit, "worst-fit", "the largest hole", params,
              ((struct seqfit_kind){.search = search, .descending = true}));
