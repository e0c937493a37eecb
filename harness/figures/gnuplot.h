/* gnuplot.h - calling gnuplot on a script of plots/. */
#ifndef FITLAB_GNUPLOT_H
#define FITLAB_GNUPLOT_H

#include <stddef.h>

#include "problem.h"

/* Where the scripts are: $FITLAB_PLOTS, or what was installed beside the program, or the source
 * tree that it was built from. */
bool gnuplot_scripts(char *dir, size_t size, struct problem *);

/* Runs plots/SCRIPT.gp on a tidy CSV; output's suffix is the format. The caller removes output if
 * this is false. The problem is gnuplot's first complaint, or how to install it. */
bool gnuplot_draw(const char *script, const char *data, const char *output, double width_inches,
                  struct problem *);

/* "gnuplot 5.4 patchlevel 4"; false if there is none. */
bool gnuplot_version(char *text, size_t size);

#endif
