/* climb.h - simulated annealing over scripts: a search for a bad workload where there are too many
 * to try all.
 *
 * A mutation is kept if the script is at least as bad for the policy as before; one that is less
 * bad is kept with a probability that falls with the difference, and during each turn of the
 * search, to almost nothing. Each turn begins at the worst script so far. How bad a script is: by
 * its value, then by the most memory that was ever below the break and not live, which
 * distinguishes scripts of the same value.
 *
 * Source: S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, "Optimization by Simulated Annealing",
 * Science 220, 1983.
 */
#ifndef FITLAB_CLIMB_H
#define FITLAB_CLIMB_H

#include "theory/attack/script.h"

struct climb {
    struct script best;
    struct script_cost cost; /* of best */
    struct script_cost start;
    struct script now; /* from where the search goes on */
    struct script_cost now_cost;
    uint64_t rounds; /* mutations tried so far */
};

/* Takes over the script; release with climb_release. */
void climb_begin(struct climb *, struct script_heap *, struct script *);

/* A turn: tries mutations until `seconds` or `rounds` are over (0 rounds: no limit). False: no
 * memory. */
bool climb_on(struct climb *, struct script_heap *, const struct rules *, double seconds,
              uint64_t rounds, gsl_rng *);

void climb_release(struct climb *);

#endif
