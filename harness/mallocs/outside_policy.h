/* outside_policy.h - what may stand after -p besides the name of a policy that is built in.
 *
 *   ./my_fit.so    a policy as a plug-in: it defines `const struct policy my_fit`
 *   ./mm.c         a solution of the CS:APP malloc lab, compiled on the spot
 *   ./heap_4.c     an embedded heap of a family that families.c knows, likewise
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

/* The same, for callers that make rows: a C file that does not compile becomes a policy too, one
 * that outside_policy_unavailable recognises. */
const struct policy *outside_policy_load_for_rows(const char *path, struct problem *);

/* Why the policy cannot be run at all, or NULL if it can. */
const char *outside_policy_unavailable(const struct policy *);

/* Whether the policy is a C file that was compiled here, for the bits of this program. */
bool outside_policy_is_compiled(const struct policy *);

/* The file of a policy that outside_policy_unavailable knows; else NULL. */
const char *outside_policy_source(const struct policy *);

/* A possible reason of a crash after so many events, as a clause that follows "SIGSEGV after 0
 * events: ", or NULL. The text is valid until the next call. */
const char *outside_policy_crash_hint(const struct policy *, uint64_t events);

#endif
