/* outside_policy.h - what may stand after -p besides the name of a policy that is built in.
 *
 *   ./my_fit.so    a policy as a plug-in: it defines `const struct policy my_fit`
 *   ./mm.c         a solution of the CS:APP malloc lab, compiled on the spot
 *   ./libfoo.so    any malloc and free, preloaded into a process of its own
 *   jemalloc ...   the references: glibc, jemalloc, mimalloc and tcmalloc
 */
#ifndef FITLAB_OUTSIDE_POLICY_H
#define FITLAB_OUTSIDE_POLICY_H

#include "allocators/policy.h"
#include "workloads/problem.h"

/* The references, installed or not; ends with NULL. In foreign.c. */
extern const struct policy *const reference_mallocs[];

/* True if the word is the path of a file, not a name. */
bool outside_policy_is_path(const char *word);

/* The policy behind a path, or NULL and a problem. It stays loaded. */
const struct policy *outside_policy_load(const char *path, struct problem *);

#endif
