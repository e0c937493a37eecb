/* provenance.h - where a trace is from: lines "key: value", in the order they were added.
 *
 * Usual keys: program, arguments, machine, date, recorder, generator, source, note.
 */
#ifndef FITLAB_PROVENANCE_H
#define FITLAB_PROVENANCE_H

#include <stdbool.h>
#include <stddef.h>

#define PROVENANCE_MOST 16384 /* bytes, a NUL included */

struct provenance {
    char text[PROVENANCE_MOST]; /* start with an empty one: {.text = ""} */
};

/* Adds a line, printf-like. Control characters become spaces; what does not fit is cut off. */
void provenance_add(struct provenance *, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies the value of the first line with this key, cut to size. False: there is none. */
bool provenance_get(const struct provenance *, const char *key, char *value, size_t size);

#endif
