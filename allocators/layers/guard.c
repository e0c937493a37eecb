/* SPDX-License-Identifier: MIT */
/* guard.c - bytes behind each block that nobody may write to, as dlmalloc's footers and the red
 * zones of dmalloc and Electric Fence: an overflow of up to so many bytes is seen when the block is
 * freed or resized, or when the heap is checked.
 *
 * The bytes stand at the end of what the heap below grants, and the layer says that so many fewer
 * are usable: what rounding adds to a request is the program's, and writing there is no fault.
 * Damage is counted and told by `check`; the block is freed as any other. */
#include "layers/over.h"

struct guarded {
    struct over over;
    size_t bytes;
    atomic_size_t broken; /* blocks whose guard was damaged when they were freed or resized */
};

static const struct param params[] = {
    {.name = "bytes", .help = "behind each block", .unit = "bytes", .init = 8, .min = 0, .max = 64},
    PARAM_END,
};

static struct heap *open_guard(const struct policy *policy, struct region *r, const long *arg)
{
    if (arg[0] == 0) {
        return stack_open_below(stack_of(policy), r, arg);
    }
    struct guarded *g = (struct guarded *)over_open(policy, r, arg, sizeof *g);
    if (!g) {
        return NULL;
    }
    g->bytes = (size_t)arg[0];
    return &g->over.heap;
}

static size_t usable_guarded(const struct heap *h, const void *p)
{
    const struct guarded *g = (const struct guarded *)h;
    size_t all = heap_usable(g->over.below, p);
    return all > g->bytes ? all - g->bytes : 0;
}

/* Each byte depends on its place, so that neither a copy of a guard nor a string of zeroes is one.
 */
static unsigned char guard_byte(const struct heap *h, const char *at)
{
    uint64_t place = (uint64_t)(at - h->region->base);
    return (unsigned char)(0xa5 ^ (place * UINT64_C(0x9e3779b97f4a7c15) >> 56));
}

static void *put_guard(struct heap *h, void *p)
{
    struct guarded *g = (struct guarded *)h;
    if (p) {
        char *from = (char *)p + usable_guarded(h, p);
        for (size_t i = 0; i < g->bytes; i++) {
            from[i] = (char)guard_byte(h, from + i);
        }
    }
    return p;
}

static bool guard_holds(const struct heap *h, const void *p)
{
    const struct guarded *g = (const struct guarded *)h;
    const char *from = (const char *)p + usable_guarded(h, p);
    for (size_t i = 0; i < g->bytes; i++) {
        if ((unsigned char)from[i] != guard_byte(h, from + i)) {
            return false;
        }
    }
    return true;
}

static void look_at_guard(struct heap *h, const void *p)
{
    if (!guard_holds(h, p)) {
        atomic_fetch_add_explicit(&((struct guarded *)h)->broken, 1, memory_order_relaxed);
    }
}

/* Requests that fail anyway stay as they are, so that no sum overflows. */
static size_t with_guard(const struct heap *h, size_t n)
{
    return n > FITLAB_MAX_REQUEST ? n : n + ((const struct guarded *)h)->bytes;
}

static void *alloc_guarded(struct heap *h, size_t n)
{
    return put_guard(h, heap_alloc(((struct guarded *)h)->over.below, with_guard(h, n)));
}

static void *memalign_guarded(struct heap *h, size_t align, size_t n)
{
    return put_guard(h, heap_memalign(((struct guarded *)h)->over.below, align, with_guard(h, n)));
}

static void free_guarded(struct heap *h, void *p)
{
    look_at_guard(h, p);
    heap_free(((struct guarded *)h)->over.below, p);
}

static void *realloc_guarded(struct heap *h, void *p, size_t n)
{
    look_at_guard(h, p);
    return put_guard(h, heap_realloc(((struct guarded *)h)->over.below, p, with_guard(h, n)));
}

static bool judge(const struct span *span, void *ctx)
{
    const struct heap **h = (const struct heap **)ctx;
    if (span->kind == SPAN_USED && !guard_holds(*h, span->payload)) {
        *h = NULL;
    }
    return *h;
}

static const char *check_guarded(const struct heap *h)
{
    const struct guarded *g = (const struct guarded *)h;
    const char *broken = over_check(h);
    if (broken) {
        return broken;
    }
    if (g->bytes == 0 || g->bytes > 64) {
        return "the length of the guards is damaged";
    }
    if (atomic_load(&g->broken)) {
        return "the program has written behind a block, into its guard, before it freed the block";
    }
    const struct heap *sound = h;
    if (h->policy->walk) {
        over_walk_own(h, judge, &sound);
    }
    return sound ? NULL : "the program has written behind a block, into its guard";
}

struct telling {
    const struct heap *heap;
    part_visitor *visit;
    void *ctx;
};

/* The payload of the heap below is the program's part and the guard. */
static bool split_payload(const struct part *part, void *ctx)
{
    const struct telling *t = (const struct telling *)ctx;
    const struct guarded *g = (const struct guarded *)t->heap;
    if (part->kind != PART_PAYLOAD || part->bytes < g->bytes) {
        return t->visit(part, t->ctx);
    }
    size_t usable = part->bytes - g->bytes;
    struct part payload = {part->addr, usable, PART_PAYLOAD, part->name, NULL, usable};
    struct part behind = {part->addr + usable, g->bytes, PART_FIELD, "guard", NULL, 0};
    return (!usable || t->visit(&payload, t->ctx)) && t->visit(&behind, t->ctx);
}

static void explain_guarded(const struct heap *h, const struct span *span, part_visitor *visit,
                            void *ctx)
{
    if (span->kind == SPAN_USED) {
        struct telling t = {h, visit, ctx};
        heap_explain(((const struct guarded *)h)->over.below, span, split_payload, &t);
    } else {
        over_explain_own(h, span, visit, ctx);
    }
}

static unsigned threads(const long *arg, unsigned below)
{
    (void)arg;
    return below;
}

const struct layer guard = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER | POLICY_COARSE,
               .name = "guard",
               .summary = "bytes behind each block that show whether it has overflowed",
               .params = params,
               .open = open_guard,
               .alloc = alloc_guarded,
               .free = free_guarded,
               .usable = usable_guarded,
               .walk = over_walk_own,
               .realloc = realloc_guarded,
               .memalign = memalign_guarded,
               .check = check_guarded,
               .spare = over_spare,
               .explain = explain_guarded,
               .inner = over_inner},
    .needs = LAYER_NEEDS_USABLE,
    .threads = threads,
};
