/* deaths.h - the blocks of a packing in order of death. */
#ifndef FITLAB_DEATHS_H
#define FITLAB_DEATHS_H

#include "packing/packing.h"

/* Those that are alive in section s - 1 and no longer in s are block[start[s]] and on, up to
 * block[start[s + 1]]; s is at most the number of sections. */
struct deaths {
    uint32_t *start, *block;
};

/* False: not enough memory, and nothing is left behind. */
bool deaths_make(struct deaths *, const struct packing *);
void deaths_release(struct deaths *);

#endif
