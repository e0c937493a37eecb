/* SPDX-License-Identifier: MIT */
/* slices.h - what layers share that have several heaps: the region is divided into slices of equal
 * size, each with a heap of its own.
 *
 *   base | the layer's data | slice 0 | slice 1 | ... | what is left of a fixed region
 *
 * In a growable region a slice comes into use when it is first asked for memory; the break of the
 * region is then at least at its end, and what lies above its own break is absent. In a fixed
 * region all of them are in use from the start. A region that is too small for slices has one heap,
 * and then there is no layer. */
#ifndef FITLAB_SLICES_H
#define FITLAB_SLICES_H

#include <stdatomic.h>

#include "layers/layer.h"
#include "layers/spin.h"

enum {
    SLICES_MOST = 64,
    SLICES_THREADS = 1024,         /* whose slice is remembered */
    SLICES_LEAST_BYTES = 64 << 10, /* of a slice */
    SLICES_GOOD_BYTES = 1 << 20,   /* of a slice, where more than SLICES_FEW are wanted */
    SLICES_FEW = 16
};

/* A cache line is written by one side only: what all threads read to find a heap, what changes as
 * the heap grows, and what other threads write to when they free its blocks. */
enum { SLICES_LINE = 64 };

struct slice {
    _Alignas(SLICES_LINE) _Atomic(struct heap *) heap; /* NULL: not in use */
    atomic_uint thread; /* arenas: which was the last to ask, + 1; owner: whose it is, + 1 */

    _Alignas(SLICES_LINE) struct region region;
    size_t known; /* its footprint, as the region was told last */

    _Alignas(SLICES_LINE) _Atomic(char *) list; /* owner: blocks that other threads have freed */
    atomic_uint waiting;                        /* owner: blocks in the list */
};

struct slices {
    struct heap heap; /* must come first */
    const struct stack *stack;
    uint32_t n;
    uint32_t slice_units; /* of REGION_ALIGN bytes */
    uint32_t state_units; /* of the layer's data */
    bool fixed;
    uint64_t inverse; /* of slice_units: see slices_find */
    uint64_t seal;    /* of what must not change: see slices_sound */
    long arg[STACK_MOST_PARAMS];
    struct spin opening;
    atomic_uint next;             /* slice for the next new thread */
    uint8_t home[SLICES_THREADS]; /* of each thread, + 1; 0: none yet */
    struct slice slice[];
};

static inline struct slices *slices_of(const struct heap *h)
{
    return (struct slices *)(uintptr_t)h;
}

static inline size_t slices_bytes(const struct slices *s)
{
    return (size_t)s->slice_units * REGION_ALIGN;
}

/* Where slice i begins; i may be n, for the end of the last. */
static inline char *slices_base(const struct slices *s, uint32_t i)
{
    return s->heap.region->base + (size_t)s->state_units * REGION_ALIGN + i * slices_bytes(s);
}

static inline struct heap *slices_heap(const struct slices *s, uint32_t i)
{
    return atomic_load_explicit(&((struct slices *)(uintptr_t)s)->slice[i].heap,
                                memory_order_acquire);
}

enum { SLICES_INVERSE_BITS = 40 };

/* The slice in which a block lies: units / slice_units by a multiplication, whose result is at most
 * one too large. It fits into its word, as no block lies behind slice n. */
static inline uint32_t slices_find(const struct slices *s, const void *p)
{
    size_t at = (size_t)((const char *)p - s->heap.region->base) / REGION_ALIGN;
    uint32_t units = (uint32_t)at - s->state_units;
    uint32_t i = (uint32_t)(units * s->inverse >> SLICES_INVERSE_BITS);
    return i - (i * s->slice_units > units);
}

static inline uint64_t slices_seal(const struct slices *s)
{
    uint64_t sum = (uint64_t)s->n << 32 | s->slice_units;
    sum ^= (uint64_t)(uintptr_t)s->stack ^ (uint64_t)s->state_units << 40 ^ s->fixed ^ s->inverse;
    for (uint32_t i = 0; i < s->n && i < SLICES_MOST; i++) {
        const struct region *r = &s->slice[i].region;
        uint64_t one = (uint64_t)(uintptr_t)slices_heap(s, i) ^ (uint64_t)(uintptr_t)r->base << 1 ^
                       (uint64_t)(uintptr_t)r->limit << 2;
        sum = (sum ^ one) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
    }
    return sum;
}

/* Tells the region about a change of a slice's footprint. With real threads nobody looks at the
 * region's footprint while they run, and then the slices' own regions say what it is. */
static inline void slices_settle(struct slices *s, uint32_t i)
{
    struct region *r = s->heap.region;
    if (s->fixed || r->threads) {
        return;
    }
    size_t now = region_footprint(&s->slice[i].region);
    if (now != s->slice[i].known) {
        size_t absent = r->absent + s->slice[i].known - now;
        s->slice[i].known = now;
        region_set_absent(r, absent);
    }
}

/* Moves the region's break to the end of a slice, all of which is absent as yet. */
static inline void slices_reach(struct slices *s, uint32_t i)
{
    struct region *r = s->heap.region;
    char *end = slices_base(s, i + 1);
    if (r->brk < end) {
        size_t more = (size_t)(end - r->brk);
        region_extend(r, more);
        region_set_absent(r, r->absent + more);
        s->heap.count.grows++;
    }
}

static inline struct heap *slices_open_one(struct slices *s, uint32_t i)
{
    struct slice *one = &s->slice[i];
    char *base = slices_base(s, i), *limit = slices_base(s, i + 1);
    one->region = (struct region){.base = base, .brk = base, .limit = limit, .peak = base};
    one->region.thread = s->heap.region->thread;
    one->region.threads = s->heap.region->threads;
    if (s->fixed) {
        one->region.brk = one->region.peak = limit;
    }
    if (!s->fixed) {
        slices_reach(s, i);
    }
    struct heap *heap = stack_open_below(s->stack, &one->region, s->arg);
    atomic_store_explicit(&one->heap, heap, memory_order_release);
    s->seal = slices_seal(s);
    slices_settle(s, i);
    return heap;
}

/* The heap of a slice, which is brought into use if it is not yet. NULL: it is too small. */
static inline struct heap *slices_ready(struct slices *s, uint32_t i)
{
    struct region *r = s->heap.region;
    struct heap *heap = slices_heap(s, i);
    if (!heap && !s->fixed) {
        spin_take(&s->opening, r);
        heap = slices_heap(s, i);
        heap = heap ? heap : slices_open_one(s, i);
        spin_leave(&s->opening);
    }
    if (heap && !r->threads) {
        s->slice[i].region.thread = r->thread;
    }
    return heap;
}

/* How many slices a region is good for. */
static inline uint32_t slices_count(const struct region *r, long wanted)
{
    size_t total = (size_t)(r->limit - r->base), most = total / SLICES_LEAST_BYTES;
    most = most < SLICES_FEW ? most : SLICES_FEW;
    most = total / SLICES_GOOD_BYTES > most ? total / SLICES_GOOD_BYTES : most;
    return (size_t)wanted < most ? (uint32_t)wanted : (uint32_t)most;
}

/* Tries it with n slices. NULL: the region is too small for so many. */
static inline struct slices *slices_try(const struct policy *policy, struct region *r,
                                        const long *arg, uint32_t n)
{
    const struct stack *stack = stack_of(policy);
    struct slices *s = (struct slices *)r->base;
    size_t bytes = sizeof *s + n * sizeof s->slice[0], total = (size_t)(r->limit - r->base);
    size_t state = (bytes + REGION_ALIGN - 1) & ~(REGION_ALIGN - 1);
    bool fixed = r->brk == r->limit;
    if (!fixed && !region_extend(r, state)) {
        return NULL;
    }
    memset(s, 0, bytes);
    s->heap.region = r;
    s->heap.count.grows = !fixed;
    s->stack = stack;
    s->n = n;
    s->state_units = (uint32_t)(state / REGION_ALIGN);
    s->slice_units = (uint32_t)((total - state) / n / REGION_ALIGN);
    s->inverse = (UINT64_C(1) << SLICES_INVERSE_BITS) / s->slice_units + 1;
    s->fixed = fixed;
    memcpy(s->arg, arg, layer_count_params(stack->params) * sizeof *arg);
    struct heap *first = NULL;
    for (uint32_t i = 0; i < (fixed ? n : 1); i++) {
        struct heap *heap = slices_open_one(s, i);
        if (!heap) {
            return NULL;
        }
        first = first ? first : heap;
    }
    s->heap.policy = stack_table(stack, first);
    return s;
}

/* Opens the heap with n slices, or with fewer if the region is small; with one, it is the heap
 * below. NULL: even that is too much for the region. */
static inline struct heap *slices_open(const struct policy *policy, struct region *r,
                                       const long *arg, long wanted)
{
    const struct region before = *r;
    for (uint32_t n = slices_count(r, wanted); n > 1; n /= 2) {
        struct slices *s = slices_try(policy, r, arg, n);
        if (s) {
            return &s->heap;
        }
        if (before.brk != before.limit) {
            memset(before.base, 0, (size_t)(r->peak - before.base));
        }
        *r = before;
    }
    return stack_open_below(stack_of(policy), r, arg);
}

/* ---- calls ---- */

/* A request to slice i: of n bytes, aligned if align is not 0. */
static inline void *slices_ask(struct slices *s, uint32_t i, size_t align, size_t n)
{
    struct heap *heap = slices_ready(s, i);
    void *p = !heap ? NULL : align ? heap_memalign(heap, align, n) : heap_alloc(heap, n);
    if (heap) {
        slices_settle(s, i);
    }
    return p;
}

/* Whether a request cannot be served by any slice. */
static inline bool slices_too_large(const struct slices *s, size_t align, size_t n)
{
    return n >= slices_bytes(s) || align >= slices_bytes(s);
}

static inline void slices_free(struct slices *s, uint32_t i, void *p)
{
    heap_free(slices_ready(s, i), p);
    slices_settle(s, i);
}

static inline size_t slices_usable(const struct heap *h, const void *p)
{
    const struct slices *s = slices_of(h);
    return heap_usable(slices_heap(s, slices_find(s, p)), p);
}

/* Resizes in the block's own slice. */
static inline void *slices_resize(struct slices *s, uint32_t i, void *p, size_t n)
{
    void *q = heap_realloc(slices_ready(s, i), p, n);
    slices_settle(s, i);
    return q;
}

/* Copies a block to where it has got a new one. */
static inline void slices_move(struct heap *h, void *to, const void *from, size_t n)
{
    size_t old = h->policy->usable(h, from), keep = old < n ? old : n;
    memcpy(to, from, keep);
    __atomic_fetch_add(&h->count.moved_bytes, keep, __ATOMIC_RELAXED);
}

/* ---- looking inside ---- */

static inline const struct heap *slices_inner(const struct heap *h, unsigned i)
{
    const struct slices *s = slices_of(h);
    for (uint32_t k = 0; k < s->n; k++) {
        const struct heap *heap = slices_heap(s, k);
        if (heap && i-- == 0) {
            return heap;
        }
    }
    return NULL;
}

struct slices_walk {
    const struct heap *heap;
    span_visitor *visit;
    spare_visitor *spare;
    void *ctx;
    bool (*kept)(const struct heap *, const char *payload); /* not the program's any more */
    bool more;
};

static inline bool slices_pass_span(const struct span *span, void *ctx)
{
    struct slices_walk *w = (struct slices_walk *)ctx;
    struct span shown = *span;
    if (span->kind == SPAN_USED && w->kept && w->kept(w->heap, (const char *)span->payload)) {
        shown.kind = SPAN_SLACK;
        shown.payload = NULL;
    }
    return w->more = w->visit(&shown, w->ctx);
}

static inline void slices_show(struct slices_walk *w, const char *from, const char *to,
                               enum span_kind kind)
{
    if (w->more && from < to) {
        w->more = w->visit(&(struct span){from, (size_t)(to - from), NULL, kind}, w->ctx);
    }
}

static inline void slices_walk(struct slices_walk *w)
{
    const struct slices *s = slices_of(w->heap);
    const struct region *r = w->heap->region;
    const char *at = slices_base(s, 0);
    slices_show(w, r->base, at, SPAN_META);
    for (uint32_t i = 0; i < s->n && at < r->brk; i++) {
        const struct heap *heap = slices_heap(s, i);
        if (w->more && heap) {
            heap->policy->walk(heap, slices_pass_span, w);
            at = s->slice[i].region.brk;
        }
        slices_show(w, at, slices_base(s, i + 1), SPAN_ABSENT);
        at = slices_base(s, i + 1);
    }
    slices_show(w, at, r->brk, SPAN_META);
}

static inline bool slices_pass_spare(const char *addr, size_t bytes, void *ctx)
{
    struct slices_walk *w = (struct slices_walk *)ctx;
    return w->more = w->spare(addr, bytes, w->ctx);
}

static inline void slices_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    const struct slices *s = slices_of(h);
    struct slices_walk w = {.heap = h, .spare = visit, .ctx = ctx, .more = true};
    for (uint32_t i = 0; i < s->n && w.more; i++) {
        const struct heap *heap = slices_heap(s, i);
        if (heap) {
            heap_spare(heap, slices_pass_spare, &w);
        }
    }
}

/* The heap that explains a span; NULL: it is the layer's own, or absent. */
static inline const struct heap *slices_explainer(const struct heap *h, const struct span *span)
{
    const struct slices *s = slices_of(h);
    bool own = span->kind == SPAN_ABSENT || span->addr < slices_base(s, 0) ||
               span->addr >= slices_base(s, s->n);
    return own ? NULL : slices_heap(s, slices_find(s, span->addr));
}

/* Whether the pointers and sizes are those that opening has set, and the slices add up to the
 * footprint: only then a check may follow them. */
static inline bool slices_sound(const struct slices *s)
{
    const struct region *whole = s->heap.region;
    if (s->n > SLICES_MOST || s->seal != slices_seal(s)) {
        return false;
    }
    size_t sum = (size_t)s->state_units * REGION_ALIGN;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct region *r = &s->slice[i].region;
        if (!slices_heap(s, i)) {
            continue;
        }
        if (r->brk < r->base || r->brk > r->limit || r->absent > region_bytes(r)) {
            return false;
        }
        sum += region_footprint(r);
    }
    return s->fixed || whole->threads || sum == region_footprint(whole);
}

static inline const char *slices_check(const struct heap *h)
{
    const struct slices *s = slices_of(h);
    const char *broken = slices_sound(s) ? NULL : "the layer's account of its slices is damaged";
    for (size_t t = 0; !broken && t < SLICES_THREADS; t++) {
        broken = s->home[t] > s->n ? "a thread's slice does not exist" : NULL;
    }
    for (uint32_t i = 0; !broken && i < s->n; i++) {
        const struct heap *heap = slices_heap(s, i);
        broken = heap ? heap_check(heap) : NULL;
    }
    return broken;
}

#endif
