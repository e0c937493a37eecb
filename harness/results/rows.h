/* rows.h - the rows of the results' tables that a cell gives: the columns of results/README.md, in
 * its order.
 *
 * rows_header holds the first line of each table, without its newline. Values that are not known
 * for the cell are empty. */
#ifndef FITLAB_ROWS_H
#define FITLAB_ROWS_H

#include <stdio.h>

#include "cell/cell.h"

enum rows_table {
    ROWS_SUMMARY,
    ROWS_FRAGMENTATION,
    ROWS_PAGES,
    ROWS_LATENCY,
    ROWS_HEAPMAP,
    ROWS_HOLES,
    ROWS_CURVE,
    ROWS_THREADS,
    ROWS_TABLES
};

extern const char *const rows_file[ROWS_TABLES];
extern const char *const rows_header[ROWS_TABLES];

/* Appends all the rows of one cell to the streams, one a table. key is the cell's. */
void rows_write(FILE *const out[ROWS_TABLES], const struct cell *, const char *key,
                const struct cell_result *);

#endif
