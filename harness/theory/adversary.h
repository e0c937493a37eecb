/* adversary.h - workloads that look at addresses: they play against a policy and make it use as
 * much memory as they can.
 *
 * M is the most that is live at any time and n the largest request, both in units. */
#ifndef FITLAB_ADVERSARY_H
#define FITLAB_ADVERSARY_H

#include "theory/player.h"

struct adversary {
    const char *name;
    const char *summary; /* one line */
    const char *source;
    const char *needs; /* of M and n, for a message */
    bool (*can_play)(size_t live, size_t largest);

    /* Plays to its end; M and n must be allowed. False: the policy refused a request, or there is
     * no memory. */
    bool (*play)(struct player *, size_t live, size_t largest);
};

extern const struct adversary adversary_robson;
extern const struct adversary adversary_buddy_killer;
extern const struct adversary adversary_best_fit_killer;
extern const struct adversary adversary_sweep;
extern const struct adversary adversary_class_sweep;
extern const struct adversary adversary_comb;

/* Ends with NULL. */
extern const struct adversary *const adversaries[];

/* NULL and a problem that suggests a name. */
const struct adversary *adversary_find(const char *name, struct problem *);

/* Bytes of region that no play against a policy of this granule can use up. */
size_t adversary_region(size_t live, size_t largest, size_t granule);

/* Robson's optimum M (log2(n)/2 + 1) - n + 1, sizes powers of two. */
size_t robson_bound(size_t live, size_t largest);

#endif
