/* SPDX-License-Identifier: MIT */
/* piece_marks.h - what a textbook draws into the pieces of a heap (pieces.h): headers and links.
 *
 * A block begins with a header: its size without the header, and a magic number. A hole begins with
 * its size, in the same way, and the place of the next hole on the free list, counted in bytes from
 * the heap's base. Each number is half a header wide, so a header of 16 bytes has numbers of 8 and
 * one of 8 bytes has numbers of 4; a header of 4 bytes is the size of a block alone, and the holes
 * then have no marks. A hole that is smaller than a header has none either.
 */
#ifndef FITLAB_PIECE_MARKS_H
#define FITLAB_PIECE_MARKS_H

#include "structures/pieces.h"

#define PIECE_MAGIC   1234567u   /* the chapter's */
#define PIECE_NO_LINK UINT32_MAX /* of the last hole on the list */

struct piece_marks {
    uint64_t one, two;
};

/* The marks that a piece should have. */
static inline struct piece_marks piece_marks_of(const struct pieces *p, const struct piece *piece,
                                                size_t header)
{
    uint64_t next = piece->next ? (uint64_t)(piece->next->at - p->base) : PIECE_NO_LINK;
    return (struct piece_marks){piece->bytes - header, piece->used ? PIECE_MAGIC : next};
}

static inline bool piece_has_marks(const struct piece *piece, size_t header)
{
    return piece->used ? header > 0 : header >= 8 && piece->bytes >= header;
}

/* Writes them as they lie in memory; returns how many bytes they are. */
static inline size_t piece_marks_encode(struct piece_marks m, size_t header, char out[16])
{
    const uint32_t narrow[2] = {(uint32_t)m.one, (uint32_t)m.two};
    memcpy(out, header == 16 ? (const void *)&m : (const void *)narrow, header);
    return header;
}

static inline void piece_mark(const struct pieces *p, struct piece *piece)
{
    char bytes[16];
    if (piece_has_marks(piece, p->header)) {
        memcpy(piece->at, bytes,
               piece_marks_encode(piece_marks_of(p, piece, p->header), p->header, bytes));
    }
}

/* A link of the free list has changed: marks the hole that has it, unless it is the list's head,
 * and the hole that it leads to. */
static inline void piece_mark_link(const struct pieces *p, struct piece *const *head,
                                   struct piece **link)
{
    if (link != head) {
        piece_mark(p, (struct piece *)(void *)((char *)link - offsetof(struct piece, next)));
    }
    if (*link) {
        piece_mark(p, *link);
    }
}

/* NULL, or what is broken: in the pieces first, then in their marks. */
static inline const char *piece_marks_check(const struct pieces *p, const char *base,
                                            const struct piece *high, const struct piece *head)
{
    const size_t header = p->header;
    const char *broken = pieces_check(p, base, high, head);
    if (broken) {
        return broken;
    }
    for (const struct piece *piece = p->first; piece; piece = piece->after) {
        char bytes[16];
        if (piece->used && piece->bytes < header) {
            return "a block is smaller than its header";
        }
        if (piece_has_marks(piece, header) &&
            memcmp(piece->at, bytes,
                   piece_marks_encode(piece_marks_of(p, piece, header), header, bytes)) != 0) {
            return piece->used ? "the size or the magic number of a header is overwritten"
                               : "the size or the link of a hole is overwritten";
        }
    }
    return NULL;
}

/* What is in no hole's marks, and where the heap may grow: see `spare` in policy.h. */
static inline void piece_spare(const struct pieces *p, spare_visitor *visit, void *ctx)
{
    for (const struct piece *i = p->first; i; i = i->after) {
        size_t marks = piece_has_marks(i, p->header) ? p->header : 0;
        if (!i->used && i->bytes > marks && !visit(i->at + marks, i->bytes - marks, ctx)) {
            return;
        }
    }
    if (!p->fixed && !p->absent && (const char *)p->low > p->end) {
        visit(p->end, (size_t)((const char *)p->low - p->end), ctx);
    }
}

/* ---- the same for people to see: see `explain` in policy.h ---- */

static inline bool piece_show(const struct part *part, part_visitor *visit, void *ctx)
{
    return !part->bytes || visit(part, ctx);
}

static inline void piece_explain_block(const struct piece *block, size_t header,
                                       part_visitor *visit, void *ctx)
{
    size_t half = header > 4 ? header / 2 : header, size = block->bytes - header;
    const struct part size_part = {block->at, half, PART_HEADER, "size", NULL, size};
    const struct part magic = {block->at + half, header - half, PART_FIELD,
                               "magic number",   NULL,          PIECE_MAGIC};
    const struct part payload = {block->at + header, size, PART_PAYLOAD, "payload", NULL, size};
    if (piece_show(&size_part, visit, ctx) && piece_show(&magic, visit, ctx)) {
        piece_show(&payload, visit, ctx);
    }
}

/* A hole without room for a link is shown as one: the table has the link. */
static inline void piece_explain_hole(const struct piece *hole, size_t header, part_visitor *visit,
                                      void *ctx)
{
    bool marked = piece_has_marks(hole, header);
    size_t half = marked ? header / 2 : 0, link = marked ? half : hole->bytes;
    const struct part size = {hole->at, half, PART_FIELD, "size", NULL, hole->bytes - header};
    const struct part next = {
        hole->at + half, link, PART_LINK, "next", hole->next ? hole->next->at : NULL, 0};
    const struct part rest = {
        hole->at + half + link, hole->bytes - half - link, PART_FREE, "free", NULL, 0};
    if (piece_show(&size, visit, ctx) && piece_show(&next, visit, ctx)) {
        piece_show(&rest, visit, ctx);
    }
}

/* The table: an entry leads to its piece, and the heap's `head` to the first hole. */
static inline void piece_explain_table(const struct pieces *p, struct piece *const *head,
                                       part_visitor *visit, void *ctx)
{
    for (const struct piece *i = p->low; i < p->high; i++) {
        const struct part entry = {
            (const char *)i, i->bytes ? sizeof *i : 0,
            PART_FIELD,      i->used ? "entry of a block" : "entry of a hole",
            i->at,           i->bytes};
        if (!piece_show(&entry, visit, ctx)) {
            return;
        }
    }
    visit(&(struct part){(const char *)head, sizeof *head, PART_HEAD, "free list",
                         *head ? (*head)->at : NULL, 0},
          ctx);
}

static inline void piece_explain(const struct pieces *p, const struct span *span,
                                 struct piece *const *head, part_visitor *visit, void *ctx)
{
    if (span->kind == SPAN_META) {
        piece_explain_table(p, head, visit, ctx);
    } else if (span->kind == SPAN_USED) {
        piece_explain_block(pieces_find(p, span->addr), p->header, visit, ctx);
    } else if (span->kind == SPAN_FREE && span->addr < p->end) {
        piece_explain_hole(pieces_find(p, span->addr), p->header, visit, ctx);
    }
}

#endif
