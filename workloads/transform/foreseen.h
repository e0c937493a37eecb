/* foreseen.h - the numbers of a workload that has to be played once to know them. */
#ifndef FITLAB_FORESEEN_H
#define FITLAB_FORESEEN_H

#include "workloads/workload.h"

/* The next of a kind, with its state. */
typedef size_t foreseen_next(void *state, struct event *, size_t most, struct problem *);

/* Plays all events and fills the head: how many events and slots there are, and the most live
 * bytes; there is no drain. False and a problem if that fails. */
bool foreseen_fill(struct workload *head, foreseen_next *, void *state, struct problem *);

#endif
