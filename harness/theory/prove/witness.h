/* witness.h - a worst case as something to read and to replay. */
#ifndef FITLAB_WITNESS_H
#define FITLAB_WITNESS_H

#include <stdio.h>

#include "theory/prove/explore.h"

/* Writes the moves as words: "+4@0" is a block of 4 units placed at address 0, "-4@0" its end. So
 * many stand on a line; 0: all on one. */
void witness_print(const struct answer *, size_t per_line, FILE *);

/* Writes them as a trace that `fitlab run` replays to the same high-water mark. */
bool witness_write(const struct answer *, const struct policy_spec *, const char *path,
                   struct problem *);

#endif
