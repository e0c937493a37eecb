/* imported.h - traces of other tools, and standard input, used as workloads as they are.
 *
 * A file is imported once into a temporary trace that has no name and ends with this process, so
 * that nothing is left behind, however it ends. It has a path below /proc for as long as this
 * process lives, which processes that are started by it can open too.
 */
#ifndef FITLAB_IMPORTED_H
#define FITLAB_IMPORTED_H

#include <stddef.h>

#include "workloads/problem.h"

/* The path of a trace with the events of the file at `path`, or of standard input for "-": the file
 * itself if it is a trace already, or if no importer knows it (its reader then says what it is
 * not). False and a problem that names the file and the place. */
bool imported_path(const char *path, char *out, size_t size, struct problem *);

#endif
