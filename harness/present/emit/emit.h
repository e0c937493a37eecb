/* emit.h - a policy, with its parameters made constants, as one C file for a product.
 */
#ifndef FITLAB_EMIT_H
#define FITLAB_EMIT_H

#include <stdio.h>

#include "spec/policy_spec.h"

struct emit_options {
    const char *prefix;  /* of the functions: "my_" */
    size_t pool;         /* bytes of the static pool, or the most that is taken by sbrk */
    bool sbrk;           /* no pool: memory comes from the program's sbrk */
    unsigned align;      /* of payloads, 8 or 16; 0: as C asks, 16 or with 32 bits 8 */
    const char *command; /* that makes the file, for its head */
};

/* Writes the file. It is the policy as it is measured, and places blocks as it does, in a region of
 * fixed size (grow=arena): either the pool or what PREFIXinit is given; or with sbrk, in a growing
 * region of at most that size. The sources are read from
 * where fitlab has them. False and a problem, with nothing written, if the policy cannot be
 * emitted. */
bool emit_heap(const struct policy_spec *, const struct emit_options *, FILE *, struct problem *);

#endif
