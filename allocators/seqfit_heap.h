/* seqfit_heap.h - a whole heap of a sequential fit: open, usable, walk and check, and
 * SEQFIT_POLICY, which makes a policy of a search and a table. What a fit includes. */
#ifndef FITLAB_SEQFIT_HEAP_H
#define FITLAB_SEQFIT_HEAP_H

#include "seqfit_check.h"
#include "seqfit_resize.h"

static inline struct heap *seqfit_open(const struct policy *policy, struct region *r,
                                       const long *arg, struct seqfit_kind k)
{
    size_t meta = seqfit_first_offset() + BLOCK_TAG;
    bool fixed = r->brk == r->limit, whole = fixed || arg[ARG_GROW] == GROW_ARENA;
    if ((size_t)(r->limit - r->base) < meta + (whole ? BLOCK_MIN : 0)) {
        return NULL;
    }
    size_t want = whole ? (size_t)(r->limit - r->base) : meta;
    if (region_bytes(r) < want) {
        region_extend(r, want - region_bytes(r));
    }
    size_t bytes = (region_bytes(r) - meta) & ~(FITLAB_ALIGN - 1);
    struct seqfit *h = (struct seqfit *)r->base;
    *h = (struct seqfit){.heap = {.policy = policy, .region = r},
                         .first = (struct block *)(r->base + seqfit_first_offset()),
                         .coalesce = (enum seqfit_coalesce)arg[ARG_COALESCE],
                         .grow = whole ? GROW_ARENA : (enum seqfit_grow)arg[ARG_GROW],
                         .split_min = (size_t)arg[ARG_SPLIT_MIN]};
    free_list_init(&h->list, (enum list_order)arg[ARG_ORDER], k.descending);
    h->rover = &h->list.ends;
    h->rover_pos = r->base;
    h->first->tag = 0;
    h->epilogue = block_at(h->first, bytes);
    h->epilogue->tag = 0;
    if (bytes >= BLOCK_MIN) {
        block_set_free(h->first, bytes);
        free_list_append(&h->list, h->first);
        h->rover = k.roving ? h->first : h->rover;
    } else {
        h->epilogue = h->first;
    }
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
    struct span s = {h->heap.region->base, seqfit_first_offset(), NULL, SPAN_META};
    bool more = visit(&s, ctx);
    for (const struct block *b = h->first; more && b != h->epilogue; b = block_after(b)) {
        bool hole = block_is_free(b);
        s = (struct span){(const char *)b, block_bytes(b), hole ? NULL : block_payload(b),
                          hole ? SPAN_FREE : SPAN_USED};
        more = visit(&s, ctx);
    }
    if (more) {
        const char *last = (const char *)h->epilogue;
        s = (struct span){last, (size_t)(end - last), NULL, SPAN_META};
        visit(&s, ctx);
    }
}

/* The definition of a policy from its C name, its name, a line on it, its table of
 * SEQFIT_PARAMS and its struct seqfit_kind, a constant expression. */
#define SEQFIT_POLICY(symbol, title, line, table, kind)                                            \
    static struct heap *symbol##_open(const struct policy *p, struct region *r, const long *arg)   \
    {                                                                                              \
        return seqfit_open(p, r, arg, kind);                                                       \
    }                                                                                              \
    static void *symbol##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return seqfit_alloc(h, n, kind);                                                           \
    }                                                                                              \
    static void symbol##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        seqfit_free(h, p, kind);                                                                   \
    }                                                                                              \
    static void *symbol##_realloc(struct heap *h, void *p, size_t n)                               \
    {                                                                                              \
        return seqfit_realloc(h, p, n, kind);                                                      \
    }                                                                                              \
    static void *symbol##_memalign(struct heap *h, size_t align, size_t n)                         \
    {                                                                                              \
        return seqfit_memalign(h, align, n, kind);                                                 \
    }                                                                                              \
    const struct policy symbol = {.abi = FITLAB_POLICY_ABI,                                        \
                                  .name = title,                                                   \
                                  .summary = line,                                                 \
                                  .params = table,                                                 \
                                  .open = symbol##_open,                                           \
                                  .alloc = symbol##_alloc,                                         \
                                  .free = symbol##_free,                                           \
                                  .usable = seqfit_usable,                                         \
                                  .walk = seqfit_walk,                                             \
                                  .realloc = symbol##_realloc,                                     \
                                  .memalign = symbol##_memalign,                                   \
                                  .check = seqfit_check}

#endif
