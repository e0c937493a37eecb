/* sliced_fit.c - a policy made of others, for tests: four slices of the region, each with a heap of
 * the example's policy. A thread allocates in its own slice, and in the next ones if that is full.
 * In a growable region a slice that is in use leaves what lies above its own break absent. `fault`
 * makes it break one law of the entries and spans that such a policy has. */
#include <string.h>

#include "heap.h"

extern const struct policy my_fit;

enum { SLICES = 4, STATE = REGION_ALIGN };

enum fault {
    NONE,
    UNCOUNTED,     /* does not tell the region what is absent */
    SHOWN_FREE,    /* shows absent memory as free */
    TOUCHED,       /* writes to absent memory */
    SPARE_HEADER,  /* calls a hole's header spare */
    SPARE_USED,    /* calls a live block spare */
    SPARE_TWICE,   /* visits a spare range twice */
    PART_OUTSIDE,  /* a part that reaches out of its span */
    PART_TWICE,    /* a part that overlaps the one before */
    NO_NAME,       /* a part without a name */
    WILD_TARGET,   /* a link out of the region */
    USED_TARGET,   /* a head that leads to a live block */
    LOST,          /* a hole with a link, to which nothing leads */
    INNER_OUTSIDE, /* an inner heap whose region is not in the heap's */
    INNER_TWICE,   /* the same inner heap twice */
};

static const char *const faults[] = {"none",         "uncounted",     "shown-free",  "touched",
                                     "spare-header", "spare-used",    "spare-twice", "part-outside",
                                     "part-twice",   "no-name",       "wild-target", "used-target",
                                     "lost",         "inner-outside", "inner-twice", NULL};

static const struct param params[] = {
    {.name = "fault", .help = "what to do wrong", .choices = faults},
    PARAM_END,
};

struct sliced {
    struct heap heap;
    long fault, fixed;
    size_t slice_bytes;
    struct region slice[SLICES];
    struct heap *in[SLICES]; /* NULL: not in use yet */
    struct region outside;   /* where no inner heap may be */
    struct heap stray;
};

static char *slice_base(const struct sliced *s, unsigned i)
{
    return s->heap.region->base + STATE + i * s->slice_bytes;
}

/* Tells the region what is taken in all slices. */
static void settle(struct sliced *s)
{
    struct region *r = s->heap.region;
    size_t taken = STATE;
    for (unsigned i = 0; i < SLICES; i++) {
        taken += s->in[i] ? region_bytes(&s->slice[i]) : 0;
    }
    if (!s->fixed && s->fault != UNCOUNTED) {
        region_set_absent(r, region_bytes(r) - taken);
    }
}

/* Brings a slice into use; the break comes to lie at its end. */
static bool use_slice(struct sliced *s, unsigned i)
{
    struct region *r = s->heap.region, *own = &s->slice[i];
    char *base = slice_base(s, i), *limit = base + s->slice_bytes;
    const long arg[] = {0};
    *own = (struct region){.base = base, .brk = base, .limit = limit, .peak = base};
    if (s->fixed) {
        own->brk = own->peak = limit;
    } else if (r->brk < limit) {
        region_extend(r, (size_t)(limit - r->brk));
        s->heap.count.grows++;
    }
    s->in[i] = my_fit.open(&my_fit, own, arg);
    return s->in[i] != NULL;
}

static struct heap *open_sliced(const struct policy *policy, struct region *r, const long *arg)
{
    bool fixed = r->brk == r->limit;
    size_t slice = (size_t)(r->limit - r->base) / SLICES & ~(REGION_ALIGN - 1);
    if (slice < 2 * STATE || (!fixed && !region_extend(r, STATE))) {
        return NULL;
    }
    slice -= REGION_ALIGN;
    struct sliced *s = (struct sliced *)r->base;
    memset(s, 0, sizeof *s);
    s->heap.policy = policy;
    s->heap.region = r;
    s->fault = arg[0];
    s->fixed = fixed;
    s->slice_bytes = slice;
    s->outside = (struct region){.base = r->limit, .brk = r->limit, .limit = r->limit + 16};
    s->stray = (struct heap){.policy = &my_fit, .region = &s->outside};
    for (unsigned i = 0; fixed && i < SLICES; i++) {
        use_slice(s, i);
    }
    settle(s);
    return &s->heap;
}

static void touch_absent(struct sliced *s)
{
    for (unsigned i = 0; i < SLICES; i++) {
        if (s->in[i] && s->slice[i].brk < s->slice[i].limit) {
            s->slice[i].limit[-1] = 1;
        }
    }
}

static void *alloc_sliced(struct heap *h, size_t n)
{
    struct sliced *s = (struct sliced *)h;
    void *p = NULL;
    for (unsigned k = 0; !p && k < SLICES; k++) {
        unsigned i = (h->region->thread + k) % SLICES;
        if (s->in[i] || use_slice(s, i)) {
            p = heap_alloc(s->in[i], n);
        }
    }
    if (s->fault == TOUCHED) {
        touch_absent(s);
    }
    settle(s);
    return p;
}

static struct heap *owner(const struct heap *h, const void *p)
{
    const struct sliced *s = (const struct sliced *)h;
    return s->in[(size_t)((const char *)p - slice_base(s, 0)) / s->slice_bytes];
}

static void free_sliced(struct heap *h, void *p)
{
    heap_free(owner(h, p), p);
    settle((struct sliced *)h);
}

static size_t usable_sliced(const struct heap *h, const void *p)
{
    return heap_usable(owner(h, p), p);
}

/* ---- looking inside ---- */

struct relay {
    const struct sliced *s;
    span_visitor *visit;
    spare_visitor *spare;
    void *ctx;
    bool more;
    unsigned count; /* of what was passed on */
};

static bool pass_span(const struct span *span, void *ctx)
{
    struct relay *r = ctx;
    return r->more = r->visit(span, r->ctx);
}

static void show(struct relay *r, const char *from, const char *to, enum span_kind kind)
{
    if (r->more && from < to) {
        pass_span(&(struct span){from, (size_t)(to - from), NULL, kind}, r);
    }
}

static void walk_sliced(const struct heap *h, span_visitor *visit, void *ctx)
{
    const struct sliced *s = (const struct sliced *)h;
    const struct region *r = h->region;
    struct relay relay = {.visit = visit, .ctx = ctx, .more = true};
    enum span_kind absent = s->fault == SHOWN_FREE ? SPAN_FREE : SPAN_ABSENT;
    const char *at = slice_base(s, 0);
    show(&relay, r->base, at, SPAN_META);
    for (unsigned i = 0; i < SLICES && at < r->brk; i++) {
        if (relay.more && s->in[i]) {
            s->in[i]->policy->walk(s->in[i], pass_span, &relay);
            at = s->slice[i].brk;
        }
        show(&relay, at, slice_base(s, i + 1), absent);
        at = slice_base(s, i + 1);
    }
    show(&relay, at, r->brk, SPAN_META); /* what four slices leave of a fixed region */
}

static bool pass_spare(const char *addr, size_t bytes, void *ctx)
{
    struct relay *r = ctx;
    if (r->s->fault == SPARE_HEADER) {
        addr -= 16;
        bytes += 16;
    }
    r->more = r->spare(addr, bytes, r->ctx);
    if (r->more && r->s->fault == SPARE_TWICE) {
        r->more = r->spare(addr, bytes, r->ctx);
    }
    return r->more;
}

static bool find_used(const struct span *span, void *ctx)
{
    *(struct span *)ctx = *span;
    return span->kind != SPAN_USED;
}

static void spare_sliced(const struct heap *h, spare_visitor *visit, void *ctx)
{
    const struct sliced *s = (const struct sliced *)h;
    struct relay relay = {.s = s, .spare = visit, .ctx = ctx, .more = true};
    struct span used = {0};
    walk_sliced(h, find_used, &used);
    if (s->fault == SPARE_USED && used.kind == SPAN_USED) {
        visit(used.payload, 8, ctx);
        return;
    }
    for (unsigned i = 0; relay.more && i < SLICES; i++) {
        if (s->in[i]) {
            heap_spare(s->in[i], pass_spare, &relay);
        }
    }
}

static void explain_meta(const struct sliced *s, const struct span *span, part_visitor *visit,
                         void *ctx)
{
    struct part part = {span->addr, 16, PART_HEAD, "free list", NULL, 0};
    struct span used = {0};
    walk_sliced(&s->heap, find_used, &used);
    if (s->fault == USED_TARGET && used.kind == SPAN_USED) {
        part.target = used.payload;
    }
    part.target = s->fault == WILD_TARGET ? s->heap.region->limit + 16 : part.target;
    visit(&part, ctx);
}

static bool explain_wrongly(const struct sliced *s, const struct span *span, part_visitor *visit,
                            void *ctx)
{
    struct part part = {span->addr, 8, PART_FIELD, "first", NULL, 0};
    switch (s->fault) {
    case PART_OUTSIDE:
        part.bytes = span->bytes + 1;
        break;
    case PART_TWICE:
        visit(&part, ctx);
        part.addr += 7;
        break;
    case NO_NAME:
        part.name = "";
        break;
    case LOST:
        part.kind = PART_LINK;
        if (span->kind == SPAN_FREE) {
            break;
        }
        return false;
    default:
        return false;
    }
    visit(&part, ctx);
    return true;
}

static void explain_sliced(const struct heap *h, const struct span *span, part_visitor *visit,
                           void *ctx)
{
    const struct sliced *s = (const struct sliced *)h;
    if (span->kind == SPAN_ABSENT || explain_wrongly(s, span, visit, ctx)) {
        return;
    }
    if (span->addr < slice_base(s, 0)) {
        explain_meta(s, span, visit, ctx);
    } else if (span->addr >= slice_base(s, SLICES)) {
        heap_explain_by_walk(h, span, visit, ctx);
    } else {
        heap_explain(owner(h, span->addr), span, visit, ctx);
    }
}

static const struct heap *inner_sliced(const struct heap *h, unsigned i)
{
    const struct sliced *s = (const struct sliced *)h;
    for (unsigned k = 0; k < SLICES; k++) {
        if (s->in[k] && i-- == 0) {
            return s->in[k];
        }
    }
    if (s->fault == INNER_OUTSIDE && i == 0) {
        return &s->stray;
    }
    return s->fault == INNER_TWICE && i == 0 ? s->in[0] : NULL;
}

const struct policy sliced_fit = {
    .abi = FITLAB_POLICY_ABI,
    .name = "sliced-fit",
    .summary = "four slices of an implicit list, one a thread",
    .params = params,
    .open = open_sliced,
    .alloc = alloc_sliced,
    .free = free_sliced,
    .usable = usable_sliced,
    .walk = walk_sliced,
    .spare = spare_sliced,
    .explain = explain_sliced,
    .inner = inner_sliced,
};
