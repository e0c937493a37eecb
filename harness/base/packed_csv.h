/* packed_csv.h - CSV files that may be compressed: where there is no NAME.csv, but a NAME.csv.zst,
 * that one is read in its place.
 *
 * Whoever reads a table names it NAME.csv and need not know. Where both are there, NAME.csv counts.
 */
#ifndef FITLAB_PACKED_CSV_H
#define FITLAB_PACKED_CSV_H

#include <stdbool.h>
#include <stdio.h>

#include "workloads/problem.h"

#define PACKED_CSV_SUFFIX ".zst"

/* A stream of the table's text. NULL and a problem that names the path if it cannot be opened;
 * errno is ENOENT where neither file is there. Reading from damaged data is an error of the stream,
 * with errno EBADMSG: packed_csv_error has words for it. */
FILE *packed_csv_open(const char *path, struct problem *);

/* Whether either file is there. */
bool packed_csv_exists(const char *path);

/* Why reading failed, for a message that has named the path. */
const char *packed_csv_error(int error);

/* Writes the first bytes of a file, compressed, to an empty one. The same bytes give the same
 * bytes. False and errno on failure. */
bool packed_csv_write(int from, size_t bytes, int to);

/* Writes the text of a compressed file to an empty one. False and errno on failure. */
bool packed_csv_unpack(int from, int to);

#endif
