/* plate.h - one drawing of a figure: its tidy CSV, and gnuplot called on it.
 *
 * A plate named NAME leaves figures/NAME.csv (all that is drawn, and nothing else), NAME.pdf, .svg
 * and .png as asked for, and NAME.txt: the caption, and where the numbers come from. Every file
 * appears whole or not at all.
 */
#ifndef FITLAB_PLATE_H
#define FITLAB_PLATE_H

#include <stddef.h>

#include "present/figures/figure.h"
#include "base/table.h"

struct study;

enum { EASEL_WIDTHS = 4 };

/* How to draw, and what has been drawn. */
struct easel {
    char dir[4096]; /* the folder that figures go into */
    bool pdf, svg, png;
    double width[EASEL_WIDTHS]; /* inches */
    size_t widths;
    const char *command;                        /* the words of the command line, for captions */
    size_t plates;                              /* closed so far */
    void (*drawn)(const char *path, void *ctx); /* told of every picture; may be NULL */
    void *ctx;
};

/* Formats from a list such as "pdf,svg". */
bool easel_formats(struct easel *, const char *list, struct problem *);

/* Widths in inches from a list such as "3.3,7". */
bool easel_widths(struct easel *, const char *list, struct problem *);

struct plate {
    struct easel *easel;
    const struct figure *figure;
    struct study *study;
    char name[256];
    char path[4400]; /* of the CSV being written */
    struct csv_row row;
    size_t rows;
};

/* The plate of a figure named FIGURE-suffix, or FIGURE alone for NULL. */
bool plate_open(struct plate *, const struct figure *, struct study *, struct easel *,
                const char *suffix, struct problem *);

/* The header row; the list ends with NULL. */
void plate_header(struct plate *, const char *const *columns);

/* Ends the row being written. */
void plate_end_row(struct plate *);

/* Draws what was written. A plate of a header alone is dropped without a trace. */
bool plate_close(struct plate *, struct problem *);

/* Drops a plate that could not be filled. */
void plate_abandon(struct plate *);

/* Writes the rows of one workload, an index into the study's roster; the header is written. */
typedef bool plate_writer(struct plate *, size_t workload, const void *ctx, struct problem *);

/* A plate for each workload, named by it. The header ends with NULL. */
bool plate_each_workload(const struct figure *, struct study *, struct easel *,
                         const char *const *header, plate_writer *, const void *ctx,
                         struct problem *);

#endif
