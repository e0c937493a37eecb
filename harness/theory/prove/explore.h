/* explore.h - the exact worst case of a policy, by visiting every heap that a program can make of
 * it.
 *
 * A breadth-first search over all sequences of operations on the real policy's code: from every
 * state, each size is asked for and each live block is freed. What a state is: position.h. How
 * several processes do it together: batch.h. The answer is the same however many they are.
 *
 * What is judged is the height that the heap gets, or what a single operation costs.
 */
#ifndef FITLAB_EXPLORE_H
#define FITLAB_EXPLORE_H

#include "theory/prove/position.h"

struct distribution;

struct question {
    unsigned live;    /* M: most units live at once, 1 to 4096 */
    unsigned largest; /* n: largest block in units, 1 to live */
    bool powers;      /* blocks are powers of two only */
    enum measure measure;
    size_t memory;      /* bytes that the states may take, in memory or in files */
    unsigned jobs;      /* processes, up to PROVE_JOBS_MOST; 0: one */
    const char *folder; /* NULL, or where the states are kept in files: a proof that ended before
                           its time goes on from there */
    double every;       /* seconds between two times at which it is put down how far it is */
    struct distribution
        *distribution; /* NULL, or how states are divided among machines; needs the folder */
};

/* How far the search is. */
struct explored {
    uint64_t states;          /* known */
    uint64_t open;            /* of them still to expand */
    uint64_t tried;           /* operations that were played */
    uint64_t level;           /* operations from the empty heap to the states that come next */
    uint64_t widest, at_most; /* the level with the most states, and how many it has */
    uint64_t worst;           /* highest value of an operation so far */
    size_t memory;            /* bytes that the states and the buffers take */
    double seconds;           /* in all, those before it was taken up again included */
};

struct answer {
    bool complete; /* every state was visited: explored.worst is the worst case */
    bool taken_up; /* from what the folder had */
    struct explored explored;
    struct move *witness; /* the shortest sequence whose last operation has the worst value */
    size_t moves;
    size_t footprint; /* the largest on the way, in bytes, the empty heap's included */
};

/* Called now and then. NULL: never. */
typedef void explore_progress(const struct explored *, void *ctx);

/* False and a problem if the policy has no units, memory is not to be had, or the folder has
 * another proof. */
bool explore(const struct policy_spec *, const struct question *, struct answer *,
             explore_progress *, void *ctx, struct problem *);

void answer_release(struct answer *);

#endif
