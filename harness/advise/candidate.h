/* candidate.h - policies with values for their parameters, among which the best is searched for. */
#ifndef FITLAB_CANDIDATE_H
#define FITLAB_CANDIDATE_H

#include "cell/metric.h"
#include "spec/policy_spec.h"

/* What a candidate costs on all workloads together. */
struct score {
    bool served;       /* there is a region in which every request is served */
    double pool_bytes; /* the smallest that was found, of the workload that needs most */
    double accesses;   /* of an operation, mean; INFINITY: the policy's accesses cannot be seen */
    double most_accesses; /* of a single operation, and which it is: */
    uint64_t most_event, most_bytes, most_kind;
    size_t most_workload;
};

struct candidate {
    struct policy_spec *spec; /* stays where it is while the list grows */
    size_t number;            /* in the order in which the list was made */
    struct score score;
};

struct candidates {
    struct candidate *item;
    size_t count, room;
};

/* Adds a policy, given as on the command line, with every combination of the choices that the text
 * leaves open, numbers as they are by default. The rule by which the break moves is left alone, as
 * a pool of fixed size has none. False and a problem if the text is no good. */
bool candidates_add(struct candidates *, const char *text, struct problem *);

/* Adds all built-in policies that a product could use: those that use memory again and whose state
 * lies in the region. */
bool candidates_add_all(struct candidates *, unsigned bits, struct problem *);

/* Adds what `from` becomes when one number is changed, smaller and larger, as far as it is not in
 * the list. `fixed` has the texts that were given, whose numbers stay; NULL: none was. */
void candidates_vary(struct candidates *, size_t from, const char *const *fixed, size_t n);

void candidates_free(struct candidates *);

#endif
