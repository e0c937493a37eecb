/* checkpoint.h - a proof in a folder: how far it is, so that it can go on after it was ended.
 *
 *   states   the tree of states (state_tree.h), which is mapped while the proof runs
 *   proof    text: the question, how many of the states count, and what was found
 *
 * Which states are known is not kept: it is found again by playing the tree, at about a tenth of
 * the time in which it was made.
 */
#ifndef FITLAB_CHECKPOINT_H
#define FITLAB_CHECKPOINT_H

#include "theory/prove/batch.h"
#include "theory/prove/explore.h"

/* The first state of each level that has begun. */
struct levels {
    uint64_t *first;
    size_t count, room;
};

struct checkpoint {
    uint64_t expanded; /* states before this one are done */
    uint64_t states, tried;
    struct worst worst;
    double seconds;
    uint64_t print; /* of the policy: see checkpoint_print */
    bool complete;
};

bool levels_add(struct levels *, uint64_t first);

/* A hash of what lives where in the first states, which is the same as long as the policy is. */
uint64_t checkpoint_print(const struct search *, struct position *, const struct levels *,
                          uint64_t states);

/* Writes it, so that at each moment either this one or the one before is there whole. */
bool checkpoint_write(const struct question *, const struct policy_spec *, const struct search *,
                      const struct checkpoint *, const struct levels *, struct problem *);

/* Reads it. *found says whether there was any. False and a problem: it is of another question, or
 * cannot be read. */
bool checkpoint_read(const struct question *, const struct policy_spec *, struct checkpoint *,
                     struct levels *, bool *found, struct problem *);

#endif
