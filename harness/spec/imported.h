/* imported.h - traces of other tools, and standard input, used as workloads without a conversion
 * beforehand.
 *
 * A file is imported once into a temporary trace that has no name and disappears when this process
 * ends, so nothing is left behind in any case. While the process lives, the trace has a path below
 * /proc, which child processes can open too. */
#ifndef FITLAB_IMPORTED_H
#define FITLAB_IMPORTED_H

#include <stddef.h>

#include "workloads/problem.h"

/* The path of a trace with the events of the file at `path`, or of standard input for "-". If the
 * file is a trace already, or if no importer recognises it, this is the file itself; its reader
 * then reports the mistake. False and a problem that names the file and the place. */
bool imported_path(const char *path, char *out, size_t size, struct problem *);

#endif
