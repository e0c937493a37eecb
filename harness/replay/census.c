#include "replay/census.h"

#include "allocators/heap.h"

struct walk {
    const struct heap *heap;
    struct census census;
    const char *next; /* where the next span must start */
    census_judge *judge;
    void *ctx;
    struct hole_sizes *sizes;
};

static bool broken(struct walk *w, const char *how)
{
    w->census.broken = how;
    w->census.broken_at = (size_t)(w->next - w->heap->region->base);
    return false;
}

static bool count_used(struct walk *w, const struct span *s)
{
    const char *payload = s->payload;
    if (!payload || payload < s->addr || payload > s->addr + s->bytes) {
        return broken(w, "a used span does not contain its payload");
    }
    if (w->judge && !w->judge(payload, w->ctx)) {
        return broken(w, "a used span is no live block");
    }
    size_t usable = heap_usable(w->heap, payload);
    if (usable > s->bytes - (size_t)(payload - s->addr)) {
        return broken(w, "a used span is shorter than what is usable in its block");
    }
    w->census.used_blocks++;
    w->census.granted_bytes += usable;
    w->census.metadata_bytes += s->bytes - usable;
    return true;
}

static bool count_span(const struct span *s, void *ctx)
{
    struct walk *w = ctx;
    struct census *c = &w->census;
    if (s->addr != w->next) {
        return broken(w, "a span does not start where the one before it ends");
    }
    if (s->bytes == 0 || s->bytes > (size_t)(w->heap->region->brk - s->addr)) {
        return broken(w, "a span is empty or reaches past the break");
    }
    switch (s->kind) {
    case SPAN_META:
        c->metadata_bytes += s->bytes;
        break;
    case SPAN_FREE:
        c->holes++;
        c->holes_bytes += s->bytes;
        c->largest_hole_bytes = s->bytes > c->largest_hole_bytes ? s->bytes : c->largest_hole_bytes;
        if (w->sizes) {
            hole_sizes_add(w->sizes, s->bytes);
        }
        break;
    case SPAN_SLACK:
        c->slack_bytes += s->bytes;
        c->slack_spans++;
        break;
    case SPAN_ABSENT:
        c->absent_bytes += s->bytes;
        break;
    case SPAN_USED:
        if (!count_used(w, s)) {
            return false;
        }
        break;
    default:
        return broken(w, "a span is of no known kind");
    }
    w->next = s->addr + s->bytes;
    return true;
}

struct census census_take(const struct heap *heap, census_judge *judge, void *ctx,
                          struct hole_sizes *sizes)
{
    struct walk w = {
        .heap = heap, .next = heap->region->base, .judge = judge, .ctx = ctx, .sizes = sizes};
    heap->policy->walk(heap, count_span, &w);
    if (!w.census.broken && w.next != heap->region->brk) {
        broken(&w, "the spans end before the break");
    }
    if (!w.census.broken && w.census.absent_bytes != heap->region->absent) {
        broken(&w, "the absent spans up to here are not as many bytes as the region says");
    }
    return w.census;
}
