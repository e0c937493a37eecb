/* text_table.h - a table for a terminal: columns as wide as their content, numbers aligned to the
 * right. */
#ifndef FITLAB_TEXT_TABLE_H
#define FITLAB_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text_table {
    size_t columns, cells, room;
    const bool *left; /* one a column: aligned to the left */
    char **cell;      /* row after row */
};

/* left is the caller's and outlives the table. */
void text_table_open(struct text_table *, size_t columns, const bool *left);

/* Appends a cell, row after row, printf-like. */
void text_table_add(struct text_table *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints what was added; the first row is the head, underlined. */
void text_table_print(const struct text_table *, FILE *);

void text_table_close(struct text_table *);

#endif
