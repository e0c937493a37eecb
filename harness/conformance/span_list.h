/* span_list.h - all spans of a heap at one moment, to be looked up by address. */
#ifndef FITLAB_SPAN_LIST_H
#define FITLAB_SPAN_LIST_H

#include "allocators/policy.h"

struct span_list {
    struct span *span; /* in address order */
    size_t n, room;
};

/* The spans of the heap, which has a walk, in place of those of an earlier moment. A list begins
 * as {0}. */
void span_list_take(struct span_list *, const struct heap *);

/* The span that holds the address; NULL: none does. */
const struct span *span_list_find(const struct span_list *, const void *addr);

void span_list_close(struct span_list *);

static inline bool span_is_free(const struct span *s)
{
    return s->kind == SPAN_FREE || s->kind == SPAN_SLACK;
}

#endif
