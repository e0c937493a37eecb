/* lists.h - the lists and trees of free memory, followed from their heads by the links that lie in
 * the free memory itself: see `explain` in policy.h. */
#ifndef FITLAB_LISTS_H
#define FITLAB_LISTS_H

#include "present/step/heap_picture.h"

struct list_node {
    uint64_t address;                /* where the link that led here points */
    const struct picture_span *span; /* in which that lies */
    const char *edge;                /* the name of that link; "" from the head */
    unsigned depth;                  /* in a tree, the root has 0; in a list all have 0 */
};

/* The nodes from the head on, at most so many: along "next", and in a tree each node before what
 * its other links lead to. Returns how many; *more says whether there are others. */
size_t lists_follow(const struct picture *, const struct picture_part *head, struct list_node *,
                    size_t most, bool *more);

/* The next head from part i on of a list or tree that is not empty, or NULL. */
const struct picture_part *lists_head(const struct picture *, size_t i);

#endif
