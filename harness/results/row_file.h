/* sheet.h - a CSV file of rows by cell, appended to in whole rows and sound after any end.
 *
 * The first column is the cell's key, 16 hexadecimal digits, and no cell holds a newline: so a
 * row is a line. A torn last row, left by a killed process or a full disk, is what
 * sheet_scan leaves out; sheet_rewrite then makes the file whole.
 */
#ifndef FITLAB_SHEET_H
#define FITLAB_SHEET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "workloads/problem.h"

struct sheet {
    int folder;         /* a descriptor, the caller's */
    const char *path;   /* of the folder, for messages; the caller's */
    const char *name;   /* of the file in it */
    const char *header; /* its first line, without the newline */
    int fd;             /* open for appending */
    off_t length;       /* of what is whole */
};

/* Neighbouring rows of one cell. */
struct sheet_run {
    uint64_t key;
    size_t at, bytes; /* in the file */
};

struct sheet_scan {
    struct sheet_run *run; /* in file order; free it */
    size_t runs;
    bool damaged; /* something in the file is no row and belongs to no run */
};

/* Opens or creates the file. One of another header is an error: it has another schema. */
bool sheet_open(struct sheet *, struct problem *);
void sheet_close(struct sheet *);

bool sheet_scan(const struct sheet *, struct sheet_scan *, struct problem *);

/* Appends whole rows; on failure (a full disk) the file is as it was. */
bool sheet_append(struct sheet *, const char *rows, size_t bytes, struct problem *);

/* Cuts off what was appended beyond a length, after a problem, which is told more if even that
 * fails. */
void sheet_cut(struct sheet *, off_t length, struct problem *);

/* Returns when everything appended is on the disk. */
bool sheet_sync(const struct sheet *, struct problem *);

/* Replaces the file, at one stroke, by its header and these runs of it in this order. */
bool sheet_rewrite(struct sheet *, const struct sheet_run *, size_t runs, struct problem *);

/* Writes the bytes of a run to a stream. */
bool sheet_print(const struct sheet *, const struct sheet_run *, FILE *out);

/* Appends runs of one sheet to another of the same header. */
bool sheet_copy(const struct sheet *from, const struct sheet_run *, size_t runs, struct sheet *to,
                struct problem *);

/* 16 hexadecimal digits to a number; false if they are not. */
bool sheet_key(const char *text, uint64_t *key);

#endif
