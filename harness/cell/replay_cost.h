/* floor.h - the cost of the replay itself: the workload played against bump.
 *
 * It is measured beside each timed cell, in the same process and between its replays, so that both
 * see the same machine.
 */
#ifndef FITLAB_FLOOR_H
#define FITLAB_FLOOR_H

#include "cell/pass.h"

struct floor {
    struct region_map map;
    struct policy_spec bump;
    bool available; /* false where bump is not built in or would need too large a region */
};

void floor_open(struct floor *, const struct pass *);

/* A fresh bump heap, or NULL. */
struct heap *floor_heap(struct floor *);

void floor_close(struct floor *);

#endif
