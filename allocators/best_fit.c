/* best_fit.c - takes the smallest hole that is large enough. */
#include "seqfit_heap.h"

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

static const char *const orders[] = {"address", "lifo", "fifo", "size", NULL};
static const struct param params[] = {SEQFIT_PARAMS(orders, ORDER_ADDRESS)};

SEQFIT_POLICY(best_fit, "best-fit", "the smallest hole that is large enough", params,
              ((struct seqfit_kind){.search = search}));
