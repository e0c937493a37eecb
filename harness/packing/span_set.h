/* span_set.h - a set of offsets as disjoint, sorted spans [low, high) that do not touch.
 *
 * The spans lie in pages, and each page knows its widest gap, so that a search for room skips
 * the many pages whose gaps are all too small.
 */
#ifndef FITLAB_SPAN_SET_H
#define FITLAB_SPAN_SET_H

#include <stdbool.h>
#include <stdint.h>

struct offset_span {
    uint64_t low, high;
};

struct span_page {
    struct offset_span *span;
    uint64_t low, high; /* of the first and of the last span */
    uint64_t widest;    /* gap between two spans of this page */
    uint32_t count, room;
};

/* All zero: the empty set. */
struct span_set {
    struct span_page *page;
    uint32_t pages, room;
};

/* Adds [low, high), joining what it touches. False: no memory, and the set is as it was. */
bool span_set_add(struct span_set *, uint64_t low, uint64_t high);

/* The lowest y >= from such that [y, y + size) holds nothing of the set. */
uint64_t span_set_gap(const struct span_set *, uint64_t from, uint64_t size);

void span_set_release(struct span_set *);

#endif
