/* report.h - a results folder as one HTML page, and as LaTeX tables. */
#ifndef FITLAB_REPORT_H
#define FITLAB_REPORT_H

#include "workloads/problem.h"

struct results_reader;
struct report_tables;
struct report_players;

/* Writes the page: tables, then every SVG of figure_folder with its caption, then where all
 * of it comes from. It needs nothing outside itself; there may be links to players. NULL: no
 * figures, no players. */
bool report_html(const char *path, const struct results_reader *, const struct report_tables *,
                 const char *figure_folder, const struct report_players *, struct problem *);

/* Writes each table as FOLDER/SLUG.tex; calls told with each path. */
bool report_latex(const char *folder, const struct report_tables *, void (*told)(const char *path),
                  struct problem *);

#endif
