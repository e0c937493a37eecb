/* emit.h - a policy, with its parameters made constants, as one C file for a product.
 */
#ifndef FITLAB_EMIT_H
#define FITLAB_EMIT_H

#include <stdio.h>

#include "spec/policy_spec.h"

struct emit_options {
    const char *prefix;  /* of the functions: "my_" */
    size_t pool;         /* bytes of the static pool */
    const char *command; /* that makes the file, for its head */
};

/* Writes the file. It is the policy as it is measured, and places blocks as it does, in a region of
 * fixed size (grow=arena): either the pool or what PREFIXinit is given. The sources are read from
 * where fitlab has them. False and a problem, with nothing written, if the policy cannot be
 * emitted. */
bool emit_heap(const struct policy_spec *, const struct emit_options *, FILE *, struct problem *);

#endif
