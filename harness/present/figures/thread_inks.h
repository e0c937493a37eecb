/* thread_inks.h - which threads of a workload have an ink of their own in a picture: those that
 * ever have most memory. */
#ifndef FITLAB_THREAD_INKS_H
#define FITLAB_THREAD_INKS_H

#include <stddef.h>

#include "replay/thread_map.h"

enum { THREAD_INKS_OWN = 6, THREAD_INKS_OTHERS, THREAD_INKS }; /* 0 is nobody's */

/* An owner is an index as in thread_sample: THREAD_NOBODY, or a thread's number + 1. */
struct thread_inks {
    double most[THREAD_OWNERS]; /* that the owner has at once, to be set first */
    unsigned ink[THREAD_OWNERS];
    unsigned owner[THREAD_INKS]; /* of an ink of its own; THREAD_NOBODY: nobody has it */
};

/* The owner that a cell of a table names, "none" and "" being nobody. */
unsigned thread_inks_owner(const char *cell);

/* Gives out the inks by `most`. */
void thread_inks_choose(struct thread_inks *);

/* Whether there is anybody whose ink it is. */
bool thread_inks_used(const struct thread_inks *, unsigned ink);

/* What a picture calls an ink: "thread 3", "other threads", "nobody's". */
void thread_inks_name(const struct thread_inks *, unsigned ink, char *text, size_t size);

#endif
