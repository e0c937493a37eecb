#include "present/lessons/list_order.h"

#include <string.h>

enum { MOST_LISTS = 64 };

struct scan {
    const struct heap *heap;
    const void *head[MOST_LISTS]; /* where lists of free memory begin */
    size_t heads, holes;
    const char *at; /* the hole that holds this address is wanted */
    struct span hole;
    struct part next; /* its link */
    bool linked;      /* it has one */
};

static bool note_head(const struct part *part, void *context)
{
    struct scan *s = context;
    if (part->kind == PART_HEAD && s->heads < MOST_LISTS) {
        s->head[s->heads++] = part->target;
    }
    return true;
}

static bool note_heads(const struct span *span, void *context)
{
    struct scan *s = context;
    if (span->kind == SPAN_META) {
        s->heap->policy->explain(s->heap, span, note_head, s);
    }
    s->holes += span->kind == SPAN_FREE;
    return true;
}

static bool find_hole(const struct span *span, void *context)
{
    struct scan *s = context;
    if (span->kind == SPAN_FREE && s->at >= span->addr && s->at < span->addr + span->bytes) {
        s->hole = *span;
        return false;
    }
    return true;
}

static bool find_next(const struct part *part, void *context)
{
    struct scan *s = context;
    if (part->kind == PART_LINK && !strcmp(part->name, "next")) {
        s->next = *part;
        s->linked = true;
    }
    return !s->linked;
}

/* The hole at s->at, and its link to the next one; false: there is no hole. */
static bool find(struct scan *s)
{
    s->hole = (struct span){0};
    s->linked = false;
    s->heap->policy->walk(s->heap, find_hole, s);
    if (s->hole.bytes) {
        s->heap->policy->explain(s->heap, &s->hole, find_next, s);
    }
    return s->hole.bytes != 0;
}

/* Whether the list that begins at `head` holds all holes: follows it, and visits them unless
 * `visit` is NULL. It ends where a link leads nowhere, or back to its head. */
static bool follow(struct scan *s, const char *head, hole_visitor *visit, void *ctx)
{
    size_t seen = 0;
    for (s->at = head; s->at && find(s); s->at = s->next.target) {
        if (++seen > s->holes || !s->linked) {
            return false;
        }
        if (visit && !visit(s->hole.addr, s->hole.bytes, ctx)) {
            return true;
        }
    }
    return seen == s->holes;
}

struct by_address {
    hole_visitor *visit;
    void *ctx;
};

static bool visit_free(const struct span *span, void *context)
{
    const struct by_address *v = context;
    return span->kind != SPAN_FREE || v->visit(span->addr, span->bytes, v->ctx);
}

bool list_order_visit(const struct heap *heap, hole_visitor *visit, void *ctx)
{
    struct scan s = {.heap = heap};
    if (heap->policy->explain) {
        heap->policy->walk(heap, note_heads, &s);
    }
    for (size_t i = 0; i < s.heads; i++) {
        if (follow(&s, s.head[i], NULL, NULL)) {
            follow(&s, s.head[i], visit, ctx);
            return true;
        }
    }
    struct by_address v = {visit, ctx};
    heap->policy->walk(heap, visit_free, &v);
    return false;
}
