/* drawing.h - one drawing of a figure: its tidy CSV, and gnuplot called on it.
 *
 * A drawing named NAME leaves figures/NAME.csv (all that is drawn, and nothing else), NAME.pdf,
 * .svg and .png as asked for, and NAME.txt: the caption, and where the numbers come from. Every
 * file appears whole or not at all.
 */
#ifndef FITLAB_DRAWING_H
#define FITLAB_DRAWING_H

#include <stddef.h>

#include "base/table.h"
#include "present/figures/figure.h"

struct results_reader;
struct drawing;
struct drawing_queue;

enum { PLOT_WIDTHS_MOST = 4 };

/* Gets the CSV of a drawing that has rows, in place of gnuplot; the file is removed afterwards.
 * False and a problem ends the figure. */
typedef bool drawing_taker(const struct drawing *, const char *csv, const char *caption, void *ctx,
                           struct problem *);

/* How to draw, and what has been drawn. */
struct plot_options {
    char dir[4096]; /* the folder that figures go into */
    bool pdf, svg, png;
    double width[PLOT_WIDTHS_MOST]; /* inches */
    size_t widths;
    const char *command;                        /* the words of the command line, for captions */
    size_t drawings;                            /* closed so far */
    void (*drawn)(const char *path, void *ctx); /* called for every picture; may be NULL */
    drawing_taker *take;                        /* NULL: draw pictures */
    struct drawing_queue *queue;                /* where pictures are drawn */
    const bool *chosen; /* the workloads that have pictures of their own; NULL: all */
    void *ctx;          /* of drawn and of take */
};

/* Formats from a list such as "pdf,svg". */
bool plot_options_formats(struct plot_options *, const char *list, struct problem *);

/* Widths in inches from a list such as "3.3,7". */
bool plot_options_widths(struct plot_options *, const char *list, struct problem *);

/* Whether a workload, an index into the reader's roster, is to have pictures of its own. */
bool plot_options_has(const struct plot_options *, size_t workload);

struct drawing {
    struct plot_options *options;
    const struct figure *figure;
    struct results_reader *reader;
    char name[256];
    char subject[256]; /* the name without the figure's: what it is of, or "" */
    char path[4400];   /* of the CSV being written */
    struct csv_row row;
    size_t rows;
};

/* The drawing of a figure named FIGURE-suffix, or FIGURE alone for NULL. */
bool drawing_open(struct drawing *, const struct figure *, struct results_reader *,
                  struct plot_options *, const char *suffix, struct problem *);

/* The header row; the list ends with NULL. */
void drawing_header(struct drawing *, const char *const *columns);

/* Ends the row being written. */
void drawing_end_row(struct drawing *);

/* Hands on what was written, to the taker or the queue. A drawing with a header only is removed. */
bool drawing_close(struct drawing *, struct problem *);

/* Drops a drawing that could not be filled. */
void drawing_abandon(struct drawing *);

/* Writes the rows of one workload, an index into the reader's roster; the header is written. */
typedef bool drawing_writer(struct drawing *, size_t workload, const void *ctx, struct problem *);

/* A drawing for each workload, named by it. The header ends with NULL. */
bool drawing_each_workload(const struct figure *, struct results_reader *, struct plot_options *,
                           const char *const *header, drawing_writer *, const void *ctx,
                           struct problem *);

#endif
