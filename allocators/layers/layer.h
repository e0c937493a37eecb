/* SPDX-License-Identifier: MIT */
/* layer.h - policies made of policies.
 *
 * A layer is a policy that needs another one below it: a cache for each thread, a lock, several
 * heaps instead of one. A layer and what stands below it are a stack, which is a policy again, so
 * that layers stand on layers: "cache+arenas:n=4+best-fit". A stack has the parameters of all its
 * parts, those of the outermost layer first.
 *
 * A layer is a `const struct layer NAME` with POLICY_LAYER in its traits. Its open is called with
 * the stack's table, which is a struct stack, and with the values of all parameters:
 *
 *     static struct heap *open_mine(const struct policy *policy, struct region *r, const long *arg)
 *     {
 *         const struct stack *stack = stack_of(policy);
 *         struct heap *below = stack_open_below(stack, r, arg);
 *
 * over.h has the rest for layers that keep one heap below them in the same region, slices.h for
 * those that divide the region. A layer whose arguments leave it nothing to do returns the heap
 * below and takes no memory.
 *
 * A stack's heap keeps the contract of policy.h, and says in `inner` which heaps it has.
 */
#ifndef FITLAB_LAYER_H
#define FITLAB_LAYER_H

#include <limits.h>
#include <string.h>

#include "heap.h"

/* What a layer needs of the policy below it. */
enum layer_need {
    LAYER_NEEDS_USABLE = 1u << 0, /* it says how large its blocks are */
    LAYER_NEEDS_MANY = 1u << 1    /* there can be several heaps of it */
};

/* As many threads as there are. */
#define LAYER_ANY_THREADS UINT_MAX

struct layer {
    struct policy policy; /* its own parameters; entries that may be NULL where they do not apply */
    unsigned needs;       /* of enum layer_need */

    /* How many threads may use a heap at once, if so many may use one of what is below it. arg has
     * the layer's own values. */
    unsigned (*threads)(const long *arg, unsigned below);
};

enum { STACK_MOST_PARAMS = 24, STACK_NAME_BYTES = 160 };

/* A layer with what stands below it. */
struct stack {
    struct policy policy;     /* what drivers see */
    struct policy aligned[4]; /* the same, for heaps below whose payloads are aligned to 16, 8, 4
                                 and 1 bytes */
    const struct layer *layer;
    const struct policy *below;
    size_t own; /* parameters of the layer, which stand before those of what is below */
    struct param params[STACK_MOST_PARAMS + 1];
    char name[STACK_NAME_BYTES];
};

static inline const struct stack *stack_of(const struct policy *policy)
{
    return (const struct stack *)policy;
}

/* The table of a heap with so aligned payloads. */
static inline const struct policy *stack_table(const struct stack *s, const struct heap *below)
{
    size_t align = heap_align(below);
    return &s->aligned[align >= FITLAB_ALIGN ? 0 : align >= 8 ? 1 : align >= 4 ? 2 : 3];
}

static inline struct heap *stack_open_below(const struct stack *s, struct region *r,
                                            const long *arg)
{
    return s->below->open(s->below, r, arg + s->own);
}

/* How many threads may use one heap of the policy at once, with these arguments. */
static inline unsigned policy_threads(const struct policy *policy, const long *arg)
{
    if (!(policy->traits & POLICY_STACK)) {
        return 1;
    }
    const struct stack *s = stack_of(policy);
    return s->layer->threads(arg, policy_threads(s->below, arg + s->own));
}

/* ---- making a stack ---- */

static inline size_t layer_count_params(const struct param *table)
{
    size_t n = 0;
    while (table && table[n].name) {
        n++;
    }
    return n;
}

/* Why the policy cannot stand below the layer, as the end of the sentence "X cannot stand on Y: ",
 * or NULL if it can. */
static inline const char *layer_refuses(const struct layer *layer, const struct policy *below)
{
    if (below->traits & POLICY_ELSEWHERE) {
        return "its memory is not in the region that the layer divides";
    }
    if ((layer->needs & LAYER_NEEDS_USABLE) && !below->usable) {
        return "it does not say how large its blocks are";
    }
    if ((layer->needs & LAYER_NEEDS_MANY) && (below->traits & POLICY_OPAQUE)) {
        return "it keeps state outside of its region, so that there can be only one heap of it";
    }
    if (layer_count_params(layer->policy.params) + layer_count_params(below->params) >
        STACK_MOST_PARAMS) {
        return "together they have too many parameters";
    }
    if (strlen(layer->policy.name) + 1 + strlen(below->name) >= STACK_NAME_BYTES) {
        return "together their names are too long";
    }
    return NULL;
}

static inline void stack_name(struct stack *s, const char *layer, const char *below)
{
    size_t length = strlen(layer);
    memcpy(s->name, layer, length);
    s->name[length] = '+';
    memcpy(s->name + length + 1, below, strlen(below) + 1);
}

/* Makes a stack of a layer and what it does not refuse. It must outlive its heaps, and stay where
 * it is. */
static inline void stack_make(struct stack *s, const struct layer *layer,
                              const struct policy *below)
{
    static const uint32_t align[4] = {0, POLICY_ALIGN_8, POLICY_ALIGN_4, POLICY_ALIGN_1};
    const uint32_t any = POLICY_ALIGN_8 | POLICY_ALIGN_4 | POLICY_ALIGN_1;
    size_t more = layer_count_params(below->params);
    memset(s, 0, sizeof *s);
    s->layer = layer;
    s->below = below;
    s->own = layer_count_params(layer->policy.params);
    if (s->own) {
        memcpy(s->params, layer->policy.params, s->own * sizeof *s->params);
    }
    if (more) {
        memcpy(s->params + s->own, below->params, more * sizeof *s->params);
    }
    stack_name(s, layer->policy.name, below->name);
    struct policy p = layer->policy;
    p.traits = ((p.traits | below->traits) & ~(uint32_t)POLICY_LAYER) | POLICY_STACK;
    p.name = s->name;
    p.params = s->own + more ? s->params : NULL;
    p.usable = below->usable ? p.usable : NULL;
    p.walk = below->walk ? p.walk : NULL;
    p.spare = below->spare ? p.spare : NULL;
    p.explain = below->explain ? p.explain : NULL;
    p.memalign = below->memalign ? p.memalign : NULL;
    s->policy = p;
    for (size_t i = 0; i < 4; i++) {
        s->aligned[i] = p;
        s->aligned[i].traits = (p.traits & ~any) | align[i];
    }
}

#endif
