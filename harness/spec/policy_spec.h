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
    int bits; /* of a pointer: those of this program or, where cells alone run it, 32 */
    char full[SPEC_MAX_TEXT];  /* canonical, every parameter: what rows and keys carry */
    char label[SPEC_MAX_TEXT]; /* only what differs from the defaults: tables and figures */
};

/* Finds a policy with its parameters: a built-in one by its name, or one that outside_policy.h
 * accepts; and layers over it. Behind the name, "@32" or "@64" may say for how many bits it is
 * compiled; bits that are not this program's are a problem, as such a policy has no functions here
 * (narrow.h). */
bool policy_spec_parse(const char *text, struct policy_spec *, struct problem *);

/* The same, for callers that make rows: a C file that does not compile becomes a policy all of
 * whose cells are 'unavailable', with the reason; `offline` is a policy (offline_policy.h); and so
 * are those of 32 bits. */
bool policy_spec_parse_for_rows(const char *text, struct policy_spec *, struct problem *);

/* The same, for callers that ask a policy one request after the other, or want its words alone: not
 * one that knows the workload beforehand, but those of 32 bits. */
bool policy_spec_parse_for_check(const char *text, struct policy_spec *, struct problem *);

/* Where policies of 32 bits can be used; all other places refuse them with these words. */
extern const char policy_spec_narrow_place[];

/* The bits for which a policy can be compiled, as a set. */
enum policy_bits { POLICY_BITS_NONE, POLICY_BITS_32 = 1, POLICY_BITS_64 = 2 };

enum { POLICY_BITS_TEXTS = 2 };

/* The texts that a policy's text stands for where each policy is taken for a set of bits: with
 * "@32" behind the name for 32, and as it is for 64, for an empty set, or if it says its bits
 * itself. Returns how many there are; those that are too long end in the middle, so that they are
 * no policy. */
size_t policy_spec_for_bits(const char *text, unsigned set,
                            char out[POLICY_BITS_TEXTS][SPEC_MAX_TEXT]);

/* Reads "32", "64", or both with a comma between. */
bool policy_bits_parse(const char *text, unsigned *set, struct problem *);

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
