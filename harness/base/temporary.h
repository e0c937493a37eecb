/* temporary.h - temporary files and folders, in $TMPDIR or, if it is unset or empty, in /tmp.
 * mkstemp and mkdtemp choose the names, so nobody else can guess them and create them first. */
#ifndef FITLAB_TEMPORARY_H
#define FITLAB_TEMPORARY_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "workloads/problem.h"

/* Makes an empty file, whose path it writes, and returns a descriptor that is closed on exec; -1
 * and a problem if it cannot. The caller closes and unlinks it. */
int temporary_file(const char *word, char path[PATH_MAX], struct problem *);

/* Makes an empty folder, which only its owner may enter; false and a problem if it cannot. The
 * caller removes it. */
bool temporary_folder(const char *word, char path[PATH_MAX], struct problem *);

/* A file without a name, open for reading and writing, which is gone when it is closed; NULL and a
 * problem if there can be none. Unlike tmpfile it honours TMPDIR. */
FILE *temporary_stream(struct problem *);

#endif
