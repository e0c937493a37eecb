/* gnuplot.h - calling gnuplot on a script of plots/. */
#ifndef FITLAB_GNUPLOT_H
#define FITLAB_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "workloads/problem.h"

/* Where the scripts are: $FITLAB_PLOTS, or the plots/ that data_file_find finds. */
bool gnuplot_scripts(char *dir, size_t size, struct problem *);

/* A picture that is being drawn, in a process of its own. */
struct gnuplot_run {
    pid_t pid;
    FILE *said;
    char output[4800];
};

/* Starts plots/SCRIPT.gp on a tidy CSV; output's suffix is the format. False and a problem if there
 * is no gnuplot; nothing is then to be finished. */
bool gnuplot_start(struct gnuplot_run *, const char *script, const char *data, const char *output,
                   double width_inches, struct problem *);

/* Waits for it. False and a problem, which is gnuplot's first error message; the caller removes the
 * output. */
bool gnuplot_finish(struct gnuplot_run *, struct problem *);

/* Both. */
bool gnuplot_draw(const char *script, const char *data, const char *output, double width_inches,
                  struct problem *);

/* "gnuplot 5.4 patchlevel 4"; false if there is none. */
bool gnuplot_version(char *text, size_t size);

#endif
