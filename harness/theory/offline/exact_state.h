/* exact_state.h - what is placed, what follows from it, and the way back. For exact_search.c. */
#ifndef FITLAB_EXACT_STATE_H
#define FITLAB_EXACT_STATE_H

#include "theory/offline/exact.h"

/* The `low` of a placed block: higher than anything. */
#define EXACT_PLACED (INT64_MAX / 4)

struct change {
    int64_t *where, before;
};

struct exact_state {
    const struct exact_problem *x;
    unsigned without; /* a set of enum exact_idea */
    int64_t *offset;  /* of a placed block */
    int64_t *base;    /* of an unplaced block: the highest end of a placed neighbour */
    int64_t *low;     /* of an unplaced block: it lies no lower; at least base */
    int64_t *barred;  /* of an unplaced block: it does not lie at its base */
    int64_t *rank;    /* of a block: its place in the preorder */
    int64_t *load;    /* of a section: sizes of its unplaced blocks */
    uint64_t *dirty;  /* a bit a section: some `low` has changed in it */
    double *blame;    /* of a block: how often it was part of what had no room; see decide.c */
    struct change *trail;
    size_t changes, trail_room;
    bool broke; /* memory has run out: the consequences are incomplete and must not be used */
};

bool exact_state_make(struct exact_state *, const struct exact_problem *);
void exact_state_release(struct exact_state *);

/* Nothing is placed, and there is no way back. */
void exact_state_begin(struct exact_state *);

/* Writes a value, so that it can be taken back. */
void exact_state_set(struct exact_state *, int64_t *where, int64_t value);

/* Takes back all but the first so many changes. */
void exact_state_undo(struct exact_state *, size_t changes);

/* Puts block b at its lowest offset, with all that follows for the n blocks of its piece. False:
 * no packing is left. */
bool exact_state_place(struct exact_state *, uint32_t b, const uint32_t *block, size_t n);

/* Says that block b lies higher than its lowest offset, with all that follows. */
bool exact_state_bar(struct exact_state *, uint32_t b, const uint32_t *block, size_t n);

#endif
