/* row_file.h - a CSV file of rows by cell, appended to in whole rows and sound after any end.
 *
 * The first column is the cell's key, 16 hexadecimal digits, and no cell holds a newline: so a
 * row is a line. A torn last row, left by a killed process or a full disk, is what
 * row_file_scan leaves out; row_file_rewrite then makes the file whole.
 */
#ifndef FITLAB_ROW_FILE_H
#define FITLAB_ROW_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "workloads/problem.h"

struct row_file {
    int folder;         /* a descriptor, the caller's */
    const char *path;   /* of the folder, for messages; the caller's */
    const char *name;   /* of the file in it */
    const char *header; /* its first line, without the newline */
    int fd;             /* open for appending */
    off_t length;       /* of what is whole */
};

/* Neighbouring rows of one cell. */
struct row_file_run {
    uint64_t key;
    size_t at, bytes; /* in the file */
};

struct row_file_scan {
    struct row_file_run *run; /* in file order; free it */
    size_t runs;
    bool damaged; /* something in the file is no row and belongs to no run */
};

/* Opens or creates the file. One of another header is an error: it has another schema. */
bool row_file_open(struct row_file *, struct problem *);
void row_file_close(struct row_file *);

bool row_file_scan(const struct row_file *, struct row_file_scan *, struct problem *);

/* Appends whole rows; on failure (a full disk) the file is as it was. */
bool row_file_append(struct row_file *, const char *rows, size_t bytes, struct problem *);

/* Cuts off what was appended beyond a length, after a problem, which is told more if even that
 * fails. */
void row_file_cut(struct row_file *, off_t length, struct problem *);

/* Returns when everything appended is on the disk. */
bool row_file_sync(const struct row_file *, struct problem *);

/* Replaces the file, at one stroke, by its header and these runs of it in this order. */
bool row_file_rewrite(struct row_file *, const struct row_file_run *, size_t runs,
                      struct problem *);

/* Writes the bytes of a run to a stream. */
bool row_file_print(const struct row_file *, const struct row_file_run *, FILE *out);

/* Appends runs of one row_file to another of the same header. */
bool row_file_copy(const struct row_file *from, const struct row_file_run *, size_t runs,
                   struct row_file *to, struct problem *);

/* 16 hexadecimal digits to a number; false if they are not. */
bool row_file_key(const char *text, uint64_t *key);

#endif
