/* heap.h - calling a policy: each optional entry with its generic fallback.
 *
 * Drivers call these instead of going through the vtable by hand.
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

/* The generic memalign can only hope: a block handed out by alloc is what free must see
 * again, so an aligned address inside a larger block is of no use. It returns NULL where
 * alloc's own address does not happen to be aligned. */
static inline void *heap_memalign(struct heap *h, size_t align, size_t n)
{
    if (align <= FITLAB_ALIGN) {
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

#endif
