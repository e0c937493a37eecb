/* matrix.h - one number of every policy on every workload, as a table, and its means. */
#ifndef FITLAB_REPORT_MATRIX_H
#define FITLAB_REPORT_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "present/report/report_table.h"
#include "workloads/problem.h"

struct results_reader;
struct roster;
struct spread;

/* What a matrix shows, and how numbers become ratios to average: only ratios may be. */
struct matrix {
    const char *slug, *title, *note, *pass, *column;
    const char *mean_unit;                    /* of the means, for their heads */
    double (*ratio)(double value, double of); /* of is the baseline's value */
    double (*back)(double ratio);
    bool timed;
};

enum { MATRIX_FRAGMENTATION, MATRIX_RESIDENT, MATRIX_TIME, MATRICES };
extern const struct matrix matrices[MATRICES];

/* Its table; *table is NULL where the folder has no such numbers. baseline is an index into the
 * roster. False and a problem if the folder cannot be used. */
bool matrix_table(const struct matrix *, struct results_reader *, size_t baseline,
                  struct report_table **table, struct problem *);

/* What it is made of, [workload][policy]: to be freed; NULL and a problem. */
struct spread *matrix_spread(struct results_reader *, const char *pass, const char *column,
                             struct problem *);
bool matrix_any_known(const struct spread *, size_t n);

/* The geometric mean of a policy's ratios over the recorded workloads, or over the others; NAN if
 * there are none of the kind or one of them is not known. */
double matrix_mean(struct results_reader *, const struct matrix *, const struct spread *,
                   size_t policy, size_t baseline, bool recorded);

size_t matrix_recorded(const struct roster *workloads);

/* The least and the most of the peaks of live bytes; *most is 0 where no memory pass tells. */
bool matrix_heaps(struct results_reader *, double *least, double *most, struct problem *);

/* Numbers into cells, for all tables alike: NAN is an empty cell. */
void matrix_fill_column(struct report_table *, size_t column, const double *value,
                        bool less_is_better);

/* A sentence about a metric, from its definition in the schema; to be freed. */
char *matrix_definition(const char *metric, const char *per, const char *of_workload);

#endif
