/* figure_data.h - what all figures of a results folder show, for the page to draw.
 *
 * Each drawing is a set: the tidy CSV that `fitlab plot` leaves, taken apart into runs of rows that
 * have the same first cell, and the same thread if there are threads, and these into columns. Many
 * columns are the same, such as the live bytes of a workload under each policy or all columns of
 * two figures, so each is in a pool once:
 *
 *   sets: [{figure, subject, caption, columns: [NAME...], runs: [[ROWS, INDEX...]...]}]
 *   pool: [{c: VALUE} (in all rows) | {d: [FIRST, DIFFERENCE...]} (whole numbers) |
 *          {dd: [FIRST, DIFFERENCE...]} (of such a list) | [VALUE...]]
 *
 * A value is a number, with up to 6 digits if it is not whole, a text, or null for an empty cell.
 */
#ifndef FITLAB_REPORT_FIGURE_DATA_H
#define FITLAB_REPORT_FIGURE_DATA_H

#include <jansson.h>
#include <stddef.h>

#include "workloads/problem.h"

struct results_reader;

/* A picture drawn by gnuplot: what is shown where scripts are off, and what has too many points to
 * be drawn in the page. */
struct report_picture {
    char *name, *caption;
    char *svg; /* from its root element on; or NULL */
    char *png; /* in base64; or NULL */
};

struct figure_data {
    json_t *sets, *pool, *index; /* index: where a column is in the pool, by its text */
    struct report_picture *picture;
    size_t pictures;
    size_t maps_left_out; /* heap maps beyond the few that a page has room for */
};

/* Reads all figures, or none for !wanted. Without gnuplot there are no pictures. False and a
 * problem if the folder cannot be used. Free it in either case. */
bool figure_data_read(struct results_reader *, bool wanted, struct figure_data *, struct problem *);
void figure_data_free(struct figure_data *);

#endif
