/* layout.h - where data lies in memory, varied between repetitions from a recorded seed.
 *
 * Timings depend on it (Mytkowicz et al., "Producing Wrong Data Without Doing Anything Obviously
 * Wrong!", 2009), so one layout is only one sample. */
#ifndef FITLAB_LAYOUT_H
#define FITLAB_LAYOUT_H

#include "cell/cell.h"

/* Pages by which the region's base is shifted; 0 in the deterministic passes. */
unsigned layout_colour(const struct cell *);

/* Bytes of stack to skip before the replay, a multiple of 16 below 4096: what a larger
 * environment would do. 0 in the deterministic passes. */
size_t layout_stack_shift(const struct cell *);

#endif
