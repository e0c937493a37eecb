/* packing_search.h - looking for a lower packing than any plain way gives: by trying orders, and
 * exactly.
 */
#ifndef FITLAB_PACKING_SEARCH_H
#define FITLAB_PACKING_SEARCH_H

#include "packing/packing.h"

/* Improves a sequence and its offsets by moving blocks that reach the top to earlier places,
 * until the height is `target` or lower, or `seconds` or `rounds` are over. Returns the best
 * height, or 0 if there is not enough memory or the blocks have too many neighbours (neighbours.h).
 * The same seed and number of rounds give the same packing. */
struct packing_search {
    uint64_t target;
    uint64_t seed;
    double seconds;
    uint64_t rounds;      /* 0: no limit */
    uint64_t rounds_done; /* set by the search */
};
uint64_t packing_improve(const struct packing *, uint32_t *sequence, uint64_t *offset,
                         struct packing_search *);

/* Every height of a least packing is a multiple of this: the greatest common divisor of sizes. */
uint64_t packing_granule(const struct packing *);

/* What the exact search can do without, so that it can be measured what each idea is worth. */
enum exact_idea {
    EXACT_SUPPORT = 1 << 0,  /* what does not lie at its lowest offset rests on an unplaced block */
    EXACT_TABLE = 1 << 1,    /* remember states that failed */
    EXACT_CUTS = 1 << 2,     /* solve apart what no unplaced block ties together in time */
    EXACT_RERANK = 1 << 3,   /* order the pieces anew after a cut */
    EXACT_TURNS = 1 << 4,    /* several preorders in turns */
    EXACT_RESTARTS = 1 << 5, /* random weights in later rounds */
    EXACT_LEARN = 1 << 6,    /* in these, more weight for blocks that were in the way before */
};

/* How to decide, and what it took. */
struct packing_decision {
    double seconds;
    uint64_t nodes_most;    /* 0: no limit. With one, the verdict is the same on every machine */
    unsigned threads;       /* 1 or 2; 0: as many as there are cores. Does not change the answer */
    unsigned without;       /* a set of enum exact_idea */
    uint64_t nodes, rounds; /* set: nodes of the search, and rounds, up to the answer */
};

/* Does some packing have a height of at most `capacity`? Writes the offsets if so. UNKNOWN: time,
 * nodes or memory ran out, or there are too many blocks for an exact search. */
enum packing_verdict { PACKING_FITS, PACKING_CANNOT, PACKING_UNKNOWN };
enum packing_verdict packing_decide(const struct packing *, uint64_t capacity,
                                    struct packing_decision *, uint64_t *offset);

#endif
