/* SPDX-License-Identifier: MIT */
/* seqfit_explain.h - what is in the bytes of a heap of a sequential fit, for people: tags, links,
 * heads; and what of its free memory is spare. Shared by all that keep their blocks in one way
 * (block.h); each index adds its own links and heads. */
#ifndef FITLAB_SEQFIT_EXPLAIN_H
#define FITLAB_SEQFIT_EXPLAIN_H

#include "fits/seqfit.h"
#include "structures/parts.h"

/* A hole needs its tag and what links it at one end, its footer at the other; a kept block needs
 * its tag and one link. */
static inline void seqfit_spare(const struct heap *heap, spare_visitor *visit, void *ctx)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    bool more = true;
    for (const struct block *b = h->first; more && b != h->epilogue; b = block_after(b)) {
        bool hole = block_is_free(b), kept = (b->tag & BLOCK_KEPT) != 0;
        size_t front = hole ? sizeof *b : offsetof(struct block, prev);
        size_t needed = front + (hole ? BLOCK_TAG : 0), bytes = block_bytes(b);
        if ((hole || kept) && bytes > needed) {
            more = visit((const char *)b + front, bytes - needed, ctx);
        }
    }
}

/* What a pointer of a list leads to. A head stands in for a block: there is one only from `next`
 * on. */
static inline const void *seqfit_target(const struct seqfit *h, const struct block *b)
{
    return b && b < h->first ? (const void *)&b->next : b;
}

/* ---- the metadata ---- */

static inline void seqfit_explain_pointer(struct parts *p, const struct seqfit *h,
                                          struct block *const *at, const char *name)
{
    parts_add(p, at, sizeof *at, PART_FIELD, name, seqfit_target(h, *at), 0);
}

/* The state of a heap without its list, which an index does not use. */
static inline void seqfit_explain_common(struct parts *p, const struct seqfit *h)
{
    seqfit_explain_pointer(p, h, &h->first, "first block");
    seqfit_explain_pointer(p, h, &h->epilogue, "epilogue");
    parts_number(p, &h->split_min, sizeof h->split_min, "split_min");
}

static inline void seqfit_explain_heap(struct parts *p, const struct seqfit *h)
{
    parts_add(p, h, sizeof h->heap, PART_FIELD, "struct heap", NULL, 0);
}

/* ---- blocks ---- */

/* What follows the links of a free block. */
static inline void seqfit_explain_rest(struct parts *p, const struct block *b)
{
    bool hole = block_is_free(b);
    const char *from = (const char *)b + (hole ? sizeof *b : offsetof(struct block, prev));
    const char *end = (const char *)block_after(b), *footer = end - (hole ? BLOCK_TAG : 0);
    parts_between(p, from, footer, PART_FREE, "free");
    if (hole) {
        parts_tag(p, footer, BLOCK_TAG, PART_FOOTER, "footer", *block_footer(b, block_bytes(b)));
    }
}

/* The two links of a hole in a list, or the one of a kept block. */
static inline void seqfit_explain_list_links(struct parts *p, const struct seqfit *h,
                                             const struct block *b)
{
    parts_link(p, &b->next, sizeof b->next, "next", seqfit_target(h, b->next));
    if (block_is_free(b)) {
        parts_link(p, &b->prev, sizeof b->prev, "previous", seqfit_target(h, b->prev));
    }
}

static inline void seqfit_explain_tag(struct parts *p, const struct block *b)
{
    parts_tag(p, &b->tag, sizeof b->tag, PART_HEADER, "header", block_bytes(b));
}

/* What is the same in all heaps: a block in use, or the tag of the epilogue and what is left of
 * the region behind it. */
static inline void seqfit_explain_others(struct parts *p, const struct span *s)
{
    const struct block *b = (const struct block *)(const void *)s->addr;
    if (s->kind == SPAN_USED) {
        seqfit_explain_tag(p, b);
        parts_payload(p, s, block_bytes(b) - BLOCK_TAG);
    } else {
        parts_tag(p, s->addr, BLOCK_TAG, PART_HEADER, "epilogue", 0);
        parts_between(p, s->addr + BLOCK_TAG, s->addr + s->bytes, PART_PADDING, "padding");
    }
}

/* What differs from one way of keeping holes to another. */
struct seqfit_explainer {
    void (*state)(struct parts *, const struct seqfit *);
    void (*links)(struct parts *, const struct seqfit *, const struct block *);
};

SEQFIT_INLINE void seqfit_explain_as(const struct heap *heap, const struct span *s,
                                     part_visitor *visit, void *ctx, struct seqfit_explainer x)
{
    const struct seqfit *h = (const struct seqfit *)heap;
    const struct block *b = (const struct block *)(const void *)s->addr;
    struct parts p = parts_begin(visit, ctx);
    if (s->kind == SPAN_FREE || s->kind == SPAN_SLACK) {
        seqfit_explain_tag(&p, b);
        x.links(&p, h, b);
        seqfit_explain_rest(&p, b);
    } else if (s->kind == SPAN_META && b != h->epilogue) {
        seqfit_explain_heap(&p, h);
        x.state(&p, h);
    } else {
        seqfit_explain_others(&p, s);
    }
}

/* ---- index=list ---- */

static inline void seqfit_explain_list(struct parts *p, const struct seqfit *h)
{
    const struct block *ends = &h->list.ends;
    bool empty = ends->next == ends;
    bool roving = h->rover != ends || h->rover_pos != h->heap.region->base;
    parts_head(p, &ends->next, sizeof ends->next, "free list", empty ? NULL : ends->next, 0);
    parts_head(p, &ends->prev, sizeof ends->prev, "end of the free list", empty ? NULL : ends->prev,
               0);
    seqfit_explain_common(p, h);
    if (roving) {
        seqfit_explain_pointer(p, h, &h->rover, "rover");
    }
}

static inline void seqfit_explain(const struct heap *heap, const struct span *s,
                                  part_visitor *visit, void *ctx)
{
    seqfit_explain_as(heap, s, visit, ctx,
                      (struct seqfit_explainer){seqfit_explain_list, seqfit_explain_list_links});
}

#endif
