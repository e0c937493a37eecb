/* SPDX-License-Identifier: MIT */
/* buddy_explain.h - what is in the bytes of a buddy system, and what of its free memory is spare.
 */
#ifndef FITLAB_BUDDY_EXPLAIN_H
#define FITLAB_BUDDY_EXPLAIN_H

#include "buddy/buddy_tree.h"
#include "structures/parts.h"

/* A free block needs its tag and three links. What lies above all blocks has neither. */
static inline void buddy_spare(const struct heap *heap, spare_visitor *visit, void *ctx)
{
    const struct buddy *h = (const struct buddy *)heap;
    bool more = true;
    size_t bytes;
    for (const char *at = h->first; more && at < h->end; at += bytes) {
        const struct buddy_block *b = (const struct buddy_block *)(const void *)at;
        bytes = h->bytes[b->tag.class];
        if (b->tag.free && bytes > sizeof *b) {
            more = visit(at + sizeof *b, bytes - sizeof *b, ctx);
        }
    }
    if (more && h->end < heap->region->brk) {
        visit(h->end, (size_t)(heap->region->brk - h->end), ctx);
    }
}

static inline void buddy_explain_state(struct parts *p, const struct buddy *h, const struct span *s)
{
    parts_add(p, h, sizeof h->heap, PART_FIELD, "struct heap", NULL, 0);
    parts_add(p, &h->first, sizeof h->first, PART_FIELD, "first block",
              h->first < h->end ? h->first : NULL, 0);
    parts_number(p, &h->end, sizeof h->end, "end of the last block");
    parts_bitmap(p, h->stocked, sizeof h->stocked, "classes with a free block");
    parts_add(p, h->bytes, h->spine * sizeof *h->bytes, PART_FIELD, "bytes of each class", NULL, 0);
    for (unsigned k = 0; k < h->classes; k++) {
        parts_head(p, &h->free[k], sizeof h->free[k], "free blocks of a class", h->free[k],
                   h->bytes[k]);
    }
    parts_add(p, h->right, h->spine, PART_FIELD, "class of the right buddy in each", NULL, 0);
    parts_between(p, h->right + h->spine, s->addr + s->bytes, PART_PADDING, "padding");
}

static inline void buddy_explain_free(struct parts *p, const struct buddy_block *b,
                                      const struct span *s)
{
    parts_tag(p, &b->tag, sizeof b->tag, PART_HEADER, "header", s->bytes);
    parts_link(p, &b->node.child, sizeof b->node.child, "child", b->node.child);
    parts_link(p, &b->node.next, sizeof b->node.next, "sibling", b->node.next);
    parts_link(p, &b->node.prev, sizeof b->node.prev, "previous", b->node.prev);
    parts_between(p, b + 1, s->addr + s->bytes, PART_FREE, "free");
}

/* An aligned payload lies further inside, with a second tag before it. */
static inline void buddy_explain_used(struct parts *p, const struct buddy_block *b,
                                      const struct span *s)
{
    const char *payload = s->payload, *after = s->addr + BUDDY_TAG;
    parts_tag(p, &b->tag, sizeof b->tag, PART_HEADER, "header", s->bytes);
    if (payload > after) {
        parts_between(p, after, payload - BUDDY_TAG, PART_PADDING, "padding");
        parts_tag(p, payload - BUDDY_TAG, BUDDY_TAG, PART_HEADER, "leads back to the header",
                  s->bytes);
    }
    parts_payload(p, s, (size_t)(s->addr + s->bytes - payload));
}

static inline void buddy_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                                 void *ctx)
{
    const struct buddy *h = (const struct buddy *)heap;
    const struct buddy_block *b = (const struct buddy_block *)(const void *)s->addr;
    struct parts p = parts_begin(visit, ctx);
    if (s->kind == SPAN_META) {
        buddy_explain_state(&p, h, s);
    } else if (s->kind == SPAN_USED) {
        buddy_explain_used(&p, b, s);
    } else if (s->addr < h->end) {
        buddy_explain_free(&p, b, s);
    } else {
        parts_add(&p, s->addr, s->bytes, PART_FREE, "free, of no class", NULL, 0);
    }
}

#endif
