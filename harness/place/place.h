/* place.h - where what comes with fitlab lies: in the source tree that it was built from, or where
 * it is installed, found from the program's own place, so that an installation may be moved. */
#ifndef FITLAB_PLACE_H
#define FITLAB_PLACE_H

#include <stddef.h>

/* Writes the path in the source tree if it exists, else the one that is `from_program`, relative
 * to the folder of the running program; returns out. */
const char *place_find(const char *source, const char *from_program, char *out, size_t size);

#endif
