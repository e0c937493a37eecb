/* climb.h - hill climbing over scripts: a search for a bad workload where there are too many to try
 * all.
 *
 * A mutation is kept if the script is at least as bad for the policy as before: first by the
 * high-water mark, then by the most memory that was ever below the break and not live. The second
 * number distinguishes scripts with the same mark. */
#ifndef FITLAB_CLIMB_H
#define FITLAB_CLIMB_H

#include "theory/attack/script.h"

struct climb {
    struct script best;
    struct script_cost cost; /* of best */
    struct script_cost start;
    uint64_t rounds; /* mutations tried so far */
};

/* Takes over the script; release with climb_release. */
void climb_begin(struct climb *, struct script_heap *, struct script *);

/* Tries mutations until `seconds` or `rounds` are over (0 rounds: no limit). False: no memory. */
bool climb_on(struct climb *, struct script_heap *, const struct rules *, double seconds,
              uint64_t rounds, gsl_rng *);

void climb_release(struct climb *);

#endif
