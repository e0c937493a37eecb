/* processes.h - the processes that search together.
 *
 * The first is the caller. The others are forked when there is work for them, each with its own
 * copy of the heap at the same addresses, because what tells a state apart has pointers in it.
 */
#ifndef FITLAB_PROVE_PROCESSES_H
#define FITLAB_PROVE_PROCESSES_H

#include <sys/types.h>

#include "theory/prove/batch.h"

struct processes {
    struct search *search;
    struct position *position; /* of this process */
    unsigned wanted, count;    /* processes, the caller included */
    pid_t pid[PROVE_JOBS_MOST];
    int link[PROVE_JOBS_MOST]; /* the caller's end of a socket to each */
};

/* Nothing is forked yet. */
void processes_open(struct processes *, struct search *, struct position *, unsigned wanted);

/* Runs a phase of the current batch to its end, with the caller alone or with all. False and a
 * problem if a process ended, or the phase failed. */
bool processes_run(struct processes *, enum phase, bool alone, struct problem *);

/* Ends the others. */
void processes_close(struct processes *);

#endif
