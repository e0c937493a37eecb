/* report_table.h - a table of a report, before it is HTML or LaTeX. */
#ifndef FITLAB_REPORT_TABLE_H
#define FITLAB_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct report_cell {
    char *text; /* UTF-8, with nothing escaped; never NULL */
    bool best;  /* of its column */
};

struct report_table {
    char *slug;  /* of its LaTeX file and its anchor */
    char *title; /* a heading */
    char *note;  /* sentences: what the numbers are */
    bool detail; /* of one workload alone: after the figures */
    size_t columns, rows;
    char **head; /* one a column; the first column names the rows */
    struct report_cell *cell;
};

/* A table of empty cells; texts are copied. */
struct report_table *report_table_new(const char *slug, const char *title, const char *note,
                                      size_t columns, size_t rows);
void report_table_free(struct report_table *);

void report_table_head(struct report_table *, size_t column, const char *text);

/* Sets a cell, printf-like. */
void report_table_set(struct report_table *, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Marks the rows whose value, as printed, is the least of the column; NAN is no value. */
void report_table_mark_least(struct report_table *, size_t column, const double *value);

void report_table_html(const struct report_table *, FILE *);

/* A table environment for the package booktabs. */
void report_table_latex(const struct report_table *, FILE *);

#endif
