/* rounds.h - traces again and again in one heap: what a program does that runs for long.
 *
 * A part is a trace and how often it is played. Of the blocks that are born in a round, a share,
 * drawn at random with a seed, survives the round: where such a block would be freed, it stays, and it
 * is freed at the same place of the next round. At the end of a round the other blocks that are still
 * live are freed, as at the end of a program. What survives the last round of a part stays for ever,
 * and the last round of all leaves its live blocks, as recorded.
 *
 * Slots are given anew, lowest first. The traces' drains are left out. Memory is that of the slots and
 * of the survivors of two rounds, however many rounds there are.
 */
#ifndef FITLAB_ROUNDS_H
#define FITLAB_ROUNDS_H

#include <stdint.h>

#include "workloads/event.h"
#include "workloads/problem.h"
#include "workloads/trace/provenance.h"

struct rounds_part {
    const char *path; /* of a trace file */
    uint64_t times;   /* at least 1 */
    double keep;      /* share of a round's blocks that survive it, 0 to 1 */
};

enum { ROUNDS_PARTS = 2 };

struct rounds;

/* At the first event of the first of `count` parts, at most ROUNDS_PARTS. NULL and a problem if a
 * trace is no good. */
struct rounds *rounds_open(const struct rounds_part *, size_t count, uint64_t seed,
                           struct problem *);
void rounds_close(struct rounds *);

/* Writes at most `most` events and returns how many; 0: the end, or a problem if its text is not empty
 * (the caller passes an emptied one). */
size_t rounds_next(struct rounds *, struct event *, size_t most, struct problem *);

/* The provenance of the trace that is being played. */
const struct provenance *rounds_provenance(const struct rounds *);

#endif
