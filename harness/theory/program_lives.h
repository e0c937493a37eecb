/* program_lives.h - recorded programs as plain lives of blocks, to be replayed as they were or with
 * their order lost. */
#ifndef FITLAB_PROGRAM_LIVES_H
#define FITLAB_PROGRAM_LIVES_H

#include <stddef.h>
#include <stdint.h>

#include "spec/policy_spec.h"

enum { PROGRAMS = 5 };
extern const char *const lives_programs[PROGRAMS]; /* traces of the corpus */

/* A block is born at its place in the array; it dies after `life` more blocks were born. */
struct life {
    uint32_t size; /* units of 16 bytes, at least 1 */
    uint32_t life; /* births until its death, its own counted; 0: it does not die */
};

struct program_lives {
    struct life *block;
    size_t count;
    uint32_t most; /* units: larger blocks are not replayed; UINT32_MAX at first */
};

/* Reads a workload; a realloc is a death and a birth. */
bool lives_read(struct program_lives *, const char *workload, struct problem *);

/* Permutes the pairs of size and life over the births. */
void lives_shuffle(struct program_lives *, unsigned long seed);

/* Draws sizes and lives, each from its own distribution, independently of one another. */
void lives_make_independent(struct program_lives *, unsigned long seed);

/* The most that the policy's heap spans over the most that is live, minus 1: only the policy's
 * own, without headers, rounding to 16 bytes, and what its smallest block has beyond them. */
bool lives_waste(const struct program_lives *, const struct policy_spec *, double *waste,
                 struct problem *);

/* What a program asks for, independent of the policy; in units. */
struct lives_shape {
    uint64_t peak;    /* the most that is live */
    uint64_t rounded; /* what is live then, each block's size rounded up to a power of two */
    uint64_t largest; /* of any block */
};

bool lives_look(const struct program_lives *, struct lives_shape *, struct problem *);

void lives_release(struct program_lives *);

#endif
