/* fit.h - does everything fit into a given capacity? */
#ifndef FITLAB_FIT_H
#define FITLAB_FIT_H

#include "theory/offline/packing_search.h"

/* What gave the answer. */
enum fit_proof {
    FIT_NONE,   /* nothing did */
    FIT_LOAD,   /* no: more bytes are alive at once */
    FIT_PLAIN,  /* yes: packing from the peak, or first-fit in one of the plain orders */
    FIT_SEARCH, /* yes or no: the exact search */
};

struct fit {
    enum packing_verdict verdict;
    enum fit_proof proof;
    uint64_t height;  /* of the lowest packing found, checked; 0: none was made */
    uint64_t *offset; /* its offsets, one a block; release with fit_release */
    double seconds;   /* by the clock */
};

/* Tries the cheap ways first, then the exact search as `how` says. Every packing is checked by
 * packing_height, which does not depend on how it was made. False and a problem: memory ran out, or
 * a packing is wrong, which is a defect. */
bool fit_find(struct fit *, const struct packing *, uint64_t capacity, struct packing_decision *how,
              struct problem *);

void fit_release(struct fit *);

#endif
