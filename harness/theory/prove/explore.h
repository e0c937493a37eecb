/* explore.h - the exact worst case of a policy, by visiting every heap that a program can make of
 * it.
 *
 * A breadth-first search over all sequences of operations on the real policy's code: from every
 * state, each size is asked for and each live block is freed. The state is the region itself,
 * which is copied and restored. Two states are the same if the policy's bytes in it are: all
 * but the payload of live blocks, the counters, and the middle of holes, where only what is
 * left of earlier blocks can lie (a policy keeps what it knows of a hole in its first
 * EXPLORE_HEAD and last EXPLORE_TAIL bytes; the built-in ones do).
 */
#ifndef FITLAB_EXPLORE_H
#define FITLAB_EXPLORE_H

#include "theory/unit_heap.h"

enum { EXPLORE_HEAD = 64, EXPLORE_TAIL = 16 };

struct question {
    unsigned live;    /* M: most units live at once, 1 to 4096 */
    unsigned largest; /* n: largest block in units, 1 to live */
    bool powers;      /* blocks are powers of two only */
    size_t memory;    /* bytes that the search may take */
};

/* One operation of a witness. */
struct move {
    bool is_free;
    unsigned units;   /* of the block */
    unsigned address; /* where it is, in units */
};

struct answer {
    bool complete;       /* every state was visited: high_water is the worst case */
    unsigned high_water; /* the highest found, in units */
    uint64_t states;
    size_t memory; /* bytes that the search took */
    double seconds;
    struct move *witness; /* the shortest sequence that reaches high_water */
    size_t moves;
    size_t footprint; /* bytes at its end, the empty heap's included */
};

/* Called now and then; states known and states still to expand. NULL: never. */
typedef void explore_progress(uint64_t known, uint64_t open, unsigned high_water, void *ctx);

/* False and a problem if the policy has no units, or memory is not to be had. */
bool explore(const struct policy_spec *, const struct question *, struct answer *,
             explore_progress *, void *ctx, struct problem *);

void answer_release(struct answer *);

#endif
