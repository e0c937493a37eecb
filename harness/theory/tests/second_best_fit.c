/* second_best_fit.c - best-fit, broken on purpose: it takes the second smallest of the holes that
 * are large enough, wherever there are two. It never fails a consistency check. */
#include "fits/seqfit_heap.h"

static struct block *search(struct seqfit *h, size_t bytes)
{
    const struct block *end = free_list_end(&h->list);
    struct block *best = NULL, *second = NULL;
    for (struct block *b = free_list_first(&h->list); b != end; b = b->next) {
        h->heap.count.probes++;
        if (block_bytes(b) < bytes) {
            continue;
        }
        if (!best || block_bytes(b) < block_bytes(best)) {
            second = best;
            best = b;
        } else if (!second || block_bytes(b) < block_bytes(second)) {
            second = b;
        }
    }
    return second ? second : best;
}

static const char *const indexes[] = {"list", NULL};
static const struct param params[] = {SEQFIT_PARAMS(seqfit_orders, indexes), PARAM_END};

#define KIND ((struct seqfit_kind){.search = search})

static struct heap *second_open(const struct policy *policy, struct region *r, const long *arg)
{
    return seqfit_open(policy, r, seqfit_options_of(arg), KIND);
}

SEQFIT_ENTRIES(second, KIND)
const struct policy second_best_fit =
    SEQFIT_VTABLE(second, "second-best-fit", "the second smallest hole that is large enough",
                  params, seqfit_check, seqfit_explain);
