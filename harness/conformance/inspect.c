/* inspect.c - compares the walk, the policy's own check and the counters with the shadow. */
#include <search.h>

#include "conformance/shadow.h"

struct inspection {
    struct shadow *shadow;
    const char *at; /* where the next span must start */
    struct span_sums sums;
    size_t blocks;
};

static void add_span(struct span_sums *c, const struct span *span)
{
    switch (span->kind) {
    case SPAN_META:
        c->meta += span->bytes;
        break;
    case SPAN_FREE:
        c->free += span->bytes;
        if (span->bytes > c->largest_hole) {
            c->largest_hole = span->bytes;
        }
        break;
    case SPAN_SLACK:
        c->slack += span->bytes;
        break;
    case SPAN_USED:
        c->used += span->bytes;
        break;
    case SPAN_ABSENT:
        c->absent += span->bytes;
        break;
    }
}

static int at_or_inside(const void *key, const void *member)
{
    const char *p = key;
    const struct block *b = member;
    return p < b->p ? -1 : p > b->p ? 1 : 0;
}

static void watch_used(struct inspection *in, const struct span *span)
{
    struct shadow *s = in->shadow;
    const char *base = s->site->region.base;
    if (!(s->watch & WATCH_SPANS)) {
        return;
    }
    if (!span->payload) {
        trial_fail(s->trial, "the walk shows a used span at base%+td without a payload",
                   span->addr - base);
    }
    struct block *const *found = tfind(span->payload, &s->tree, at_or_inside);
    if (!found) {
        trial_fail(s->trial, "the walk shows a used block at base%+td that is not live",
                   (const char *)span->payload - base);
    }
    const struct block *b = *found;
    if (b->p < span->addr || b->p + b->usable > span->addr + span->bytes) {
        trial_fail(s->trial, "the walk shows a block of %zu usable bytes in a span of %zu bytes",
                   b->usable, span->bytes);
    }
}

static bool visit(const struct span *span, void *context)
{
    struct inspection *in = context;
    struct shadow *s = in->shadow;
    const char *base = s->site->region.base;
    if (s->watch & WATCH_TILES) {
        if (span->addr != in->at) {
            trial_fail(s->trial, "the walk goes on at base%+td where base%+td was due",
                       span->addr - base, in->at - base);
        }
        if (!span->bytes || span->bytes > (size_t)(s->site->region.brk - in->at)) {
            trial_fail(s->trial,
                       "the walk shows a span of %zu bytes at base%+td, the break being "
                       "at base%+td",
                       span->bytes, span->addr - base, s->site->region.brk - base);
        }
        if (span->kind > SPAN_ABSENT || (span->payload && span->kind != SPAN_USED)) {
            trial_fail(s->trial, "the walk shows a payload or an unknown kind at base%+td",
                       span->addr - base);
        }
    }
    if (span->kind == SPAN_USED) {
        in->blocks++;
        watch_used(in, span);
    }
    in->at = span->addr + span->bytes;
    add_span(&in->sums, span);
    return true;
}

static void inspect_walk(struct shadow *s)
{
    struct region *r = &s->site->region;
    struct inspection in = {.shadow = s, .at = r->base};
    s->heap->policy->walk(s->heap, visit, &in);
    if ((s->watch & WATCH_TILES) && in.at != r->brk) {
        trial_fail(s->trial, "the walk ends at base%+td, the break is at base%+td", in.at - r->base,
                   r->brk - r->base);
    }
    if ((s->watch & WATCH_TILES) && in.sums.absent != r->absent) {
        trial_fail(s->trial, "the walk shows %zu absent bytes, region->absent is %zu",
                   in.sums.absent, r->absent);
    }
    if ((s->watch & WATCH_SPANS) && in.blocks != s->live) {
        trial_fail(s->trial, "the walk shows %zu used blocks, %zu are live", in.blocks, s->live);
    }
    if (s->watch & WATCH_IDENTITY) {
        const struct span_sums *c = &in.sums;
        uint64_t rounding = s->granted_bytes - s->live_bytes;
        uint64_t headers = c->used - s->granted_bytes;
        if (s->granted_bytes < s->live_bytes || c->used < s->granted_bytes ||
            region_footprint(r) - s->live_bytes !=
                rounding + headers + c->meta + c->free + c->slack) {
            trial_fail(s->trial,
                       "footprint %zu - live %llu is not rounding %llu + headers %llu + metadata "
                       "%zu + holes %zu + slack %zu",
                       region_footprint(r), (unsigned long long)s->live_bytes,
                       (unsigned long long)rounding, (unsigned long long)headers, c->meta, c->free,
                       c->slack);
        }
    }
}

static void inspect_counters(struct shadow *s)
{
    const struct counters counted = heap_counters(s->heap), *now = &counted;
#define X(name, help)                                                                              \
    if (now->name < s->before.name) {                                                              \
        trial_fail(s->trial, "the counter %s went down", #name);                                   \
    }
    FITLAB_COUNTERS(X)
#undef X
    const char *brk = s->site->region.brk;
    if (brk > s->brk_before && now->grows == s->before.grows) {
        trial_fail(s->trial, "the break moved up but the counter grows did not");
    }
    if (brk < s->brk_before && now->trims == s->before.trims) {
        trial_fail(s->trial, "the break moved down but the counter trims did not");
    }
    s->before = *now;
    s->brk_before = s->site->region.brk;
}

void shadow_inspect(struct shadow *s)
{
    if ((s->watch & WATCH_WALK) && s->trial->policy->walk) {
        inspect_walk(s);
    }
    if (s->watch & WATCH_CHECK) {
        const char *broken = heap_check(s->heap);
        if (broken) {
            trial_fail(s->trial, "check says: %s", broken);
        }
    }
    if (s->watch & WATCH_COUNTERS) {
        inspect_counters(s);
    }
}

static bool count_span(const struct span *span, void *sums)
{
    add_span(sums, span);
    return true;
}

struct span_sums span_sums_of(const struct heap *heap)
{
    struct span_sums sums = {0};
    if (heap->policy->walk) {
        heap->policy->walk(heap, count_span, &sums);
    }
    return sums;
}
