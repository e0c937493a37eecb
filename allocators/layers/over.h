/* SPDX-License-Identifier: MIT */
/* over.h - what layers share that keep one heap below them, in the same region.
 *
 * The layer's own data is a block of the heap below, so that the region, its break and the
 * footprint are those of the heap below. The walk shows that block, and others that the layer keeps
 * for itself, as SPAN_META or SPAN_SLACK. */
#ifndef FITLAB_OVER_H
#define FITLAB_OVER_H

#include <stdatomic.h>

#include "layers/layer.h"

struct over {
    struct heap heap; /* must come first */
    struct heap *below;
    char *block;   /* of the heap below, in which this lies */
    size_t bytes;  /* of the layer's struct */
    uint64_t seal; /* of the fields before: see over_sound */
};

static inline uint64_t over_seal(const struct over *o)
{
    uint64_t parts[] = {(uintptr_t)o->below, (uintptr_t)o->block, o->bytes, (uintptr_t)o};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        sum = (sum ^ parts[i]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 32;
    }
    return sum;
}

/* Whether the pointers are those that over_open has set: only then a check may follow them. */
static inline bool over_sound(const struct over *o)
{
    return o->seal == over_seal(o);
}

/* Opens the heap below, and takes `bytes` of it for the layer's struct, which begins with a struct
 * over; the rest of it is zero. NULL: the region is too small, and as it was. */
static inline struct over *over_open(const struct policy *policy, struct region *r, const long *arg,
                                     size_t bytes)
{
    const struct stack *stack = stack_of(policy);
    const struct region before = *r;
    struct heap *below = stack_open_below(stack, r, arg);
    char *block = below ? (char *)heap_alloc(below, bytes + FITLAB_ALIGN - 1) : NULL;
    if (!block) {
        if (before.brk != before.limit) {
            memset(before.base, 0, (size_t)(r->peak - before.base));
        }
        *r = before;
        return NULL;
    }
    char *at = (char *)(((uintptr_t)block + FITLAB_ALIGN - 1) & ~(uintptr_t)(FITLAB_ALIGN - 1));
    struct over *o = (struct over *)memset(at, 0, bytes);
    o->heap.policy = stack_table(stack, below);
    o->heap.region = r;
    o->below = below;
    o->block = block;
    o->bytes = bytes;
    o->seal = over_seal(o);
    return o;
}

static inline const struct heap *over_inner(const struct heap *h, unsigned i)
{
    return i == 0 ? ((const struct over *)h)->below : NULL;
}

static inline size_t over_usable(const struct heap *h, const void *p)
{
    return heap_usable(((const struct over *)h)->below, p);
}

static inline void *over_memalign(struct heap *h, size_t align, size_t n)
{
    return heap_memalign(((struct over *)h)->below, align, n);
}

/* ---- marks ---- */

/* A block that the program has freed and the layer keeps holds two words: a link and a mark. No
 * block of the program's has that mark: it depends on the layer and on the block's place, and the
 * layer takes it away with the block. So a walk knows what is kept without a search. */
struct kept {
    char *next;
    uint64_t mark;
};

static inline uint64_t kept_mark(const struct heap *h, const char *p)
{
    uint64_t place = (uint64_t)(p - h->region->base);
    uint64_t layer = (uint64_t)((const char *)h - h->region->base);
    return (place ^ layer << 40 ^ UINT64_C(0x66c3b5d1a2e94f87)) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline struct kept kept_read(const char *p)
{
    struct kept k;
    memcpy(&k, p, sizeof k); /* a payload may be aligned to less than a word */
    return k;
}

static inline void kept_write(const struct heap *h, char *p, char *next)
{
    struct kept k = {next, kept_mark(h, p)};
    memcpy(p, &k, sizeof k);
}

static inline void kept_clear(char *p)
{
    memset(p, 0, sizeof(struct kept));
}

/* ---- looking inside ---- */

struct over_walk {
    const struct heap *heap;
    /* what a used block of the heap below is in this layer: used, slack or metadata */
    enum span_kind (*classify)(const struct heap *, const char *payload);
    span_visitor *visit;
    void *ctx;
};

static inline bool over_show(const struct span *span, void *ctx)
{
    const struct over_walk *w = (const struct over_walk *)ctx;
    struct span shown = *span;
    if (span->kind == SPAN_USED) {
        shown.kind = w->classify(w->heap, (const char *)span->payload);
        shown.payload = shown.kind == SPAN_USED ? span->payload : NULL;
    }
    return w->visit(&shown, w->ctx);
}

static inline void over_walk(struct over_walk *w)
{
    const struct heap *below = ((const struct over *)w->heap)->below;
    below->policy->walk(below, over_show, w);
}

/* For a layer that keeps nothing but its own struct. */
static inline enum span_kind over_own_block(const struct heap *h, const char *payload)
{
    return payload == ((const struct over *)h)->block ? SPAN_META : SPAN_USED;
}

static inline void over_walk_own(const struct heap *h, span_visitor *visit, void *ctx)
{
    over_walk(&(struct over_walk){h, over_own_block, visit, ctx});
}

static inline void over_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    heap_spare(((const struct over *)h)->below, visit, ctx);
}

/* A block of the heap below that the layer keeps is explained by the heap below, but for its
 * payload, which the layer explains. */
typedef bool over_tell(const struct heap *, const char *payload, size_t bytes, part_visitor *,
                       void *ctx);

struct over_parts {
    const struct heap *heap;
    over_tell *tell;
    part_visitor *visit;
    void *ctx;
};

static inline bool over_show_part(const struct part *part, void *ctx)
{
    const struct over_parts *p = (const struct over_parts *)ctx;
    return part->kind == PART_PAYLOAD ? p->tell(p->heap, part->addr, part->bytes, p->visit, p->ctx)
                                      : p->visit(part, p->ctx);
}

static inline void over_explain_block(const struct heap *h, const struct span *span,
                                      const char *payload, over_tell *tell, part_visitor *visit,
                                      void *ctx)
{
    const struct heap *below = ((const struct over *)h)->below;
    struct span used = {span->addr, span->bytes, payload, SPAN_USED};
    struct over_parts p = {h, tell, visit, ctx};
    heap_explain(below, &used, over_show_part, &p);
}

static inline bool over_tell_own(const struct heap *h, const char *payload, size_t bytes,
                                 part_visitor *visit, void *ctx)
{
    (void)bytes;
    const struct over *o = (const struct over *)h;
    size_t before = (size_t)((const char *)o - payload);
    return visit(&(struct part){payload, before + o->bytes, PART_FIELD, h->policy->name, NULL, 0},
                 ctx);
}

static inline bool over_has(const struct span *span, const char *p)
{
    return p >= span->addr && p < span->addr + span->bytes;
}

/* For a layer that keeps nothing but its own struct. */
static inline void over_explain_own(const struct heap *h, const struct span *span,
                                    part_visitor *visit, void *ctx)
{
    const struct over *o = (const struct over *)h;
    if (over_has(span, o->block)) {
        over_explain_block(h, span, o->block, over_tell_own, visit, ctx);
    } else {
        heap_explain(o->below, span, visit, ctx);
    }
}

/* The beginning of each layer's check. */
static inline const char *over_check(const struct heap *h)
{
    const struct over *o = (const struct over *)h;
    return over_sound(o) ? heap_check(o->below) : "a layer's pointers are damaged";
}

#endif
