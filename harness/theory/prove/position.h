/* position.h - a policy's real heap in one of the states of a search, and the operations that are
 * possible there.
 *
 * A state is the region itself: all bytes below the break, but for those that cannot matter. What
 * cannot matter is kept zero: the payloads of live blocks, the counters, which only count, and
 * the memory of holes that the policy says is spare. Of a policy that does not say it, the
 * first POSITION_HEAD and last POSITION_TAIL bytes of each hole are taken to matter.
 */
#ifndef FITLAB_POSITION_H
#define FITLAB_POSITION_H

#include "theory/prove/state_tree.h"
#include "theory/unit_heap.h"

enum { POSITION_HEAD = 64, POSITION_TAIL = 16 };

struct state_hash {
    uint64_t low, high;
};

struct live_block {
    unsigned address, units;
};

/* One operation of a witness. */
struct move {
    bool is_free;
    unsigned units;   /* of the block */
    unsigned asked;   /* units that were asked for, which a policy may have rounded up */
    unsigned address; /* where it is, in units */
};

/* The heap in one state, in a copy. */
struct snapshot {
    struct region region;
    uint64_t state; /* its number */
    char *bytes;
    size_t room;
};

/* Where it is must not change while it is open. */
struct position {
    struct policy_spec spec;
    struct unit_heap units;
    struct op_meter meter;
    struct snapshot *path; /* of the states on the way, path[0] of the empty heap */
    size_t depth, room;    /* path[depth] is the state that it is at */
    uint16_t *op;          /* scratch for the way there */
    char *last;            /* the payload of the last block that was asked for */
    unsigned granted;      /* its units, which may be more than were asked for */
    char *touched;         /* above it the region holds zeroes */
    uint64_t *packed;      /* scratch for the hash */
    uint64_t *moved;       /* NULL, or scratch for the region as it is anywhere */
    struct live_block *live;
    size_t live_count, live_units;
};

/* False and a problem if the policy cannot be searched, or its accesses cannot be counted. M and n
 * as in struct question. Only one position at a time can count accesses. */
bool position_open(struct position *, const struct policy_spec *, unsigned live, unsigned largest,
                   enum measure, struct problem *);
void position_close(struct position *);

/* From now on the hash of a state is the same in every process, on every machine that runs this
 * program: it does not depend on where the region or the program lies in memory. False: no memory.
 */
bool position_anywhere(struct position *);

/* Goes to a state so many operations from the empty heap, and lists its live blocks. The way from
 * the state before is short if that one was found shortly before or after. False: no memory, or
 * an operation of the tree is not possible. */
bool position_go(struct position *, const struct state_tree *, uint64_t state, size_t depth);

/* The heap as it was when position_go came there. */
void position_back(struct position *);

/* Plays one operation. False: the policy has no such block. */
bool position_play(struct position *, uint16_t op);

/* Plays one operation of the tree and tells what it was. */
struct move position_move(struct position *, uint16_t op);

/* What tells the state apart. Resets the counters. */
struct state_hash position_hash(struct position *);

/* What the last operation is worth. Only allocations have a height. */
uint64_t position_measure(const struct position *, enum measure);

#endif
