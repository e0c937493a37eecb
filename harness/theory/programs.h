/* programs.h - recorded programs as plain lives of blocks, to be replayed as they were or with
 * their order lost. */
#ifndef FITLAB_PROGRAMS_H
#define FITLAB_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "problem.h"

enum { PROGRAMS = 5 };
extern const char *const program_names[PROGRAMS]; /* traces of the corpus */

/* A block is born at its place in the array; it dies after `life` more were born. */
struct life {
    uint32_t size; /* units of 16 bytes, at least 1 */
    uint32_t life; /* births until its death, its own counted; 0: it does not die */
};

struct program {
    struct life *block;
    size_t count;
};

/* Reads a workload; a realloc is a death and a birth. */
bool program_read(struct program *, const char *workload, struct problem *);

/* Permutes the pairs of size and life over the births. */
void program_shuffle(struct program *, unsigned long seed);

/* Draws sizes and lives, each from its own distribution, independently of one another. */
void program_make_independent(struct program *, unsigned long seed);

/* The most that the policy's heap spans over the most that is live, minus 1: only the policy's
 * own, without headers and rounding to 16 bytes. */
bool program_waste(const struct program *, const char *policy, double *waste, struct problem *);

void program_release(struct program *);

#endif
