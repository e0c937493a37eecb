/* narrow_hint.h - whether what fails with 64 bits works with 32. Internal to this room. */
#ifndef FITLAB_NARROW_HINT_H
#define FITLAB_NARROW_HINT_H

#include "cell/cell.h"

/* If the cell of a C file has failed as a program of 64 bits, runs it as one of 32, and says in the
 * detail if it does not fail there. */
void narrow_hint_add(const struct cell *, struct cell_result *);

#endif
