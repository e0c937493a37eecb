/* stand_in.h - another policy in the place of a built-in one: what is known about the built-in
 * policy must also hold for the other, if it is the same policy. */
#ifndef FITLAB_STAND_IN_H
#define FITLAB_STAND_IN_H

#include "spec/policy_spec.h"

struct stand_in {
    char name[64]; /* of the policy whose place it takes, such as "best-fit" */
    const char *spec;
};

/* Reads "NAME=POLICY", which stays the caller's; false and a problem if there is no such policy. */
bool stand_in_parse(const char *text, struct stand_in *, struct problem *);

/* Whether a spec names the policy that is replaced. */
bool stand_in_serves(const struct stand_in *, const char *spec);

/* The spec of the stand-in for that spec, with those of the spec's settings that it has; it need
 * not have others, such as an index. A setting in its own spec has precedence. */
bool stand_in_resolve(const struct stand_in *, const char *spec, struct policy_spec *,
                      struct problem *);

#endif
