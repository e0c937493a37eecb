/* narrow_program.h - a cell of a policy of 32 bits, in fitlab-cell32. Internal to this room and to
 * runner32/. */
#ifndef FITLAB_NARROW_PROGRAM_H
#define FITLAB_NARROW_PROGRAM_H

#include "cell/cell_words.h"
#include "cell/shared_results.h"

/* The arguments of `fitlab-cell32 cell`, in this order after these two words. */
enum {
    NARROW_RESULTS = 2, /* descriptor of the shared results */
    NARROW_EVENTS,      /* descriptor of a file of sent_events.h */
    NARROW_POLICY,      /* its full spec */
    NARROW_LIBRARY,     /* of the plug-in; "": it is built in */
    NARROW_SYMBOL,
    NARROW_LAYOUT, /* bytes of the results, and where the pass's own begin: both must agree */
    NARROW_WORDS,
    NARROW_ARGUMENTS = NARROW_WORDS + CELL_WORDS
};

/* In the child, after fork: sends the workload and becomes the program. Comes back only if that
 * fails, and then has said so on the shared results. */
void narrow_program_start(const struct cell *, struct shared_results *, uint64_t seed);

#endif
