/* manifest.h - manifest.json: what was run, on what, with which versions. */
#ifndef FITLAB_MANIFEST_H
#define FITLAB_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

struct manifest;

/* Notes the command line, the time, the machine, the clock and the build. NULL: no memory. */
struct manifest *manifest_begin(int argc, char *const argv[]);

/* A text under a name of the caller's, such as the spec of a sweep. */
void manifest_note(struct manifest *, const char *name, const char *text);

/* Counts a cell by its status, and lists its policy and workload (specs in full) once each.
 * digest and events describe the workload; 0: not known. */
void manifest_cell(struct manifest *, const char *policy_spec, const char *workload_spec,
                   uint64_t digest, uint64_t events, const char *status);

/* Lists this run, under a name by which provenance.csv refers to it, after the runs that the
 * folder's manifest lists already. So a folder that is resumed still says who measured what. */
bool manifest_run(struct manifest *, const char *folder, const char *run, struct problem *);

/* Lists the runs of another folder's manifest, too. */
bool manifest_adopt(struct manifest *, const char *folder, struct problem *);

/* What distinguishes the machine of a run from others, on one line; "" if the run is not listed. */
const char *manifest_machine(const struct manifest *, const char *run, char *out, size_t size);

/* Writes manifest.json into the folder, and beside it datapackage.json for the tables that are
 * there. Each is replaced as a whole: a reader sees the old file or the new one. */
bool manifest_write(struct manifest *, const char *folder, struct problem *);

void manifest_free(struct manifest *);

#endif
