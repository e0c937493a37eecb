/* SPDX-License-Identifier: MIT */
/* arenas.c - several heaps, so that threads do not meet in one. A block returns to its own arena.
 *
 * by=thread gives each thread an arena at its first request, one after the other, as ptmalloc does;
 * cpu takes the thread's number modulo n, as if each thread stayed on a processor of its own;
 * contention lets a thread leave an arena in which another has asked since, as ptmalloc leaves one
 * whose lock is taken; size keeps requests of alike sizes together, whoever asks. An arena that is
 * full sends the request to the next one.
 *
 * Sources: Larson and Krishnan, "Memory allocation for long-running server applications", ISMM 1998
 * (several heaps, a block returns to its own); Gloger's ptmalloc. With P threads the footprint is
 * at most P times that of one heap, and a chain of producers and consumers reaches that (Berger,
 * McKinley, Blumofe and Wilson, "Hoard", ASPLOS 2000, section 2). */
#include "layers/slices.h"

enum by { BY_THREAD, BY_CPU, BY_SIZE, BY_CONTENTION };

static const char *const by_names[] = {"thread", "cpu", "size", "contention", NULL};

static const struct param params[] = {
    {.name = "n",
     .help = "arenas, at most; 1: none but the heap below",
     .init = 4,
     .min = 1,
     .max = SLICES_MOST},
    {.name = "by", .help = "what chooses the arena of a request", .choices = by_names},
    PARAM_END,
};

static struct heap *open_arenas(const struct policy *policy, struct region *r, const long *arg)
{
    return slices_open(policy, r, arg, arg[0]);
}

/* The arena in which the thread asked before; at its first request the next in turn. */
static uint32_t home_of(struct slices *s, uint32_t thread)
{
    if (thread >= SLICES_THREADS) {
        return thread % s->n;
    }
    if (!s->home[thread]) {
        unsigned turn = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
        s->home[thread] = (uint8_t)(turn % s->n + 1);
    }
    return s->home[thread] - 1u;
}

/* From its home on, the first arena in which nobody has asked, or nobody else since. */
static uint32_t uncontended(struct slices *s, uint32_t thread)
{
    uint32_t home = home_of(s, thread), i = home;
    for (uint32_t k = 0; k < s->n; k++) {
        uint32_t other = (home + k) % s->n;
        unsigned last = atomic_load_explicit(&s->slice[other].thread, memory_order_relaxed);
        if (last == 0 || last == thread + 1) {
            i = other;
            break;
        }
    }
    atomic_store_explicit(&s->slice[i].thread, thread + 1, memory_order_relaxed);
    if (thread < SLICES_THREADS) {
        s->home[thread] = (uint8_t)(i + 1);
    }
    return i;
}

/* Up to 32 bytes, then up to 128, 512, 2048 and so on; the last arena has all that is larger. */
static uint32_t by_size(const struct slices *s, size_t n)
{
    uint32_t i = 0;
    for (size_t rest = n ? (n - 1) / 32 : 0; rest && i + 1 < s->n; rest /= 4) {
        i++;
    }
    return i;
}

static uint32_t choose(struct slices *s, size_t n)
{
    uint32_t thread = region_thread(s->heap.region);
    switch ((enum by)s->arg[1]) {
    case BY_CPU:
        return thread % s->n;
    case BY_SIZE:
        return by_size(s, n);
    case BY_CONTENTION:
        return uncontended(s, thread);
    default:
        return home_of(s, thread);
    }
}

static void *ask(struct slices *s, size_t align, size_t n)
{
    if (slices_too_large(s, align, n)) {
        return NULL;
    }
    uint32_t first = choose(s, n);
    void *p = slices_ask(s, first, align, n);
    for (uint32_t k = 1; !p && k < s->n; k++) {
        p = slices_ask(s, (first + k) % s->n, align, n);
    }
    return p;
}

static void *alloc_arenas(struct heap *h, size_t n)
{
    return ask(slices_of(h), 0, n);
}

static void *memalign_arenas(struct heap *h, size_t align, size_t n)
{
    return ask(slices_of(h), align, n);
}

static void free_arenas(struct heap *h, void *p)
{
    struct slices *s = slices_of(h);
    slices_free(s, slices_find(s, p), p);
}

/* In its own arena; in another one only if that is full. */
static void *realloc_arenas(struct heap *h, void *p, size_t n)
{
    struct slices *s = slices_of(h);
    uint32_t own = slices_find(s, p);
    if (slices_too_large(s, 0, n)) {
        return NULL;
    }
    void *q = slices_resize(s, own, p, n);
    for (uint32_t k = 1; !q && h->policy->usable && k < s->n; k++) {
        q = slices_ask(s, (own + k) % s->n, 0, n);
        if (q) {
            slices_move(h, q, p, n);
            slices_free(s, own, p);
        }
    }
    return q;
}

static void walk_arenas(const struct heap *h, span_visitor *visit, void *ctx)
{
    struct slices_walk w = {.heap = h, .visit = visit, .ctx = ctx, .more = true};
    slices_walk(&w);
}

static void explain_arenas(const struct heap *h, const struct span *span, part_visitor *visit,
                           void *ctx)
{
    const struct heap *heap = slices_explainer(h, span);
    if (heap) {
        heap_explain(heap, span, visit, ctx);
    } else {
        heap_explain_by_walk(h, span, visit, ctx);
    }
}

/* Any thread may free a block of any arena. */
static unsigned threads(const long *arg, unsigned below)
{
    (void)arg;
    return below;
}

const struct layer arenas = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER | POLICY_COARSE,
               .name = "arenas",
               .summary = "several heaps, so that threads do not meet in one",
               .params = params,
               .open = open_arenas,
               .alloc = alloc_arenas,
               .free = free_arenas,
               .usable = slices_usable,
               .walk = walk_arenas,
               .realloc = realloc_arenas,
               .memalign = memalign_arenas,
               .check = slices_check,
               .spare = slices_spare,
               .explain = explain_arenas,
               .inner = slices_inner},
    .needs = LAYER_NEEDS_MANY,
    .threads = threads,
};
