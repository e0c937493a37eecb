/* next_fit.c - first-fit that begins where the last search ended, at the rover.
 *
 * In address order the rover is the end of the last allocation; if a free takes that place
 * into a hole, the rover goes to the hole's start. In the other orders it is the hole
 * after the last one taken.
 */
#include "seqfit_heap.h"

static struct block *search(struct seqfit *h, size_t bytes)
{
    struct block *end = &h->list.ends, *from = h->rover, *b = from;
    do {
        if (b != end) {
            h->heap.count.probes++;
            if (block_bytes(b) >= bytes) {
                return b;
            }
        }
        b = b->next;
    } while (b != from);
    return NULL;
}

static const char *const orders[] = {"address", "lifo", "fifo", NULL};
static const struct param params[] = {SEQFIT_PARAMS(orders, ORDER_ADDRESS)};

SEQFIT_POLICY(next_fit, "next-fit", "the first hole that is large enough after the last one taken",
              params, ((struct seqfit_kind){.search = search, .roving = true}));
