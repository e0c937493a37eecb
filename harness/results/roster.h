/* roster.h - the policies or workloads of a results folder: made by results_reader.c, internal to
 * it. */
#ifndef FITLAB_ROSTER_H
#define FITLAB_ROSTER_H

#include "results/results_reader.h"

enum { ROSTER_LABEL = 600 }; /* bytes of a label */

/* The place of this key, or `count`. */
size_t roster_find(const struct roster *, const char *key);

/* Adds a subject, unless its key is there; takes what it keeps as a copy, and makes the slug. */
void roster_add(struct roster *, const struct subject *);

void roster_free(struct roster *);

/* Whether every word of the list, which ends with NULL or is NULL, is the spec or the name of a
 * subject; if not, a problem that names the file. */
bool roster_has_policies(const struct roster *, const char *const *list, const char *path,
                         struct problem *);

#endif
