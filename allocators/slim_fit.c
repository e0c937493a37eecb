/* SPDX-License-Identifier: MIT */
/* slim_fit.c - best-fit with small headers: what a block takes beside its payload is a parameter.
 *
 *   header=tag8    8 bytes before each payload, as in best-fit, whose addresses these are
 *   header=tag4    4 bytes: sizes in granules of FITLAB_ALIGN; a heap of up to 2^30 of them
 *   header=bitmap  none: two bits for each granule of the heap, apart from the blocks
 *
 * Placement is the same with each: the smallest hole that fits, the lowest if there are several;
 * holes are coalesced at once. What differs is what a request is rounded to, the smallest block
 * (32 bytes, 16 and 16; with granules of 8 bytes 24, 16 and 16), and that the bitmap's own memory
 * lies between the blocks.
 *
 * Source: boundary tags, D. E. Knuth, The Art of Computer Programming, vol. 1, section 2.5; a tag
 * as small as the heap allows: sys_heap of the Zephyr operating system (lib/heap/heap.h).
 */
#include "slim/slim_check.h"
#include "slim/slim_explain.h"
#include "slim/slim_resize.h"

enum { ARG_HEADER, ARG_GROW, ARG_BINS };

static const char *const headers[] = {"tag8", "tag4", "bitmap", NULL};

static const struct param params[] = {
    [ARG_HEADER] = {.name = "header",
                    .help = "what a block costs: 8 or 4 bytes, or bits of a map beside the blocks",
                    .init = SLIM_TAG4,
                    .max = SLIM_BITMAP,
                    .choices = headers},
    [ARG_GROW] = GROWTH_PARAM,
    [ARG_BINS] = {.name = "bins",
                  .help = "a bin for each block size of 16, 32, 48, ... bytes",
                  .init = 512,
                  .min = 16,
                  .max = SLIM_BINS_MAX},
    PARAM_END,
};

/* Where the first block of a heap that extends to `granules` at once lies; *extents of its map, and
 * room for `most` of them, come before. */
static uint32_t first_block(unsigned bins, size_t granules, unsigned most, unsigned *extents)
{
    uint32_t first = slim_state(bins, most);
    for (*extents = 0; slim_extent_first(*extents) <= (granules > first ? granules : first);) {
        first += slim_extent_bits((*extents)++);
    }
    return first;
}

/* Lays the map of the granules up to the end of the heap, of which those up to `first` are taken.
 */
static void lay_map(struct slim *h, unsigned extents, unsigned most)
{
    uint32_t at = slim_state(h->bins.count, most), bits = 0;
    for (unsigned k = 0; k < extents; k++) {
        bits += slim_extent_bits(k);
    }
    memset(slim_origins(h), 0, most * sizeof(uint32_t));
    slim_map_lay(h, at, bits);
    slim_map_clear(h, 0, h->first);
}

SLIM_INLINE struct heap *open_as(const struct policy *policy, struct region *r, const long *arg,
                                 enum slim_header k)
{
    unsigned bins = (unsigned)arg[ARG_BINS], extents = 0;
    enum growth grow = growth_for(r, arg[ARG_GROW]);
    uint32_t limit = slim_limit(r, k), all = grow == GROW_ARENA ? limit : 0;
    unsigned most = slim_extents_for(limit);
    uint32_t first =
        k == SLIM_BITMAP ? first_block(bins, all, most, &extents) : slim_tags_first(bins, k);
    if (first > limit || (all && all - first < slim_least(k))) {
        return NULL;
    }
    size_t want = all ? (size_t)(r->limit - r->base) : first * FITLAB_ALIGN;
    if (region_bytes(r) < want) {
        region_extend(r, want - region_bytes(r));
    }
    struct slim *h = (struct slim *)r->base;
    memset(h, 0, sizeof *h + bins * sizeof(uint32_t));
    h->heap.policy = policy;
    h->heap.region = r;
    h->grow = grow;
    h->first = h->end = first;
    h->limit = limit;
    h->bins.map = h->bin_map;
    h->bins.count = bins;
    if (k == SLIM_BITMAP) {
        lay_map(h, extents, most);
    }
    slim_cut(h, first, k);
    if (all) {
        slim_reach_up(h, all - first, k);
        slim_set_hole(h, first, all - first, k);
        slim_insert(h, first, all - first, k);
    }
    return &h->heap;
}

SLIM_INLINE size_t usable_as(const struct heap *heap, const void *p, enum slim_header k)
{
    const struct slim *h = (const struct slim *)heap;
    return slim_used_size(h, slim_granule(h, p), k) * FITLAB_ALIGN - slim_header_bytes(k);
}

/* Whether the block at g is bits of the map, whose extents before *extent have been met. */
static bool is_map(const struct slim *h, unsigned *extent, uint32_t g)
{
    while (*extent < h->extents && slim_extent_at(h, *extent) < g) {
        ++*extent;
    }
    return *extent < h->extents && slim_extent_at(h, *extent) == g;
}

SLIM_INLINE void walk_as(const struct heap *heap, span_visitor *visit, void *ctx,
                         enum slim_header k)
{
    const struct slim *h = (const struct slim *)heap;
    const char *at = (const char *)h, *brk = heap->region->brk;
    size_t before = slim_header_bytes(k), bytes = h->first * FITLAB_ALIGN - before;
    bool more = spans_visit(visit, ctx, at, bytes, NULL, SPAN_META);
    unsigned extent = 0;
    for (uint32_t g = h->first; more && g != h->end; g += (uint32_t)(bytes / FITLAB_ALIGN)) {
        at += bytes;
        bytes = slim_size(h, g, k) * FITLAB_ALIGN;
        enum span_kind kind = slim_is_free(h, g, k) ? SPAN_FREE : SPAN_USED;
        if (k == SLIM_BITMAP && kind == SPAN_USED && is_map(h, &extent, g)) {
            kind = SPAN_META;
        }
        const void *payload = kind == SPAN_USED ? slim_payload(h, g) : NULL;
        more = spans_visit(visit, ctx, at, bytes, payload, kind);
    }
    at += bytes;
    if (more && at < brk) {
        spans_visit(visit, ctx, at, (size_t)(brk - at), NULL, SPAN_META);
    }
}

static struct heap *slim_open(const struct policy *, struct region *, const long *arg);

#define ENTRIES(prefix, header)                                                                    \
    static void *prefix##_alloc(struct heap *h, size_t n)                                          \
    {                                                                                              \
        return slim_alloc(h, n, header);                                                           \
    }                                                                                              \
    static void prefix##_free(struct heap *h, void *p)                                             \
    {                                                                                              \
        slim_free(h, p, header);                                                                   \
    }                                                                                              \
    static size_t prefix##_usable(const struct heap *h, const void *p)                             \
    {                                                                                              \
        return usable_as(h, p, header);                                                            \
    }                                                                                              \
    static void prefix##_walk(const struct heap *h, span_visitor *visit, void *ctx)                \
    {                                                                                              \
        walk_as(h, visit, ctx, header);                                                            \
    }                                                                                              \
    static void *prefix##_realloc(struct heap *h, void *p, size_t n)                               \
    {                                                                                              \
        return slim_realloc(h, p, n, header);                                                      \
    }                                                                                              \
    static void *prefix##_memalign(struct heap *h, size_t align, size_t n)                         \
    {                                                                                              \
        return slim_memalign(h, align, n, header);                                                 \
    }                                                                                              \
    static const char *prefix##_check(const struct heap *h)                                        \
    {                                                                                              \
        return slim_check(h, header);                                                              \
    }                                                                                              \
    static void prefix##_spare(const struct heap *h, spare_visitor *visit, void *ctx)              \
    {                                                                                              \
        slim_spare(h, visit, ctx, header);                                                         \
    }                                                                                              \
    static void prefix##_explain(const struct heap *h, const struct span *s, part_visitor *visit,  \
                                 void *ctx)                                                        \
    {                                                                                              \
        slim_explain(h, s, visit, ctx, header);                                                    \
    }

#define VTABLE(prefix)                                                                             \
    {                                                                                              \
        .abi = FITLAB_POLICY_ABI, .name = "slim-fit",                                              \
        .summary = "best-fit with a choice of headers: 8 bytes, 4 bytes, or a bitmap apart",       \
        .params = params, .open = slim_open, .alloc = prefix##_alloc, .free = prefix##_free,       \
        .usable = prefix##_usable, .walk = prefix##_walk, .realloc = prefix##_realloc,             \
        .memalign = prefix##_memalign, .check = prefix##_check, .spare = prefix##_spare,           \
        .explain = prefix##_explain                                                                \
    }

ENTRIES(tag8, SLIM_TAG8)
ENTRIES(tag4, SLIM_TAG4)
ENTRIES(bitmap, SLIM_BITMAP)

static const struct policy with_tag8 = VTABLE(tag8);
static const struct policy with_bitmap = VTABLE(bitmap);
const struct policy slim_fit = VTABLE(tag4);

static struct heap *slim_open(const struct policy *policy, struct region *r, const long *arg)
{
    switch ((enum slim_header)arg[ARG_HEADER]) {
    case SLIM_TAG8:
        return open_as(&with_tag8, r, arg, SLIM_TAG8);
    case SLIM_BITMAP:
        return open_as(&with_bitmap, r, arg, SLIM_BITMAP);
    default:
        return open_as(policy, r, arg, SLIM_TAG4);
    }
}
