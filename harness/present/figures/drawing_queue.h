/* drawing_queue.h - drawings that wait for gnuplot: several at a time, in the order in which they
 * were given, and only those that are stale. */
#ifndef FITLAB_DRAWING_QUEUE_H
#define FITLAB_DRAWING_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "present/figures/drawing.h"

struct drawing_queue;

/* A queue for drawings into options->dir, which is options->queue until it is closed. `about` is
 * how many drawings are expected, for the progress on a terminal; 0: no progress. */
void drawing_queue_open(struct plot_options *options, size_t about);

/* Adds a drawing whose CSV is written. What is up to date is not drawn. False and a problem if an
 * earlier drawing failed, or this one cannot be begun. */
bool drawing_queue_add(struct drawing_queue *, const struct drawing *, const char *caption,
                       struct problem *);

/* Whether a figure as a whole is up to date, or else begins it; its pictures are then told to
 * options->drawn. The drawings that follow are its own. */
bool drawing_queue_is_fresh(struct drawing_queue *, const struct figure *, const char *digest);

/* Ends the figure that was begun: all of its drawings are in the queue. */
void drawing_queue_end_figure(struct drawing_queue *);

/* Waits for all. False and the first problem if a drawing failed; `done` says whether all went well
 * before. */
bool drawing_queue_close(struct plot_options *options, bool done, struct problem *);

#endif
