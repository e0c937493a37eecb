/* table.h - a CSV file as a table in memory, read and written with libcsv.
 *
 * Tidy data: one header row with distinct names, then one observation a row, all of the
 * same width. An empty cell is unknown. Lines end in a newline alone; a cell is quoted only
 * where it must be.
 */
#ifndef FITLAB_TABLE_H
#define FITLAB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "workloads/problem.h"

struct table {
    char *path;         /* as given, for messages */
    size_t columns;     /* at least 1 */
    size_t rows;        /* without the header; may be 0 */
    const char **name;  /* one a column */
    const char *text;   /* of all cells; use table_cell */
    uint32_t *at;       /* where a cell's text begins: of the names, then row after row */
    const char *remedy; /* what is said of a missing column in place of a list of those that are
                           there; NULL: the list */
};

/* Reads a whole file, or where it is compressed, path.zst. NULL and a problem that names the file
 * and the row if it is missing, empty, ragged or no CSV. Free with table_free, which takes NULL
 * too. */
struct table *table_read(const char *path, struct problem *);
void table_free(struct table *);

/* The index of a column by name, or false and a problem that says what the file has. */
bool table_column(const struct table *, const char *name, size_t *column, struct problem *);

/* Adds those of these columns that the table does not have, with empty cells. The names must
 * outlive it. False: no memory, and nothing is changed. */
bool table_add_empty(struct table *, const char *const *name, size_t names);

const char *table_cell(const struct table *, size_t row, size_t column);

/* The cell as a number: NAN if it is empty; false and a problem that names the place if it
 * is anything else. */
bool table_number(const struct table *, size_t row, size_t column, double *value, struct problem *);

/* Writing: a cell each; csv_end_row puts the newline. Errors stay with the stream: see ferror. */
struct csv_row {
    FILE *out;
    bool begun; /* a cell of this row is written: the next one needs a comma */
};
void csv_text(struct csv_row *, const char *text);
void csv_whole(struct csv_row *, uint64_t value);
void csv_real(struct csv_row *, double value); /* NAN: an empty cell; up to 9 digits */
void csv_end_row(struct csv_row *);

#endif
