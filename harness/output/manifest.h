/* manifest.h - manifest.json: what was run, on what, with which versions. */
#ifndef FITLAB_MANIFEST_H
#define FITLAB_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "problem.h"

struct manifest;

/* Notes the command line, the time, the machine, the clock and the build. NULL: no memory. */
struct manifest *manifest_begin(int argc, char *const argv[]);

/* A text under a name of the caller's, such as the spec of a sweep. */
void manifest_note(struct manifest *, const char *name, const char *text);

/* Counts a cell by its status, and lists its policy and workload (specs in full) once each.
 * digest and events describe the workload; 0: not known. */
void manifest_cell(struct manifest *, const char *policy_spec, const char *workload_spec,
                   uint64_t digest, uint64_t events, const char *status);

/* Writes manifest.json into the folder at one stroke. */
bool manifest_write(struct manifest *, const char *folder, struct problem *);

void manifest_free(struct manifest *);

#endif
