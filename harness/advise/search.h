/* search.h - the best of hundreds of candidates by successive halving: all are measured on a short
 * beginning of the workloads, the better third on three times as much, and so on up to the whole.
 *
 * The better third is by the goal; the best by memory and the best of each policy stay with it,
 * since what a beginning says of a policy need not hold for the whole. There is no chance in it. */
#ifndef FITLAB_SEARCH_H
#define FITLAB_SEARCH_H

#include "advise/study.h"

struct search {
    size_t *number; /* of candidates that were measured on the whole, the best first */
    size_t count;
    size_t tried; /* candidates in all */
    size_t stages;
};

/* The study has its programs and its first candidates. False and a problem, which is empty if a
 * signal ended it. Free search->number in either case. */
bool search_run(struct study *, struct search *, struct problem *);

#endif
