/* SPDX-License-Identifier: MIT */
/* cache_look.h - the walk, the parts and the check of the layer `cache`. */
#ifndef FITLAB_CACHE_LOOK_H
#define FITLAB_CACHE_LOOK_H

#include "layers/cache_table.h"

/* Calls for each thread's table; returns where the visitor stops, or NULL. */
typedef bool table_visitor(const struct cache *, const struct table *, void *ctx);

static inline const struct table *each_table(const struct cache *c, table_visitor *visit, void *ctx)
{
    for (unsigned s = 0; s < CACHE_SEGMENTS; s++) {
        char *block = atomic_load(&((struct cache *)(uintptr_t)c)->segment[s]);
        for (size_t i = 0; block && i < segment_slots(s); i++) {
            const struct table *t = atomic_load(aligned_slots(block) + i);
            if (t && !visit(c, t, ctx)) {
                return t;
            }
        }
    }
    return NULL;
}

static inline bool is_other_block(const struct cache *c, const struct table *t, void *payload)
{
    (void)c;
    return t->block != (const char *)payload;
}

/* Whether a block of the heap below holds the layer's data. */
static inline bool is_own(const struct cache *c, const char *payload)
{
    for (unsigned s = 0; s < CACHE_SEGMENTS; s++) {
        if (payload == atomic_load(&((struct cache *)(uintptr_t)c)->segment[s])) {
            return true;
        }
    }
    return payload == c->over.block || each_table(c, is_other_block, (void *)(uintptr_t)payload);
}

static inline bool is_kept(const struct heap *h, const char *payload)
{
    return heap_usable(cache_of(h)->over.below, payload) >= sizeof(struct kept) &&
           kept_read(payload).mark == kept_mark(h, payload);
}

static inline enum span_kind classify(const struct heap *h, const char *payload)
{
    return is_kept(h, payload) ? SPAN_SLACK : is_own(cache_of(h), payload) ? SPAN_META : SPAN_USED;
}

static inline void walk_cache(const struct heap *h, span_visitor *visit, void *ctx)
{
    over_walk(&(struct over_walk){h, classify, visit, ctx});
}

static inline bool tell_kept(const struct heap *h, const char *p, size_t bytes, part_visitor *visit,
                             void *ctx)
{
    (void)h;
    struct part part = {p, sizeof(char *), PART_LINK, "next", kept_read(p).next, 0};
    bool more = visit(&part, ctx);
    part = (struct part){p + sizeof(char *), sizeof(uint64_t), PART_FIELD, "mark", NULL,
                         kept_read(p).mark};
    more = more && visit(&part, ctx);
    size_t said = sizeof(struct kept);
    part = (struct part){p + said, bytes - said, PART_FREE, "free", NULL, 0};
    return more && (bytes == said || visit(&part, ctx));
}

/* The heads of a thread's lists. */
static inline bool tell_own(const struct heap *h, const char *payload, size_t bytes,
                            part_visitor *visit, void *ctx)
{
    const struct cache *c = cache_of(h);
    const struct table *t = (const struct table *)(((uintptr_t)payload + 15) & ~(uintptr_t)15);
    if (each_table(c, is_other_block, (void *)(uintptr_t)payload) != t) {
        struct part part = {payload, bytes, PART_FIELD, "cache", NULL, 0};
        return visit(&part, ctx);
    }
    bool more = true;
    for (uint32_t k = 0; more && k < c->lists; k++) {
        const struct list *l = &t->list[k];
        struct part part = {(const char *)&l->first, sizeof l->first, PART_HEAD,
                            "cached blocks",         l->first,        (uint64_t)k * CACHE_GRANULE};
        more = visit(&part, ctx);
    }
    return more;
}

/* The payload of a block of the heap below that this layer shows as slack or as its own: its place
 * in the span is known to the heap below alone. */
static inline const char *find_payload(const struct heap *h, const struct span *span)
{
    const struct cache *c = cache_of(h);
    size_t step = heap_align(c->over.below);
    const char *end = span->addr + span->bytes;
    uintptr_t first = ((uintptr_t)span->addr + step - 1) & ~(uintptr_t)(step - 1);
    for (const char *p = (const char *)first; p + sizeof(struct kept) <= end; p += step) {
        if (span->kind == SPAN_META ? is_own(c, p) : kept_read(p).mark == kept_mark(h, p)) {
            return p;
        }
    }
    return NULL;
}

static inline void explain_cache(const struct heap *h, const struct span *span, part_visitor *visit,
                                 void *ctx)
{
    const struct cache *c = cache_of(h);
    bool may_be_own = span->kind == SPAN_SLACK || span->kind == SPAN_META;
    const char *payload = may_be_own ? find_payload(h, span) : NULL;
    if (payload) {
        over_explain_block(h, span, payload, span->kind == SPAN_META ? tell_own : tell_kept, visit,
                           ctx);
    } else {
        heap_explain(c->over.below, span, visit, ctx);
    }
}

static inline bool is_inside(const struct cache *c, const void *p, size_t bytes)
{
    const struct region *r = c->over.heap.region;
    return (const char *)p >= r->base && (const char *)p < r->brk &&
           bytes <= (size_t)(r->brk - (const char *)p);
}

static inline bool list_is_sound(const struct cache *c, const struct list *l)
{
    const char *p = l->first;
    for (uint32_t i = 0; i < l->count; i++) {
        if (!is_inside(c, p, sizeof(struct kept)) ||
            kept_read(p).mark != kept_mark(&c->over.heap, p)) {
            return false;
        }
        p = kept_read(p).next;
    }
    return !p && l->count <= c->blocks && l->other < c->lists;
}

static inline bool table_is_sound(const struct cache *c, const struct table *t, void *ctx)
{
    (void)ctx;
    size_t bytes = sizeof *t + c->lists * sizeof t->list[0];
    bool sound = ((uintptr_t)t & 15) == 0 && is_inside(c, t, bytes) &&
                 is_inside(c, t->block, bytes) && (size_t)((const char *)t - t->block) < 16;
    for (uint32_t k = 0; sound && k < c->lists; k++) {
        sound = list_is_sound(c, &t->list[k]);
    }
    return sound;
}

static inline const char *check_cache(const struct heap *h)
{
    const struct cache *c = cache_of(h);
    const char *broken = over_check(h);
    if (broken) {
        return broken;
    }
    if (c->blocks == 0 || c->blocks > 1024 || c->give_back == 0 || c->give_back > c->blocks ||
        c->lists > 8192 / CACHE_GRANULE + 1) {
        return "the cache's limits are damaged";
    }
    for (unsigned s = 0; s < CACHE_SEGMENTS; s++) {
        char *block = atomic_load(&((struct cache *)(uintptr_t)c)->segment[s]);
        if (block && !is_inside(c, block, segment_slots(s) * sizeof(struct table *) + 15)) {
            return "the list of the threads' tables is damaged";
        }
    }
    return each_table(c, table_is_sound, NULL) ? "a thread's lists of cached blocks are damaged"
                                               : NULL;
}

#endif
