/* still.h - the few pictures of a page that gnuplot draws. */
#ifndef FITLAB_REPORT_STILL_H
#define FITLAB_REPORT_STILL_H

#include <stdbool.h>
#include <stdio.h>

struct drawing;
struct figure_data;

/* Draws the drawing if it is one of those: an SVG for readers without scripts, or a PNG of a heap
 * map. Returns whether that is all of it, so that the page needs no data. */
bool still_take(struct figure_data *, const struct drawing *, const char *csv, const char *caption);

/* Writes the pictures of one kind as figure elements. */
void still_write_svgs(const struct figure_data *, FILE *);
void still_write_pngs(const struct figure_data *, FILE *);

#endif
