/* SPDX-License-Identifier: MIT */
/* quick_fit.c - quick lists of small blocks in front of a best-fit.
 *
 * A small block that is freed is kept as it is on the list of its own size, and the next
 * request of that size takes it back: a few instructions for each, no search, no splitting,
 * no coalescing. What the lists do not have comes from a best-fit over bins (seqfit_exact.h).
 * Coalescing is deferred: all that the lists hold is given to the best-fit when the bins have
 * no hole for a request and the lists hold more than a share of the heap, a quarter of it if the
 * request is large, and before a request would fail. That costs O(1) a block kept.
 *
 * Source: C. B. Weinstock and W. A. Wulf, "Quick Fit: An Efficient Algorithm for Heap Storage
 * Allocation", SIGPLAN Notices 23(10), 1988; deferring in lists of small sizes is also what
 * D. Lea's malloc does in its "fast bins".
 */
#include "fits/seqfit_exact_check.h"
#include "fits/seqfit_exact_explain.h"

enum {
    BINS = 256,
    QUICK_MOST = 2048,
    QUICK_BINS = QUICK_MOST / FITLAB_ALIGN + 2,
    LARGE = 65536, /* a request for which less may be held */
    FEW = 4096,    /* bytes: the lists may always hold so many */
    DENSE = 8      /* if more than 1/DENSE of the heap is kept, a flush walks over the heap */
};

struct quick_fit {
    struct seqfit_exact best;
    struct block *heads[BINS];       /* of best.bins, which this must follow */
    struct block *quick[QUICK_BINS]; /* by block size in granules; linked by `next` */
    size_t limit;                    /* blocks below this are kept */
    size_t held;                     /* bytes on the quick lists */
    size_t hold_pct;
};

static struct quick_fit *quick_fit_of(const struct heap *heap)
{
    return (struct quick_fit *)heap;
}

/* Makes one hole of the run of kept blocks and holes that begins at b, or gives it back to the
 * region. Returns the block after it. */
static struct block *release_run(struct seqfit *h, struct block *b)
{
    struct block *end = b;
    for (; end->tag & (BLOCK_KEPT | BLOCK_FREE); end = block_after(end)) {
        if (block_is_free(end)) {
            seqfit_exact_remove(h, end);
        }
        h->heap.count.merges += end != b;
    }
    size_t bytes = (size_t)((char *)end - (char *)b);
    if (end == h->epilogue && h->grow == GROW_EXACT) {
        seqfit_give_back(h, b, SEQFIT_EXACT);
        return h->epilogue;
    }
    block_set_hole(b, bytes, 0);
    seqfit_exact_insert(h, b);
    return end;
}

/* Releases every kept block in one walk over the heap. */
static void flush_heap(struct quick_fit *q)
{
    struct seqfit *h = &q->best.large.fit;
    memset(q->quick, 0, sizeof q->quick);
    for (struct block *b = h->first; b != h->epilogue;) {
        bool run = b->tag & BLOCK_KEPT || (block_is_free(b) && block_after(b)->tag & BLOCK_KEPT);
        b = run ? release_run(h, b) : block_after(b);
    }
}

/* Releases every kept block, list by list. */
static void flush_lists(struct quick_fit *q)
{
    for (size_t g = 0; g < QUICK_BINS; g++) {
        struct block *b = q->quick[g];
        q->quick[g] = NULL;
        while (b) {
            struct block *next = b->next;
            b->tag &= ~BLOCK_KEPT;
            seqfit_by_size_free(&q->best.large.fit.heap, block_payload(b));
            b = next;
        }
    }
}

/* Gives every kept block to the best-fit. If they are a large part of the heap, reading all of the
 * heap in the order of its memory is cheaper than following the lists. False: there was none. */
static bool flush(struct quick_fit *q)
{
    if (q->held == 0) {
        return false;
    }
    if (q->held > region_bytes(q->best.large.fit.heap.region) / DENSE) {
        flush_heap(q);
    } else {
        flush_lists(q);
    }
    q->held = 0;
    return true;
}

/* Whether to coalesce the kept blocks before a request of n bytes that the bins cannot serve. For a
 * large request less need be held: kept blocks may lie between the holes that it needs. */
static inline bool holds_much(const struct quick_fit *q, size_t n)
{
    size_t heap = region_bytes(q->best.large.fit.heap.region);
    size_t pct = n >= LARGE ? q->hold_pct / 4 : q->hold_pct;
    return q->held > FEW && q->held * 100 > heap * pct;
}

/* The general way; before the request would fail, all kept blocks are coalesced. */
SEQFIT_APART void *alloc_general(struct heap *heap, size_t n)
{
    struct quick_fit *q = quick_fit_of(heap);
    if (holds_much(q, n)) {
        flush(q);
    }
    void *p = seqfit_exact_alloc(heap, n);
    return p || !flush(q) ? p : seqfit_exact_alloc(heap, n);
}

/* No bin has a hole: if much is held, coalesces that first; else divides a large hole or moves the
 * break. */
SEQFIT_APART void *alloc_beyond(struct heap *heap, size_t g)
{
    size_t n = g * FITLAB_ALIGN - BLOCK_TAG;
    return holds_much(quick_fit_of(heap), n) ? alloc_general(heap, n)
                                             : seqfit_exact_beyond(heap, g, alloc_general);
}

SEQFIT_APART void *alloc_swept(struct heap *heap, size_t g, size_t from)
{
    return seqfit_exact_swept(heap, g, from, ORDER_SIZE, alloc_beyond);
}

SEQFIT_APART void *alloc_best(struct heap *heap, size_t n)
{
    return seqfit_asks_small(heap, n) ? seqfit_exact_take(heap, block_granules_for(n), ORDER_SIZE,
                                                          alloc_swept, alloc_beyond)
                                      : alloc_general(heap, n);
}

static void *quick_fit_alloc(struct heap *heap, size_t n)
{
    struct quick_fit *q = quick_fit_of(heap);
    if (n <= QUICK_MOST) {
        size_t bytes = block_bytes_for(n);
        struct block *b = q->quick[bytes / FITLAB_ALIGN];
        if (b) {
            q->quick[bytes / FITLAB_ALIGN] = b->next;
            q->held -= bytes;
            b->tag &= ~BLOCK_KEPT;
            heap->count.probes++;
            return block_payload(b);
        }
    }
    return alloc_best(heap, n);
}

static void quick_fit_free(struct heap *heap, void *p)
{
    struct quick_fit *q = quick_fit_of(heap);
    struct block *b = block_of(p);
    size_t bytes = block_bytes(b);
    if (bytes >= q->limit) {
        seqfit_by_size_free(heap, p);
        return;
    }
    b->tag |= BLOCK_KEPT;
    b->next = q->quick[bytes / FITLAB_ALIGN];
    q->quick[bytes / FITLAB_ALIGN] = b;
    q->held += bytes;
}

static void *quick_fit_realloc(struct heap *heap, void *p, size_t n)
{
    struct quick_fit *q = quick_fit_of(heap);
    if (n > heap->policy->usable(heap, p) && holds_much(q, n)) {
        flush(q);
    }
    void *r = seqfit_exact_realloc(heap, p, n);
    return r || !flush(q) ? r : seqfit_exact_realloc(heap, p, n);
}

static void *quick_fit_memalign(struct heap *heap, size_t align, size_t n)
{
    void *p = seqfit_exact_memalign(heap, align, n);
    return p || !flush(quick_fit_of(heap)) ? p : seqfit_exact_memalign(heap, align, n);
}

/* ---- open and check ---- */

enum arg { QUICK, HOLD, GROW };

static const struct param params[] = {
    [QUICK] = {.name = "quick",
               .help = "blocks up to this size are kept on a list of their size",
               .unit = "bytes",
               .init = 1024,
               .max = QUICK_MOST},
    [HOLD] = {.name = "hold",
              .help = "share of the heap that the lists may hold while the heap grows",
              .unit = "pct",
              .init = 4,
              .max = 100},
    [GROW] = GROWTH_PARAM,
    PARAM_END,
};

static struct heap *quick_fit_open(const struct policy *policy, struct region *r, const long *arg)
{
    const struct seqfit_options best = {.order = ORDER_SIZE,
                                        .coalesce = COALESCE_IMMEDIATE,
                                        .split_min = BLOCK_MIN,
                                        .grow = (enum growth)arg[GROW]};
    struct heap *heap = seqfit_exact_open(policy, r, best, BINS, sizeof(struct quick_fit));
    if (heap) {
        struct quick_fit *q = quick_fit_of(heap);
        memset(q->quick, 0, sizeof q->quick);
        q->limit = (size_t)arg[QUICK] + 1;
        q->held = 0;
        q->hold_pct = (size_t)arg[HOLD];
    }
    return heap;
}

static const char *check_list(const struct quick_fit *q, size_t g, size_t most,
                              struct seqfit_census *met, size_t *held)
{
    for (const struct block *b = q->quick[g]; b; b = b->next) {
        if (!seqfit_inside(&q->best.large.fit, b, BLOCK_MIN) || !(b->tag & BLOCK_KEPT)) {
            return "a quick list links to what is not kept";
        }
        if (met->holes == most) {
            return "the quick lists have more blocks than are kept";
        }
        if (size_bins_of(block_bytes(b)) != g) {
            return "a block is on the wrong quick list";
        }
        seqfit_tally(met, b);
        *held += block_bytes(b);
    }
    return NULL;
}

static const char *quick_fit_check(const struct heap *heap)
{
    const struct quick_fit *q = quick_fit_of(heap);
    struct seqfit_census there = {0, 0}, met = {0, 0};
    size_t held = 0;
    if (q->best.bins.count != BINS) {
        return "the number of bins is wrong";
    }
    const char *wrong = seqfit_exact_check_holes(&q->best, sizeof *q, &there, &met);
    for (size_t g = 0; !wrong && g < QUICK_BINS; g++) {
        wrong = check_list(q, g, there.holes, &met, &held);
    }
    if (!wrong && held != q->held) {
        wrong = "the quick lists hold another number of bytes than is said";
    }
    return wrong ? wrong : seqfit_check_census(&there, &met);
}

static void explain_state(struct parts *p, const struct seqfit *h)
{
    const struct quick_fit *q = quick_fit_of(&h->heap);
    seqfit_explain_exact_state(p, h);
    for (size_t g = 0; g < QUICK_BINS; g++) {
        parts_head(p, &q->quick[g], sizeof q->quick[g], "quick list", q->quick[g],
                   g * FITLAB_ALIGN);
    }
    parts_number(p, &q->limit, sizeof q->limit, "limit");
    parts_number(p, &q->held, sizeof q->held, "bytes held");
    parts_number(p, &q->hold_pct, sizeof q->hold_pct, "hold");
}

static void quick_fit_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                              void *ctx)
{
    seqfit_explain_as(heap, s, visit, ctx,
                      (struct seqfit_explainer){explain_state, seqfit_explain_exact_links});
}

const struct policy quick_fit =
    SEQFIT_VTABLE(quick_fit, "quick-fit", "lists of small blocks, not coalesced, before a best-fit",
                  params, quick_fit_check, quick_fit_explain);
