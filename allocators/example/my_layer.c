/* SPDX-License-Identifier: MIT */
/* my_layer.c - a layer that rounds each request up, so that the policy below sees few sizes: holes
 * then fit more often, and blocks are larger than what was asked for. */
#include "layers/over.h"

struct my_heap {
    struct over over; /* must come first */
    size_t step;
};

static const struct param params[] = {
    {.name = "step",
     .help = "requests are rounded up to a multiple; 1: they are not",
     .unit = "bytes",
     .init = 64,
     .min = 1,
     .max = 96},
    PARAM_END,
};

static struct heap *open(const struct policy *policy, struct region *r, const long *arg)
{
    if (arg[0] == 1) { /* nothing to do: the heap below itself */
        return stack_open_below(stack_of(policy), r, arg);
    }
    struct my_heap *m = (struct my_heap *)over_open(policy, r, arg, sizeof *m);
    if (!m) {
        return NULL;
    }
    m->step = (size_t)arg[0];
    return &m->over.heap;
}

static size_t rounded(const struct heap *h, size_t n)
{
    size_t step = ((const struct my_heap *)h)->step;
    return n > FITLAB_MAX_REQUEST ? n : (n + step - 1) / step * step;
}

static void *alloc(struct heap *h, size_t n)
{
    return heap_alloc(((struct my_heap *)h)->over.below, rounded(h, n));
}

static void free_block(struct heap *h, void *p)
{
    heap_free(((struct my_heap *)h)->over.below, p);
}

static void *resize(struct heap *h, void *p, size_t n)
{
    return heap_realloc(((struct my_heap *)h)->over.below, p, rounded(h, n));
}

static unsigned threads(const long *arg, unsigned below)
{
    (void)arg;
    return below; /* it adds no lock, and needs none */
}

const struct layer my_layer = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER | POLICY_COARSE,
               .name = "my-layer",
               .summary = "rounds requests up",
               .params = params,
               .open = open,
               .alloc = alloc,
               .free = free_block,
               .usable = over_usable,
               .walk = over_walk_own,
               .realloc = resize,
               .memalign = over_memalign,
               .check = over_check,
               .spare = over_spare,
               .explain = over_explain_own,
               .inner = over_inner},
    .threads = threads,
};
