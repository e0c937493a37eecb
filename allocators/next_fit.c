/* SPDX-License-Identifier: MIT */
/* next_fit.c - first-fit that begins where the last search ended, at the rover.
 *
 * In address order the rover is the end of the last allocation; if a free takes that place
 * into a hole, the rover goes to the hole's start. In the other orders it is the place of the
 * last hole taken.
 */
#include "fits/seqfit_fit.h"

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

/* In a tree the rover is a key: an address, or the rank of the last hole taken. */
static struct block *search_tree(struct seqfit *h, size_t bytes)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    bool address = h->list.order == ORDER_ADDRESS;
    uint64_t from = address ? tree_handle(&t->space, h->rover_pos) : t->next_rank;
    struct block *b =
        tree_first_fit_from(&t->space, t->root, from, bytes / FITLAB_ALIGN, &h->heap.count.probes);
    return b ? b : seqfit_tree_search(h, bytes);
}

static void take_tree(struct seqfit *h, struct block *b)
{
    if (h->list.order != ORDER_ADDRESS) { /* which has no ranks */
        seqfit_tree_of(h)->next_rank = b->rank;
    }
}

static const char *const orders[] = {"address", "lifo", "fifo", NULL};
static const struct param params[] = {SEQFIT_PARAMS(orders, seqfit_indexes), PARAM_END};

SEQFIT_POLICY(next_fit, "next-fit", "the first hole that is large enough after the last one taken",
              params, ((struct seqfit_kind){.search = search, .roving = true}),
              ((struct seqfit_kind){
                  .search = search_tree, .roving = true, .take = take_tree, SEQFIT_TREE}))
