/* pack.h - a results folder as one archive to give away with a paper, and whether what was unpacked
 * from it is whole.
 *
 * The archive holds one folder: the tables, manifest.json, datapackage.json, the numbers and
 * captions of the figures, and what is made for it:
 *
 *   README.txt    what this is, and how to go on
 *   spec.yaml     the sweep's, if there was one
 *   commands.txt  the commands that measured and drew, from the manifest and the captions
 *   traces.csv    each trace that a workload is made from, with its digest and, if it is in the
 * archive, its file traces/       those files XXH128SUMS    a digest of every other file, for
 * xxh128sum -c
 */
#ifndef FITLAB_PACK_H
#define FITLAB_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "workloads/problem.h"

#define PACK_SUMS   "XXH128SUMS"
#define PACK_TRACES "traces" /* .csv, and the folder */

struct pack {
    const char *folder, *output; /* output ends in PACK_SUFFIX */
    bool with_traces;
    size_t files, traces; /* in the archive, told by pack_write */
};

#define PACK_SUFFIX ".tar.zst"

/* Writes the archive. The same folder and traces give the same bytes. */
bool pack_write(struct pack *, struct problem *);

struct pack_check {
    bool packed; /* the folder is one that was unpacked */
    size_t files, traces, wrong;
};

/* Compares an unpacked folder with its lists, and prints a line for each file and each trace that
 * is missing or another one. From then on workloads find the traces that came along. A folder that
 * never was in an archive is as it should be. */
bool pack_verify(const char *folder, FILE *report, struct pack_check *, struct problem *);

#endif
