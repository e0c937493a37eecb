/* SPDX-License-Identifier: MIT */
/* pieces.h - the blocks and holes of a heap, written down outside of the heap.
 *
 * Every block and every hole is a piece. The pieces tile the heap, in address order from the first
 * to the last, and the holes among them are on a free list, whose order is the caller's. The table
 * of the pieces lies above the heap and grows downwards, while the heap grows upwards; an entry
 * keeps its place while its piece exists. Space: 40 bytes a piece. Complexity: O(1), pieces_find
 * O(pieces).
 */
#ifndef FITLAB_PIECES_H
#define FITLAB_PIECES_H

#include <string.h>

#include "structures/spans.h"

struct piece {
    char *at;            /* its first byte */
    size_t bytes;        /* its length, the header of a block included; 0: the entry is unused */
    struct piece *after; /* the piece that begins where this one ends; NULL: the last */
    struct piece *next;  /* a hole: the next hole on the free list, or NULL; a block: NULL */
    size_t used;         /* 1: a block; 0: a hole */
};

struct pieces {
    char *base, *end;           /* the heap is [base, end) */
    struct piece *first, *last; /* NULL: the heap has no bytes yet */
    struct piece *low, *high;   /* the table is [low, high) */
    struct piece *unused;       /* entries of the table without a piece, linked by `next` */
    size_t header;              /* bytes in front of each payload */
    size_t fixed;               /* 1: the heap does not grow any more */
    size_t absent; /* 1: what lies between heap and table is not taken until it is used */
};

/* A heap without bytes at `base`, and an empty table that ends at `high`. */
static inline void pieces_open(struct pieces *p, char *base, struct piece *high, size_t header,
                               bool absent)
{
    memset(p, 0, sizeof *p);
    p->base = p->end = base;
    p->low = p->high = high;
    p->header = header;
    p->absent = absent;
}

/* An entry of the table, or NULL if it would reach into a heap that ends at `end`. */
static inline struct piece *pieces_entry(struct pieces *p, const char *end)
{
    struct piece *entry = p->unused;
    if (entry) {
        p->unused = entry->next;
    } else if ((size_t)((char *)p->low - end) >= sizeof *entry) {
        entry = --p->low;
    }
    return entry;
}

/* Adds a piece of so many bytes, a hole, at the heap's end. NULL: there is no room. */
static inline struct piece *pieces_append(struct pieces *p, size_t bytes)
{
    if (bytes > (size_t)((char *)p->low - p->end)) {
        return NULL;
    }
    struct piece *added = pieces_entry(p, p->end + bytes);
    if (added) {
        *added = (struct piece){p->end, bytes, NULL, NULL, 0};
        *(p->last ? &p->last->after : &p->first) = added;
        p->last = added;
        p->end += bytes;
    }
    return added;
}

/* Whether there is room for so many bytes of heap, even if all pieces in it are of the least size.
 */
static inline bool pieces_fit(const struct pieces *p, size_t bytes, size_t least)
{
    size_t room = (size_t)((char *)p->low - p->end), most = bytes / least + 2;
    return bytes <= room && most <= (room - bytes) / sizeof(struct piece);
}

/* Cuts a piece after so many of its bytes. Returns the new second part; NULL: no room in the table.
 */
static inline struct piece *pieces_cut(struct pieces *p, struct piece *piece, size_t bytes)
{
    struct piece *rest = pieces_entry(p, p->end);
    if (rest) {
        *rest = (struct piece){piece->at + bytes, piece->bytes - bytes, piece->after, NULL, 0};
        piece->bytes = bytes;
        piece->after = rest;
        p->last = p->last == piece ? rest : p->last;
    }
    return rest;
}

/* Makes a piece and the one after it one. */
static inline void pieces_join(struct pieces *p, struct piece *piece)
{
    struct piece *joined = piece->after;
    piece->bytes += joined->bytes;
    piece->after = joined->after;
    p->last = p->last == joined ? piece : p->last;
    *joined = (struct piece){NULL, 0, NULL, p->unused, 0};
    p->unused = joined;
}

/* The piece that begins at this address; there must be one. Along the table, not along the pieces,
 * as that is several times as fast. */
static inline struct piece *pieces_find(const struct pieces *p, const char *at)
{
    struct piece *piece = p->low;
    while (piece->at != at) {
        piece++;
    }
    return piece;
}

static inline bool pieces_visit(const char *from, const char *to, const char *payload,
                                enum span_kind kind, span_visitor *visit, void *ctx)
{
    return from == to || spans_visit(visit, ctx, from, (size_t)(to - from), payload, kind);
}

/* Tells the region how much of it is not taken, when the heap or the table may have grown. */
static inline void pieces_tell_absent(const struct pieces *p, struct region *r)
{
    if (p->absent) {
        region_set_absent(r, (size_t)((const char *)p->low - p->end));
    }
}

/* Visits the spans from the heap's base to `brk`: its pieces, then what lies between the heap and
 * the table, which is for the heap to grow into, then the table and all that follows it. */
static inline void pieces_walk(const struct pieces *p, const char *brk, span_visitor *visit,
                               void *ctx)
{
    for (const struct piece *i = p->first; i; i = i->after) {
        const struct span hole = {i->at, i->bytes, NULL, SPAN_FREE};
        const struct span block = {i->at, i->bytes, i->at + p->header, SPAN_USED};
        if (!visit(i->used ? &block : &hole, ctx)) {
            return;
        }
    }
    const char *meta = p->fixed && !p->absent ? p->end : (const char *)p->low;
    if (pieces_visit(p->end, meta, NULL, p->absent ? SPAN_ABSENT : SPAN_FREE, visit, ctx)) {
        pieces_visit(meta, brk, NULL, SPAN_META, visit, ctx);
    }
}

/* Whether the pointer is to an entry of the table; only then may it be followed. */
static inline bool pieces_holds(const struct pieces *p, const struct piece *piece)
{
    size_t offset = (size_t)((const char *)piece - (const char *)p->low);
    return piece >= p->low && piece < p->high && offset % sizeof *piece == 0;
}

/* Whether this list has so many entries, all of the table; holes, or entries without a piece. */
static inline bool pieces_listed(const struct pieces *p, const struct piece *list, size_t length,
                                 bool holes)
{
    for (; length && pieces_holds(p, list) && !list->used && !list->bytes != holes &&
           (holes || (!list->at && !list->after));
         length--) {
        list = list->next;
    }
    return !length && !list;
}

/* NULL, or what is broken in the table, and in the free list that begins with `head`. The heap and
 * its table must lie in [base, high). */
static inline const char *pieces_check(const struct pieces *p, const char *base,
                                       const struct piece *high, const struct piece *head)
{
    if (p->header > 16 || p->fixed > 1 || p->absent > 1 || p->base != base || p->high != high ||
        p->end < base || (const char *)p->low < p->end || p->low > high ||
        (size_t)((const char *)high - (const char *)p->low) % sizeof *high) {
        return "the heap or the table of its pieces has been moved";
    }
    size_t entries = (size_t)(high - p->low), seen = 0, holes = 0;
    const char *at = base;
    for (const struct piece *i = p->first; i; i = i->after, seen++) {
        if (!pieces_holds(p, i) || seen == entries) {
            return "a piece is not in the table";
        }
        if (i->at != at || !i->bytes || i->bytes > (size_t)(p->end - at) || i->used > 1 ||
            (i->used && i->next)) {
            return "a piece does not begin where the one before it ends";
        }
        at += i->bytes;
        holes += !i->used;
        if (!i->after && i != p->last) {
            return "the last piece is another one";
        }
    }
    if (at != p->end || !pieces_listed(p, head, holes, true)) {
        return at == p->end ? "the free list is not the holes"
                            : "the pieces are not the whole heap";
    }
    return pieces_listed(p, p->unused, entries - seen, false) ? NULL
                                                              : "the unused entries are not a list";
}

#endif
