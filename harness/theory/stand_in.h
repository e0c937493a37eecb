/* stand_in.h - somebody else's policy in a built-in one's place: what holds of the one must
 * hold of the other, if it is what it says. */
#ifndef FITLAB_STAND_IN_H
#define FITLAB_STAND_IN_H

#include "spec/policy_spec.h"

struct stand_in {
    char name[64]; /* of the policy whose place it takes, such as "best-fit" */
    const char *spec;
};

/* Reads "NAME=POLICY", which stays the caller's; false and a problem if there is no such policy. */
bool stand_in_parse(const char *text, struct stand_in *, struct problem *);

/* Whether a spec is of the policy whose place it takes. */
bool stand_in_serves(const struct stand_in *, const char *spec);

/* The stand-in for that spec, with as many of the spec's settings as it has: others, such as an
 * index, it need not know. Where its own spec says something else, that counts. */
bool stand_in_resolve(const struct stand_in *, const char *spec, struct policy_spec *,
                      struct problem *);

#endif
