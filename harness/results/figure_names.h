/* figure_names.h - the names of the figures, in the order of a report.
 *
 * The spec of a sweep may name figures before any is drawn, in rooms that do not know figures.
 * present/figures/figure.h says what a figure is. */
#ifndef FITLAB_FIGURE_NAMES_H
#define FITLAB_FIGURE_NAMES_H

#include <stddef.h>

#include "workloads/problem.h"

/* X(symbol, name): the figure is `figure_SYMBOL`, its script plots/NAME.gp. */
/* clang-format off */
#define FITLAB_FIGURES(X)                    \
    X(heatmap, "heatmap")                    \
    X(worst_case, "worst-case")              \
    X(overhead, "overhead")                  \
    X(blow_up, "blow-up")                    \
    X(pareto, "pareto")                      \
    X(front, "front")                        \
    X(structure, "structure")                \
    X(fragmentation, "fragmentation")        \
    X(ageing, "ageing")                      \
    X(footprint, "footprint")                \
    X(waste, "waste")                        \
    X(thread_footprint, "thread-footprint")  \
    X(release, "release")                    \
    X(hole_sizes, "hole-sizes")              \
    X(unusable, "unusable")                  \
    X(failure, "failure")                    \
    X(ratios, "ratios")                      \
    X(latency, "latency")                    \
    X(cost, "cost")                          \
    X(heap_map, "heap-map")                  \
    X(thread_map, "thread-map")
/* clang-format on */

#define X(symbol, name) FIGURE_##symbol,
enum { FITLAB_FIGURES(X) FIGURE_COUNT };
#undef X

/* FIGURE_COUNT of them, in that order. */
extern const char *const figure_names[];

/* The index of a name, or FIGURE_COUNT and a problem that suggests one. */
size_t figure_names_find(const char *name, struct problem *);

#endif
