/* seqfit_heap.h - a whole heap of a sequential fit: open, usable, walk and check, and
 * the macros that make a policy of it. */
#ifndef FITLAB_SEQFIT_HEAP_H
#define FITLAB_SEQFIT_HEAP_H

#include <string.h>

#include "fits/seqfit_check.h"
#include "fits/seqfit_explain.h"
#include "fits/seqfit_resize.h"

/* An empty heap whose own state takes `state` bytes from the region's base, struct seqfit
 * first; NULL: the region is too small. Its hole, if it has one, is for seqfit_fill to make. */
static inline struct seqfit *seqfit_start(const struct policy *policy, struct region *r,
                                          const long *arg, struct seqfit_kind k, size_t state)
{
    size_t first = seqfit_first_offset(state), meta = first + BLOCK_TAG;
    enum growth grow = growth_for(r, arg[ARG_GROW]);
    size_t span = (size_t)(r->limit - r->base);
    if (span < meta + (grow == GROW_ARENA ? BLOCK_MIN : 0)) {
        return NULL;
    }
    size_t want = grow == GROW_ARENA ? span : meta;
    if (region_bytes(r) < want) {
        region_extend(r, want - region_bytes(r));
    }
    size_t bytes = region_bytes(r) - meta;
    if (k.reach && bytes > k.reach - meta) {
        bytes = k.reach - meta;
    }
    struct seqfit *h = (struct seqfit *)r->base;
    memset(h, 0, sizeof *h);
    h->heap.policy = policy;
    h->heap.region = r;
    h->first = (struct block *)(r->base + first);
    h->coalesce = (enum seqfit_coalesce)arg[ARG_COALESCE];
    h->grow = grow;
    h->split_min = (size_t)arg[ARG_SPLIT_MIN];
    free_list_init(&h->list, (enum list_order)arg[ARG_ORDER], k.descending);
    h->rover = &h->list.ends;
    h->rover_pos = r->base;
    h->first->tag = 0;
    h->epilogue = block_at(h->first, bytes & ~(FITLAB_ALIGN - 1));
    block_set_epilogue(h->epilogue);
    return h;
}

/* Makes what lies between the two ends of a fresh heap a hole. */
SEQFIT_INLINE void seqfit_fill(struct seqfit *h, struct seqfit_kind k)
{
    size_t bytes = (size_t)((char *)h->epilogue - (char *)h->first);
    if (bytes < BLOCK_MIN) {
        h->epilogue = h->first;
        block_set_epilogue(h->epilogue);
        return;
    }
    block_set_free(h->first, bytes);
    seqfit_insert(h, h->first, k);
    h->rover = k.roving ? h->first : h->rover;
}

static inline struct heap *seqfit_open(const struct policy *policy, struct region *r,
                                       const long *arg, struct seqfit_kind k)
{
    struct seqfit *h = seqfit_start(policy, r, arg, k, sizeof *h);
    if (!h) {
        return NULL;
    }
    seqfit_fill(h, k);
    return &h->heap;
}

static inline size_t seqfit_usable(const struct heap *heap, const void *p)
{
    (void)heap;
    return block_bytes(block_of(p)) - BLOCK_TAG;
}

static inline void seqfit_walk(const struct heap *heap, span_visitor *visit, void *ctx)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    const char *end = h->heap.region->brk;
    const char *base = h->heap.region->base;
    struct span s = {base, (size_t)((const char *)h->first - base), NULL, SPAN_META};
    bool more = visit(&s, ctx);
    for (const struct block *b = h->first; more && b != h->epilogue; b = block_after(b)) {
        enum span_kind kind = block_is_free(b) ? SPAN_FREE : SPAN_USED;
        kind = b->tag & BLOCK_KEPT ? SPAN_SLACK : kind;
        s = (struct span){(const char *)b, block_bytes(b),
                          kind == SPAN_USED ? block_payload(b) : NULL, kind};
        more = visit(&s, ctx);
    }
    if (more) {
        const char *last = (const char *)h->epilogue;
        s = (struct span){last, (size_t)(end - last), NULL, SPAN_META};
        visit(&s, ctx);
    }
}

/* Of these, the ones for which no fit is ever in a hurry. */
#define SEQFIT_RESIZING(symbol, kind)                                                              \
    static void *symbol##_realloc(struct heap *h, void *p, size_t n)                               \
    {                                                                                              \
        return seqfit_realloc(h, p, n, kind);                                                      \
    }                                                                                              \
    static void *symbol##_memalign(struct heap *h, size_t align, size_t n)                         \
    {                                                                                              \
        return seqfit_memalign(h, align, n, kind);                                                 \
    }

/* The entries of a policy that its struct seqfit_kind, a constant expression, makes. */
#define SEQFIT_ENTRIES(symbol, kind)                                                               \
    SEQFIT_RESIZING(symbol, kind)                                                                  \
    static void *symbol##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return seqfit_alloc(h, n, kind);                                                           \
    }                                                                                              \
    static void symbol##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        seqfit_free(h, p, kind);                                                                   \
    }

/* A policy of these entries, of an open, a check and an explain. */
#define SEQFIT_VTABLE_OPENED(symbol, title, line, table, opener, checker, explainer)               \
    {                                                                                              \
        .abi = FITLAB_POLICY_ABI, .name = title, .summary = line, .params = table, .open = opener, \
        .alloc = symbol##_alloc, .free = symbol##_free, .usable = seqfit_usable,                   \
        .walk = seqfit_walk, .realloc = symbol##_realloc, .memalign = symbol##_memalign,           \
        .check = checker, .spare = seqfit_spare, .explain = explainer                              \
    }

/* The same, opened by symbol_open. */
#define SEQFIT_VTABLE(symbol, title, line, table, checker, explainer)                              \
    SEQFIT_VTABLE_OPENED(symbol, title, line, table, symbol##_open, checker, explainer)

#endif
