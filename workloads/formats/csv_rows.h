/* csv_rows.h - the rows of a CSV file, one at a time, with columns found by name. */
#ifndef FITLAB_CSV_ROWS_H
#define FITLAB_CSV_ROWS_H

#include "workloads/formats/source.h"

enum { CSV_MOST_WANTED = 8 };

/* Called for each row after the header; cell has one text a wanted column, "" where the file
 * has no such column. False and a problem, which gets the row's number put in front, ends it. */
typedef bool csv_row_reader(const char *const *cell, void *context, struct problem *);

struct csv_wanted {
    const char *const *names; /* at most CSV_MOST_WANTED */
    size_t required, all;     /* the first `required` must be there */
};

/* Reads all rows. The header row is row 1. */
bool csv_rows_read(struct source *, const struct csv_wanted *, csv_row_reader *, void *context,
                   struct problem *);

/* Whether the first line of a file has all the required names, in any order. */
bool csv_rows_recognise(const unsigned char *head, size_t bytes, const struct csv_wanted *);

/* Reads a cell as a number of at most `most`; what names it in the problem. */
bool csv_number(const char *cell, const char *what, uint64_t most, uint64_t *number,
                struct problem *);

#endif
