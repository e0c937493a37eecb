/* policy_spec.h - from the words of the command line to a policy and its arguments.
 *
 * Layers stand before a policy, the outermost first: "cache:blocks=32+arenas:n=4+best-fit". */
#ifndef FITLAB_POLICY_SPEC_H
#define FITLAB_POLICY_SPEC_H

#include "allocators/policy.h"
#include "spec/policy_stack.h"
#include "spec/spec.h"
#include "workloads/problem.h"

struct policy_spec {
    const struct policy *policy;
    struct spec_values values; /* of all layers and the policy, in the order of policy->params */
    struct stack_parts parts;  /* by their names as given */
    char full[SPEC_MAX_TEXT];  /* canonical, every parameter: what rows and keys carry */
    char label[SPEC_MAX_TEXT]; /* only what differs from the defaults: tables and figures */
};

/* Finds a policy with its parameters: a built-in one by its name, or one that outside_policy.h
 * accepts; and layers over it. */
bool policy_spec_parse(const char *text, struct policy_spec *, struct problem *);

/* The same, for callers that make rows: a C file that does not compile becomes a policy all of
 * whose cells are 'unavailable', with the reason; and `offline` is a policy (offline_policy.h). */
bool policy_spec_parse_for_rows(const char *text, struct policy_spec *, struct problem *);

/* Writes the words for other values of the same stack to out, of SPEC_MAX_TEXT bytes. False and a
 * problem if they are too long. */
bool policy_spec_format(const struct stack_parts *, const struct policy *, const long *number,
                        enum spec_form, char *out, struct problem *);

/* The part of the stack that the heap is of: layers that have nothing to do are left out. Its words
 * stay those of the whole. */
struct policy_spec policy_spec_of_heap(const struct policy_spec *, const struct heap *);

/* The choice that a parameter has in a spec, or NULL if the policy has no such choice. */
const char *policy_spec_choice(const struct policy_spec *, const char *parameter);

#endif
