/* mix.h - random operations, the same for the same seed.
 *
 * The live bytes climb to a share of the region, fall to a small one, and climb again, so
 * that holes of all ages and sizes arise; large requests meet a fragmented heap.
 */
#ifndef FITLAB_MIX_H
#define FITLAB_MIX_H

#include "conformance/shadow.h"

/* A source of random numbers: libc's nrand48, whose state is kept here. */
struct dice {
    unsigned short state[3];
};

struct dice dice_seeded(uint64_t seed);

/* Uniform below n, n > 0. */
size_t dice_below(struct dice *, size_t n);

/* From least to most; every power of two between is equally likely. */
size_t dice_size(struct dice *, size_t least, size_t most);

struct mix {
    const char *name;
    size_t least, most; /* bytes requested */
    size_t region;      /* bytes */
    enum site_kind kind;
};

/* The mixes with which each property about all operations is tested; ends with a NULL name. */
extern const struct mix mixes[];

/* One step: an operation that fits the state of the shadow. */
struct mixer {
    const struct mix *mix;
    struct dice dice;
    bool climbing;
    bool moves;     /* realloc and memalign too, not just alloc and free */
    unsigned steps; /* so far; several threads take turns of some steps each */
};

void mixer_step(struct mixer *, struct shadow *);

#endif
