/* SPDX-License-Identifier: MIT */
/* heap.h - calling a policy: each optional entry with its generic fallback.
 *
 * Drivers, and policies made of other policies, call these instead of going through the vtable by
 * hand.
 */
#ifndef FITLAB_HEAP_H
#define FITLAB_HEAP_H

#include <string.h>

#include "policy.h"

static inline void *heap_alloc(struct heap *h, size_t n)
{
    return h->policy->alloc(h, n);
}

static inline void heap_free(struct heap *h, void *p)
{
    h->policy->free(h, p);
}

static inline size_t heap_usable(const struct heap *h, const void *p)
{
    return h->policy->usable(h, p);
}

/* The same of a block of `asked` bytes: just these where the policy cannot tell. */
static inline size_t heap_granted(const struct heap *h, const void *p, size_t asked)
{
    return h->policy->usable ? h->policy->usable(h, p) : asked;
}

/* The generic realloc: stay if the block is large enough already, else move. */
static inline void *heap_realloc_by_copy(struct heap *h, void *p, size_t n)
{
    size_t old = h->policy->usable(h, p);
    if (n <= old && n >= old / 2) {
        return p;
    }
    void *q = h->policy->alloc(h, n);
    if (!q) {
        return n <= old ? p : NULL;
    }
    size_t keep = old < n ? old : n;
    memcpy(q, p, keep);
    h->count.moved_bytes += keep;
    h->policy->free(h, p);
    return q;
}

static inline void *heap_realloc(struct heap *h, void *p, size_t n)
{
    return h->policy->realloc ? h->policy->realloc(h, p, n) : heap_realloc_by_copy(h, p, n);
}

/* What every payload of this heap is aligned to, in bytes. */
static inline size_t heap_align(const struct heap *h)
{
    uint32_t traits = h->policy->traits;
    return traits & POLICY_ALIGN_1   ? 1
           : traits & POLICY_ALIGN_4 ? 4
           : traits & POLICY_ALIGN_8 ? 8
                                     : FITLAB_ALIGN;
}

/* The generic memalign returns what alloc returns, if that happens to be aligned, and NULL
 * otherwise. It cannot return an aligned address inside a larger block, as free must get the
 * address that alloc returned. */
static inline void *heap_memalign(struct heap *h, size_t align, size_t n)
{
    if (align <= heap_align(h)) {
        return h->policy->alloc(h, n);
    }
    if (h->policy->memalign) {
        return h->policy->memalign(h, align, n);
    }
    void *p = h->policy->alloc(h, n);
    if (p && ((uintptr_t)p & (align - 1)) != 0) {
        h->policy->free(h, p);
        p = NULL;
    }
    return p;
}

/* NULL if the heap is sound or cannot tell, else what is broken. */
static inline const char *heap_check(const struct heap *h)
{
    return h->policy->check ? h->policy->check(h) : NULL;
}

/* Says which thread makes the calls that follow; before them, and only when it has changed. */
static inline void heap_set_thread(struct heap *h, uint32_t thread)
{
    h->region->thread = thread;
}

/* Visits the spare memory; false: the policy cannot tell which it is, and nothing was visited. */
static inline bool heap_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    if (h->policy->spare) {
        h->policy->spare(h, visit, ctx);
    }
    return h->policy->spare != NULL;
}

/* The parts of a span as the walk alone tells them. */
static inline void heap_explain_by_walk(const struct heap *h, const struct span *s,
                                        part_visitor *visit, void *ctx)
{
    static const enum part_kind kinds[] = {
        [SPAN_META] = PART_FIELD, [SPAN_FREE] = PART_FREE, [SPAN_SLACK] = PART_FREE};
    const char *p = (const char *)s->payload, *end = s->addr + s->bytes;
    if (s->kind == SPAN_ABSENT) {
        return;
    }
    if (s->kind != SPAN_USED) {
        const char *name = s->kind == SPAN_META ? "data of the policy" : "free";
        visit(&(struct part){s->addr, s->bytes, kinds[s->kind], name, NULL, 0}, ctx);
        return;
    }
    size_t usable = heap_granted(h, p, (size_t)(end - p)), front = (size_t)(p - s->addr);
    struct part part = {s->addr, front, PART_HEADER, "header", NULL, s->bytes};
    bool more = !front || visit(&part, ctx);
    part = (struct part){p, usable, PART_PAYLOAD, "payload", NULL, usable};
    more = more && (!usable || visit(&part, ctx));
    part = (struct part){p + usable, (size_t)(end - p) - usable, PART_PADDING, "padding", NULL, 0};
    if (more && part.bytes) {
        visit(&part, ctx);
    }
}

/* Visits the parts of a span. */
static inline void heap_explain(const struct heap *h, const struct span *s, part_visitor *visit,
                                void *ctx)
{
    (h->policy->explain ? h->policy->explain : heap_explain_by_walk)(h, s, visit, ctx);
}

/* A layer's heap number i; NULL: it has no more. */
static inline const struct heap *heap_inner(const struct heap *h, unsigned i)
{
    return h->policy->inner ? h->policy->inner(h, i) : NULL;
}

/* What the heap has counted, its inner heaps included. */
static inline struct counters heap_counters(const struct heap *h)
{
    struct counters sum = h->count;
    const struct heap *inner;
    for (unsigned i = 0; (inner = heap_inner(h, i)); i++) {
        struct counters below = heap_counters(inner);
#define X(name, help) sum.name += below.name;
        FITLAB_COUNTERS(X)
#undef X
    }
    return sum;
}

#endif
