/* report_table.h - a table of a report, before it is HTML or LaTeX. */
#ifndef FITLAB_REPORT_TABLE_H
#define FITLAB_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct report_cell {
    char *text;  /* UTF-8, with nothing escaped; never NULL */
    bool best;   /* of its column */
    bool failed; /* the text is the status of a cell that did not end well */
};

/* What a column is about, or "". */
struct report_column {
    char *head;
    char *definition; /* a sentence, for who points at the head */
    char *metric;     /* its column of summary.csv */
    char *workload;   /* the label of its workload */
};

struct report_table {
    char *slug;  /* of its LaTeX file and its anchor */
    char *title; /* a heading */
    char *note;  /* sentences: what the numbers are */
    bool detail; /* of one workload alone: beside its figures */
    bool rows_are_policies;
    size_t columns, rows;
    struct report_column *column; /* the first one names the rows */
    struct report_cell *cell;
};

/* A table of empty cells; texts are copied. */
struct report_table *report_table_new(const char *slug, const char *title, const char *note,
                                      size_t columns, size_t rows);
void report_table_free(struct report_table *);

/* Sets the head of a column and what it is about; NULL: nothing is to be said. */
void report_table_head(struct report_table *, size_t column, const char *head,
                       const char *definition, const char *metric, const char *workload);

/* Sets a cell, printf-like. */
void report_table_set(struct report_table *, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Says in a cell which is empty why there is no number. */
void report_table_fail(struct report_table *, size_t row, size_t column, const char *status);

/* Marks the rows whose value, as printed, is the least of the column; NAN is no value. */
void report_table_mark_least(struct report_table *, size_t column, const double *value);

/* Removes rows that have nothing but their name, and names them at the end of the note. */
void report_table_drop_empty(struct report_table *);

void report_table_html(const struct report_table *, FILE *);

/* What is written of a table; lists end with NULL, and NULL or an empty one is all. */
struct latex_choice {
    const char *const *columns; /* heads, or columns of summary.csv */
};

/* Whether any column but the first is chosen. */
bool report_table_is_chosen(const struct report_table *, const struct latex_choice *);

/* Table environments for the package booktabs: one as wide as a column of a paper, or as its page
 * if need be (table*), or several if that is not enough. */
void report_table_latex(const struct report_table *, const struct latex_choice *, FILE *);

#endif
