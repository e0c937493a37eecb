/* row_file.h - a CSV file with rows of cells, to which whole rows are appended, and which stays
 * readable however the writer ends.
 *
 * The first column is the cell's key, 16 hexadecimal digits, and no cell of the table holds a
 * newline, so a row is a line. row_file_scan leaves out an incomplete last row, which a killed
 * process or a full disk may leave; row_file_rewrite then repairs the file. */
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
    off_t length;       /* bytes of complete rows */
    bool packed;        /* the folder has NAME.zst in its place, and fd is a copy of its text */
};

/* Neighbouring rows of one cell. */
struct row_file_run {
    uint64_t key;
    size_t at, bytes; /* in the file */
};

struct row_file_scan {
    struct row_file_run *run; /* in file order; free it */
    size_t runs;
    bool damaged; /* the file has lines that are no rows */
};

/* Opens or creates the file; where it is compressed, it is read as if it were not. It is an error
 * if the file has another header, because then it has another schema. */
bool row_file_open(struct row_file *, struct problem *);
extern const char row_file_other_columns[]; /* what the problem says then, after the file's name */
void row_file_close(struct row_file *);

bool row_file_scan(const struct row_file *, struct row_file_scan *, struct problem *);

/* Visits the runs, in file order, with their bytes. */
typedef void row_file_visitor(uint64_t key, const char *rows, size_t bytes, void *ctx);
bool row_file_each(const struct row_file *, row_file_visitor *, void *ctx, struct problem *);

/* Appends whole rows; on failure (a full disk) the file is as it was. */
bool row_file_append(struct row_file *, const char *rows, size_t bytes, struct problem *);

/* After a problem, cuts off what was appended beyond a length. If that fails too, the problem says
 * so. */
void row_file_cut(struct row_file *, off_t length, struct problem *);

/* Returns when all appended rows are on the disk. */
bool row_file_sync(const struct row_file *, struct problem *);

/* Replaces the file as a whole by its header and these runs of it, in this order. */
bool row_file_rewrite(struct row_file *, const struct row_file_run *, size_t runs,
                      struct problem *);

/* Writes the bytes of a run to a stream. */
bool row_file_print(const struct row_file *, const struct row_file_run *, FILE *out);

/* Appends runs of one row_file to another of the same header. */
bool row_file_copy(const struct row_file *from, const struct row_file_run *, size_t runs,
                   struct row_file *to, struct problem *);

/* The file is from now on NAME.zst, compressed, unless it has no rows; or NAME again, which
 * whatever changes its rows does by itself. */
bool row_file_pack(struct row_file *, struct problem *);
bool row_file_unpack(struct row_file *, struct problem *);

/* Of row_file_open: opens a compressed file, if it is there and the plain one is not. */
bool row_file_open_packed(struct row_file *, struct problem *);

/* 16 hexadecimal digits to a number; false if they are not. */
bool row_file_key(const char *text, uint64_t *key);

#endif
