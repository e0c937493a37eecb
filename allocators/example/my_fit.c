/* SPDX-License-Identifier: MIT */
/* my_fit.c - an implicit list: all blocks lie end to end, and a search visits every one. */
#include <string.h>

#include "policy.h"

struct block {
    size_t bytes; /* the header included; a multiple of 16 */
    size_t used;  /* 0: a hole */
};

struct my_heap {
    struct heap heap; /* must come first */
    bool best;
};

static const char *const fits[] = {"first", "best", NULL};

static const struct param params[] = {
    {.name = "fit", .help = "which hole that is large enough", .choices = fits},
    PARAM_END,
};

static size_t round_up(size_t n)
{
    return (n + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1);
}

static struct block *first(const struct heap *h)
{
    return (struct block *)(h->region->base + round_up(sizeof(struct my_heap)));
}

static struct block *next(const struct block *b)
{
    return (struct block *)((char *)b + b->bytes);
}

static bool past_end(const struct heap *h, const struct block *b)
{
    return (char *)b >= h->region->brk;
}

/* Makes new memory one hole. */
static struct block *hole(char *addr, size_t bytes)
{
    struct block *b = (struct block *)addr;
    *b = (struct block){.bytes = bytes};
    return b;
}

static struct heap *open(const struct policy *policy, struct region *r, const long *arg)
{
    size_t state = round_up(sizeof(struct my_heap));
    bool fixed = r->brk == r->limit; /* then all of it is ours already */
    if (fixed ? region_bytes(r) < state + sizeof(struct block) : !region_extend(r, state)) {
        return NULL;
    }
    struct my_heap *m = memset(r->base, 0, sizeof *m);
    m->heap.policy = policy;
    m->heap.region = r;
    m->best = arg[0] == 1;
    if (fixed) {
        hole(r->base + state, region_bytes(r) - state);
    }
    return &m->heap;
}

/* Walks all blocks, joins neighbouring holes on the way, and returns a hole or NULL. */
static struct block *search(struct heap *h, size_t bytes)
{
    struct block *found = NULL;
    for (struct block *b = first(h); !past_end(h, b); b = next(b)) {
        if (b->used) {
            continue;
        }
        h->count.probes++;
        for (struct block *n = next(b); !past_end(h, n) && !n->used; n = next(b)) {
            b->bytes += n->bytes;
            h->count.merges++;
        }
        if (b->bytes >= bytes && (!found || b->bytes < found->bytes)) {
            found = b;
            if (!((struct my_heap *)h)->best) {
                break;
            }
        }
    }
    return found;
}

static struct block *grow(struct heap *h, size_t bytes)
{
    char *addr = region_extend(h->region, bytes);
    h->count.grows += addr != NULL;
    return addr ? hole(addr, bytes) : NULL;
}

static void *alloc(struct heap *h, size_t n)
{
    if (n > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    size_t bytes = sizeof(struct block) + round_up(n);
    struct block *b = search(h, bytes);
    if (!b && !(b = grow(h, bytes))) {
        return NULL;
    }
    if (b->bytes > bytes) {
        hole((char *)b + bytes, b->bytes - bytes);
        b->bytes = bytes;
        h->count.splits++;
    }
    b->used = 1;
    return b + 1;
}

static void free_block(struct heap *h, void *p)
{
    (void)h;
    ((struct block *)p - 1)->used = 0;
}

static size_t usable(const struct heap *h, const void *p)
{
    (void)h;
    return ((const struct block *)p - 1)->bytes - sizeof(struct block);
}

static void walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    const char *base = h->region->base;
    struct block *b = first(h);
    struct span span = {base, (size_t)((char *)b - base), NULL, SPAN_META};
    bool more = visit(&span, ctx);
    for (; more && !past_end(h, b); b = next(b)) {
        span = (struct span){(char *)b, b->bytes, b->used ? b + 1 : NULL,
                             b->used ? SPAN_USED : SPAN_FREE};
        more = visit(&span, ctx);
    }
}

static void spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    bool more = true;
    for (struct block *b = first(h); more && !past_end(h, b); b = next(b)) {
        if (!b->used && b->bytes > sizeof *b) {
            more = visit((char *)(b + 1), b->bytes - sizeof *b, ctx);
        }
    }
}

static void explain(const struct heap *h, const struct span *s, part_visitor *visit, void *ctx)
{
    size_t front = s->kind == SPAN_META ? sizeof(struct my_heap) : sizeof(struct block);
    struct part part = {s->addr, front, PART_HEADER, "size, used", NULL, s->bytes};
    if (s->kind == SPAN_META) {
        part.kind = PART_FIELD;
        part.name = "struct my_heap";
        part.value = 0;
    }
    if (visit(&part, ctx) && s->kind != SPAN_META && s->bytes > front) {
        part = (struct part){s->addr + front, s->bytes - front, PART_FREE, "free", NULL, 0};
        if (s->kind == SPAN_USED) {
            part.kind = PART_PAYLOAD;
            part.name = "payload";
            part.value = part.bytes;
        }
        visit(&part, ctx);
    }
    (void)h;
}

const struct policy my_fit = {
    .abi = FITLAB_POLICY_ABI,
    .name = "my-fit",
    .summary = "an implicit list of all blocks; holes are joined by the search",
    .params = params,
    .open = open,
    .alloc = alloc,
    .free = free_block,
    .usable = usable,
    .walk = walk,
    .spare = spare, /* these two are optional */
    .explain = explain,
};
