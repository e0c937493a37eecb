/* place.h - where what comes with fitlab lies: in the source tree that it was built from, or where
 * it is installed, found from the program's own place, so that an installation may be moved. */
#ifndef FITLAB_PLACE_H
#define FITLAB_PLACE_H

#include <stddef.h>

/* Writes the path in the source tree if it exists, else the one that is `from_program`, relative
 * to the folder of the running program; returns out. */
const char *place_find(const char *source, const char *from_program, char *out, size_t size);

/* Writes the folder of the running program, with a '/' at its end. */
void place_of_program(char *out, size_t size);

/* The file that a word names: itself or, for a bare word, WORD.yaml in a folder as for
 * place_find, if it is there. Returns word or out. */
const char *place_spec(const char *word, const char *source, const char *from_program, char *out,
                       size_t size);

#endif
