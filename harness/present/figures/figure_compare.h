/* figure_compare.h - the figure of a comparison (results/compare.h): paired dots, one drawing a metric. */
#ifndef FITLAB_FIGURE_COMPARE_H
#define FITLAB_FIGURE_COMPARE_H

#include "workloads/problem.h"

struct compare;
struct plot_options;
struct results_reader;

/* Draws into the options' folder; `after` is what the captions cite. */
bool figure_compare_draw(const struct compare *, struct results_reader *after,
                         struct plot_options *, struct problem *);

#endif
