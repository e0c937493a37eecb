/* SPDX-License-Identifier: MIT */
/* objects.h - a run of pages cut into objects of one size, with a bitmap of the live ones.
 *
 *   header | colour | object 0 | object 1 | ... | tail
 *
 * The lowest free object is taken first. A run holds at least eight objects, so the tail
 * is less than an eighth of it, and at most 256, so a free one is found in four words of
 * bitmap.
 */
#ifndef FITLAB_OBJECTS_H
#define FITLAB_OBJECTS_H

#include <string.h>

#include "pages/pages.h"

enum { OBJECTS_WORDS = 4, OBJECTS_MIN = 8, OBJECTS_MAX = OBJECTS_WORDS * 64 };

struct objects {
    struct objects *next, *prev; /* for the policy's lists */
    uint32_t first;              /* from the run's start to object 0 */
    uint32_t bytes;              /* of an object */
    uint32_t inverse;            /* 2^32 / bytes, rounded up */
    uint16_t class;
    uint16_t total, live_count;
    uint64_t live[OBJECTS_WORDS];
    uint64_t shifted[OBJECTS_WORDS]; /* live with the payload at an aligned address inside; its
                                        distance from the object's start is in the first bytes */
};

#define OBJECTS_HEADER ((sizeof(struct objects) + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1))

/* Pages of a run for objects of so many bytes: the fewest that hold OBJECTS_MIN. */
static inline size_t objects_pages(size_t bytes)
{
    return pages_for(OBJECTS_HEADER + OBJECTS_MIN * bytes);
}

static inline size_t objects_in(size_t pages, size_t bytes)
{
    size_t n = (pages * PAGE_BYTES - OBJECTS_HEADER) / bytes;
    return n < OBJECTS_MAX ? n : (size_t)OBJECTS_MAX;
}

/* Makes a used run one of objects, all free, the first of them `colour` bytes after the header. */
static inline struct objects *objects_make(struct heap *h, struct pages *p, size_t page,
                                           unsigned class, size_t bytes, size_t colour)
{
    size_t pages = pages_number(p, page);
    for (size_t i = 1; i < pages; i++) {
        p->map[page + i] = pages_entry(PAGES_INSIDE, i);
    }
    p->map[page] = pages_entry(PAGES_OBJECTS, pages);
    struct objects *o = (struct objects *)(void *)pages_address(h, page);
    memset(o, 0, sizeof *o);
    o->first = (uint32_t)(OBJECTS_HEADER + colour);
    o->bytes = (uint32_t)bytes;
    o->inverse = (uint32_t)(((1ull << 32) + bytes - 1) / bytes);
    o->class = (uint16_t) class;
    o->total = (uint16_t)objects_in(pages, bytes);
    return o;
}

static inline unsigned objects_index(const struct objects *o, const void *at)
{
    uint64_t offset = (uint64_t)((const char *)at - (const char *)o) - o->first;
    return (unsigned)(offset * o->inverse >> 32);
}

static inline char *objects_at(const struct objects *o, unsigned i)
{
    return (char *)o + o->first + (size_t)i * o->bytes;
}

static inline bool objects_bit(const uint64_t *map, unsigned i)
{
    return map[i / 64] >> i % 64 & 1;
}

/* Makes the lowest free object live and returns it; there must be a free one. */
static inline void *objects_take(struct objects *o)
{
    unsigned word = 0;
    while (o->live[word] == UINT64_MAX) {
        word++;
    }
    unsigned i = word * 64 + (unsigned)__builtin_ctzll(~o->live[word]);
    o->live[word] |= 1ull << i % 64;
    o->live_count++;
    return objects_at(o, i);
}

/* Makes the object live that starts at `object`. */
static inline void objects_claim(struct objects *o, const void *object)
{
    unsigned i = objects_index(o, object);
    o->live[i / 64] |= 1ull << i % 64;
    o->live_count++;
}

/* Frees the object that holds the address, and returns its start. */
static inline void *objects_give(struct objects *o, const void *at)
{
    unsigned i = objects_index(o, at);
    o->live[i / 64] &= ~(1ull << i % 64);
    o->shifted[i / 64] &= ~(1ull << i % 64);
    o->live_count--;
    return objects_at(o, i);
}

/* The distance from the start of an object to its payload. */
static inline size_t objects_shift(const struct objects *o, unsigned i)
{
    return objects_bit(o->shifted, i) ? *(const size_t *)(const void *)objects_at(o, i) : 0;
}

/* Moves the payload of a live object up to an aligned address. */
static inline void *objects_align(struct objects *o, void *object, size_t align)
{
    size_t shift = (0 - (size_t)object) & (align - 1);
    if (shift > 0) {
        unsigned i = objects_index(o, object);
        o->shifted[i / 64] |= 1ull << i % 64;
        *(size_t *)object = shift;
    }
    return (char *)object + shift;
}

static inline size_t objects_usable(const struct objects *o, const void *at)
{
    return (size_t)(objects_at(o, objects_index(o, at)) + o->bytes - (const char *)at);
}

/* Visits one live object, or all free ones up to the next live one as one span. */
static inline bool objects_walk_from(const struct objects *o, unsigned *i, span_visitor *visit,
                                     void *ctx)
{
    unsigned from = *i;
    const char *at = objects_at(o, from);
    if (objects_bit(o->live, from)) {
        *i = from + 1;
        return spans_visit(visit, ctx, at, o->bytes, at + objects_shift(o, from), SPAN_USED);
    }
    while (*i < o->total && !objects_bit(o->live, *i)) {
        ++*i;
    }
    return spans_visit(visit, ctx, at, (size_t)(*i - from) * o->bytes, NULL, SPAN_SLACK);
}

/* The spans of a run: header, colour, objects and tail. */
static inline bool objects_walk(const struct objects *o, size_t bytes, span_visitor *visit,
                                void *ctx)
{
    const char *start = (const char *)o, *first = start + o->first;
    const char *tail = objects_at(o, o->total), *end = start + bytes;
    bool go = spans_visit(visit, ctx, start, OBJECTS_HEADER, NULL, SPAN_META);
    if (go && o->first > OBJECTS_HEADER) {
        const char *colour = start + OBJECTS_HEADER;
        go = spans_visit(visit, ctx, colour, (size_t)(first - colour), NULL, SPAN_SLACK);
    }
    for (unsigned i = 0; go && i < o->total;) {
        go = objects_walk_from(o, &i, visit, ctx);
    }
    if (go && tail < end) {
        go = spans_visit(visit, ctx, tail, (size_t)(end - tail), NULL, SPAN_SLACK);
    }
    return go;
}

/* Whether the header makes sense for a run of so many pages. */
static inline const char *objects_check(const struct objects *o, size_t pages, size_t bytes)
{
    if (o->bytes != bytes || pages != objects_pages(bytes) ||
        o->total != objects_in(pages, bytes) || o->inverse != ((1ull << 32) + bytes - 1) / bytes ||
        o->first < OBJECTS_HEADER || o->first + (size_t)o->total * bytes > pages * PAGE_BYTES) {
        return "the header of a run of objects is damaged";
    }
    unsigned live = 0;
    for (unsigned i = 0; i < OBJECTS_MAX; i++) {
        bool is_live = objects_bit(o->live, i);
        live += is_live;
        if ((is_live && i >= o->total) || (objects_bit(o->shifted, i) && !is_live)) {
            return "the bitmap of a run of objects is damaged";
        }
        if (is_live && objects_shift(o, i) >= bytes) {
            return "an aligned payload lies outside its object";
        }
    }
    return live == o->live_count ? NULL : "a run of objects has miscounted the live ones";
}

#endif
