/* batch.h - one step of the search: some states of one level are expanded, and what is new is
 * appended to the tree.
 *
 * The step has phases, in each of which several processes take pieces of work from a common
 * counter. What comes out does not depend on how many there are, nor on who does what: the new
 * states are in the order in which one process would have found them one by one.
 *
 *   expand  a chunk of states: plays every operation and keeps the hash of what it leads to, a
 *           candidate
 *   move    a part of the set of known states to where it has more room, if it needs more
 *   add     to a part of the set, all candidates that belong there: the first of a kind is new
 *   write   the new states of a chunk to their places in the tree
 */
#ifndef FITLAB_BATCH_H
#define FITLAB_BATCH_H

#include <stdatomic.h>

#include "theory/prove/position.h"
#include "theory/prove/state_set.h"

enum { NO_PART = UINT16_MAX };

enum phase { PHASE_EXPAND, PHASE_MOVE, PHASE_ADD, PHASE_WRITE, PHASES };

/* What an operation leads to. */
struct candidate {
    uint64_t key;
    uint32_t from; /* the state before it, from the first of the batch on */
    uint16_t op;
    uint16_t part; /* NO_PART once it is known to be new */
};

struct chunk {
    uint32_t start[STATE_PARTS + 1]; /* of each part in the order by parts */
    atomic_uint fresh;               /* candidates that are new */
    uint64_t to;                     /* number of the first of them */
};

/* The operation that is worth most, and where. Of several the first. */
struct worst {
    uint64_t value;
    uint64_t from;
    uint16_t op;
};

struct batch {
    uint64_t first, count; /* states */
    size_t depth;          /* of all of them */
    bool again;            /* the states are known, but not yet in the set */
    atomic_ullong next;    /* the first piece of work that no process has taken */
    atomic_bool failed;
    atomic_ullong tried; /* operations that were possible, in all batches */
    struct worst worst[PROVE_JOBS_MOST];
};

/* All that the processes share. It lies in shared memory itself. */
struct search {
    unsigned live, largest;
    bool powers;
    enum measure measure;
    unsigned children; /* most operations of a state */
    uint32_t chunk_states, chunks_most;
    struct state_tree tree;
    struct state_set set;
    struct batch batch;
    struct shared_area area; /* of the chunks, their candidates and the order by parts of these */
};

/* Without any areas yet, in memory that processes share. NULL: no memory. */
struct search *search_open(unsigned live, unsigned largest, bool powers, enum measure);

/* Closes its areas too. */
void search_close(struct search *);

/* Buffers for batches that take about so many bytes. False and a problem: no memory. */
bool batch_open(struct search *, size_t bytes, struct problem *);
void batch_close(struct search *);

/* What was expanded, chunk by chunk: the candidates of one, in the order in which they were found.
 */
uint64_t batch_chunks(const struct search *);
const struct candidate *batch_candidates(const struct search *, uint64_t chunk, size_t *n);

/* The most states that a batch can have. */
uint64_t batch_most(const struct search *);

/* Bytes of the buffers that this batch needs. */
size_t batch_bytes(const struct search *);

/* The share of one process, number `who`, in a phase. */
void batch_work(struct search *, struct position *, enum phase, unsigned who);

/* The most candidates that any part of the set has got, with the states that it has. */
uint64_t batch_fullest(const struct search *, uint64_t *candidates);

/* Between add and write: gives each chunk's new states their numbers. Returns how many there are.
 */
uint64_t batch_number(struct search *);

#endif
