/* SPDX-License-Identifier: MIT */
/* seqfit_heap.h - a whole heap of a sequential fit: its parameters, open, usable and walk, and the
 * macros that make a policy of it. */
#ifndef FITLAB_SEQFIT_HEAP_H
#define FITLAB_SEQFIT_HEAP_H

#include <string.h>

#include "fits/seqfit_check.h"
#include "fits/seqfit_explain.h"
#include "fits/seqfit_resize.h"

/* ---- parameters ---- */

/* The parameter table of every fit, in this order. */
enum seqfit_arg { ARG_ORDER, ARG_COALESCE, ARG_SPLIT_MIN, ARG_GROW, ARG_INDEX, ARG_BINS };

enum seqfit_index { INDEX_LIST, INDEX_TREE, INDEX_EXACT };

/* What the shared code must be told when a heap is opened. */
struct seqfit_options {
    enum list_order order;
    enum seqfit_coalesce coalesce;
    size_t split_min; /* bytes, at least BLOCK_MIN: a smaller remainder stays in its block */
    enum growth grow; /* as asked for; growth_for says what holds in a region */
};

/* The options of a fit whose table begins with SEQFIT_PARAMS. */
static inline struct seqfit_options seqfit_options_of(const long *arg)
{
    return (struct seqfit_options){.order = (enum list_order)arg[ARG_ORDER],
                                   .coalesce = (enum seqfit_coalesce)arg[ARG_COALESCE],
                                   .split_min = (size_t)arg[ARG_SPLIT_MIN],
                                   .grow = (enum growth)arg[ARG_GROW]};
}

#define SEQFIT_CHOICES(names) .max = (long)(sizeof(names) / sizeof *(names)) - 2, .choices = (names)

#define SEQFIT_PARAMS(orders, indexes)                                                             \
    [ARG_ORDER] = {.name = "order",                                                                \
                   .help = "of the holes: first-fit takes the first, ties go to the first",        \
                   SEQFIT_CHOICES(orders)},                                                        \
    [ARG_COALESCE] = {.name = "coalesce",                                                          \
                      .help = "when free neighbours become one hole",                              \
                      SEQFIT_CHOICES(seqfit_coalesce_names)},                                      \
    [ARG_SPLIT_MIN] = {.name = "split_min",                                                        \
                       .help = "a remainder smaller than this stays in its block",                 \
                       .unit = "bytes",                                                            \
                       .init = BLOCK_MIN,                                                          \
                       .min = BLOCK_MIN,                                                           \
                       .max = 65536},                                                              \
    [ARG_GROW] = GROWTH_PARAM,                                                                     \
    [ARG_INDEX] = {.name = "index",                                                                \
                   .help = "how a hole is found, which never changes which one",                   \
                   SEQFIT_CHOICES(indexes)}

static const char *const seqfit_orders[] = {"address", "lifo", "fifo", "size", NULL};
static const char *const seqfit_indexes[] = {"list", "tree", NULL};
static const char *const seqfit_coalesce_names[] = {"immediate", "deferred", "never", NULL};

/* ---- open, usable, walk ---- */

/* An empty heap whose own state takes `state` bytes from the region's base; struct seqfit comes
 * first in it. NULL: the region is too small. The caller then calls seqfit_fill, which makes the
 * first hole, if there is room for one. */
static inline struct seqfit *seqfit_start(const struct policy *policy, struct region *r,
                                          struct seqfit_options options, struct seqfit_kind k,
                                          size_t state)
{
    size_t first = seqfit_first_offset(state), meta = first + BLOCK_TAG;
    enum growth grow = growth_for(r, (long)options.grow);
    size_t span = (size_t)(r->limit - r->base);
    if (span < meta + (grow == GROW_ARENA ? BLOCK_MIN : 0)) {
        return NULL;
    }
    size_t want = grow == GROW_ARENA ? span : meta;
    if (region_bytes(r) < want && !region_extend(r, want - region_bytes(r))) {
        return NULL;
    }
    size_t bytes = region_bytes(r) - meta;
    if (k.reach != 0 && bytes > k.reach - meta) {
        bytes = k.reach - meta;
    }
    struct seqfit *h = (struct seqfit *)r->base;
    memset(h, 0, sizeof *h);
    h->heap.policy = policy;
    h->heap.region = r;
    h->first = (struct block *)(r->base + first);
    h->coalesce = options.coalesce;
    h->grow = grow;
    h->split_min = options.split_min;
    free_list_init(&h->list, options.order, k.descending);
    h->rover = &h->list.ends;
    h->rover_pos = r->base;
    h->first->tag = 0;
    h->epilogue = block_at(h->first, bytes & ~(FITLAB_ALIGN - 1));
    block_set_epilogue(h->epilogue);
    return h;
}

/* Makes all memory of a new heap between its first block and its epilogue one hole. */
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
                                       struct seqfit_options options, struct seqfit_kind k)
{
    struct seqfit *h = seqfit_start(policy, r, options, k, sizeof *h);
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

/* ---- a policy ---- */

/* The four entries of a policy that depend on its struct seqfit_kind, a constant expression. */
#define SEQFIT_ENTRIES(symbol, kind)                                                               \
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
    }

/* The rest of the table of a sequential fit. */
#define SEQFIT_TABLE(title, line, table, opener, checker, explainer)                               \
    .abi = FITLAB_POLICY_ABI, .name = title, .summary = line, .params = table, .open = opener,     \
    .usable = seqfit_usable, .walk = seqfit_walk, .check = checker, .spare = seqfit_spare,         \
    .explain = explainer

/* The table of a policy with the entries that SEQFIT_ENTRIES(symbol, ...) makes. */
#define SEQFIT_VTABLE_OPENED(symbol, title, line, table, opener, checker, explainer)               \
    {                                                                                              \
        SEQFIT_TABLE(title, line, table, opener, checker, explainer),                              \
            .alloc = symbol##_alloc, .free = symbol##_free, .realloc = symbol##_realloc,           \
            .memalign = symbol##_memalign                                                          \
    }

/* The same, opened by symbol_open. */
#define SEQFIT_VTABLE(symbol, title, line, table, checker, explainer)                              \
    SEQFIT_VTABLE_OPENED(symbol, title, line, table, symbol##_open, checker, explainer)

#endif
