/* plain_search.h - the worst case of a policy by a second exploration of its real heap, as plain as
 * possible: one process, every state reached by playing all operations that lead to it from the
 * empty heap, and known by another description than the search of `prove` uses:
 * what its walk shows, with the bytes of headers, and the beginnings and ends of holes. */
#ifndef FITLAB_PLAIN_SEARCH_H
#define FITLAB_PLAIN_SEARCH_H

#include "spec/policy_spec.h"

/* The highest that the heap gets, in units. */
unsigned plain_search_worst(const struct policy_spec *, unsigned live, unsigned largest,
                            bool powers);

#endif
