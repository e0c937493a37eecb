/* SPDX-License-Identifier: MIT */
/* slim_explain.h - what is in the bytes of a slim-fit heap, and what of its free memory is spare.
 */
#ifndef FITLAB_SLIM_EXPLAIN_H
#define FITLAB_SLIM_EXPLAIN_H

#include "slim/slim_holes.h"
#include "structures/parts.h"

/* Where the spare memory of the hole at g begins: behind its links, and the size that one without a
 * tag has. */
SLIM_INLINE const char *slim_spare_from(const struct slim *h, uint32_t g, enum slim_header k)
{
    const uint32_t *links = slim_links(h, g);
    return (const char *)(k == SLIM_BITMAP ? slim_hole_granules(h, g) + 1 : links + 2);
}

SLIM_INLINE void slim_spare(const struct heap *heap, spare_visitor *visit, void *ctx,
                            enum slim_header k)
{
    const struct slim *h = (const struct slim *)heap;
    bool more = true;
    for (uint32_t g = h->first, m; more && g != h->end; g += m) {
        m = slim_size(h, g, k);
        if (slim_is_free(h, g, k)) {
            const char *from = slim_spare_from(h, g, k);
            const char *to = (const char *)slim_footer(h, g + m, k);
            more = from >= to || visit(from, (size_t)(to - from), ctx);
        }
    }
}

static inline const void *slim_target(const struct slim *h, uint32_t g)
{
    return g ? slim_payload(h, g) : NULL;
}

SLIM_INLINE void slim_explain_state(struct parts *p, const struct slim *h, const struct span *s,
                                    enum slim_header k)
{
    const uint32_t *roots = slim_roots(h);
    unsigned bins = h->bins.count;
    const char *end = (const char *)(roots + bins);
    parts_add(p, h, sizeof h->heap, PART_FIELD, "struct heap", NULL, 0);
    parts_add(p, &h->first, sizeof h->first, PART_FIELD, "first block",
              slim_target(h, h->first == h->end ? 0 : h->first), h->first);
    parts_number(p, &h->end, sizeof h->end, "end, in granules");
    parts_number(p, &h->limit, sizeof h->limit, "limit, in granules");
    parts_head(p, &h->large, sizeof h->large, "tree of large holes", slim_target(h, h->large),
               bins * FITLAB_ALIGN);
    parts_bitmap(p, &h->bins.summary, sizeof h->bins.summary, "words of the bitmap in use");
    parts_bitmap(p, h->bin_map, bins_map_words(bins) * sizeof *h->bin_map, "bins in use");
    for (unsigned i = 0; i < bins; i++) {
        parts_head(p, &roots[i], sizeof *roots, "bin", slim_target(h, roots[i]), i * FITLAB_ALIGN);
    }
    if (k != SLIM_BITMAP) {
        parts_between(p, end, s->addr + s->bytes, PART_PADDING, "padding");
        return;
    }
    const char *map = slim_payload(h, slim_state(bins, slim_extents_for(h->limit)));
    parts_between(p, end, map, PART_FIELD, "where the extents of the map lie");
    parts_between(p, map, s->addr + s->bytes, PART_BITMAP, "map of granules");
}

SLIM_INLINE void slim_explain_hole(struct parts *p, const struct slim *h, const struct span *s,
                                   enum slim_header k)
{
    size_t header = slim_header_bytes(k);
    uint32_t g = slim_granule(h, s->addr + header), *links = slim_links(h, g);
    const char *from = slim_spare_from(h, g, k);
    const uint32_t *footer = slim_footer(h, g + (uint32_t)(s->bytes / FITLAB_ALIGN), k);
    parts_tag(p, s->addr, header, PART_HEADER, "header", s->bytes);
    parts_link(p, &links[0], sizeof *links, "left", slim_target(h, links[0]));
    parts_link(p, &links[1], sizeof *links, "right", slim_target(h, links[1]));
    if (k == SLIM_BITMAP) {
        parts_tag(p, &links[2], sizeof *links, PART_HEADER, "granules", links[2] * FITLAB_ALIGN);
    }
    parts_between(p, from, footer, PART_FREE, "free");
    parts_tag(p, footer, sizeof *footer, PART_FOOTER, "footer", *footer * FITLAB_ALIGN);
}

SLIM_INLINE void slim_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                              void *ctx, enum slim_header k)
{
    const struct slim *h = (const struct slim *)heap;
    struct parts p = parts_begin(visit, ctx);
    if (s->kind == SPAN_FREE) {
        slim_explain_hole(&p, h, s, k);
    } else if (s->kind == SPAN_USED) {
        parts_tag(&p, s->addr, slim_header_bytes(k), PART_HEADER, "header", s->bytes);
        parts_payload(&p, s, s->bytes - slim_header_bytes(k));
    } else if (s->addr == (const char *)h) {
        slim_explain_state(&p, h, s, k);
    } else if (s->addr + s->bytes == heap->region->brk) {
        parts_add(&p, s->addr, s->bytes, PART_PADDING, "end of the heap", NULL, 0);
    } else {
        parts_add(&p, s->addr, s->bytes, PART_BITMAP, "map of granules", NULL, 0);
    }
}

#endif
