/* neighbours.h - which blocks live beside which: the conflict graph of a small packing. */
#ifndef FITLAB_NEIGHBOURS_H
#define FITLAB_NEIGHBOURS_H

#include "theory/offline/packing_search.h"

/* The neighbours of block i are list[start[i]] up to, not including, list[start[i + 1]]. */
struct neighbours {
    size_t *start;
    uint32_t *list;
};

enum { NEIGHBOURS_MOST = 1 << 26 };

/* False: no memory, or more than NEIGHBOURS_MOST entries; nothing is left behind. */
bool neighbours_make(struct neighbours *, const struct packing *);

void neighbours_release(struct neighbours *);

#endif
