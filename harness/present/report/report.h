/* report.h - a results folder as one HTML page, and as LaTeX tables. */
#ifndef FITLAB_REPORT_H
#define FITLAB_REPORT_H

#include "workloads/problem.h"

struct compare;
struct figure_data;
struct latex_choice;
struct opening;
struct report_players;
struct report_tables;
struct results_reader;

/* What stands on a page. */
struct report {
    const char *title;
    struct results_reader *reader;
    const struct opening *opening;
    const struct report_tables *tables;
    const struct figure_data *figures;
    const struct report_players *players;
    const struct compare *against; /* with an older folder; NULL: with none */
    const char *against_folder;
};

/* Writes the page, which needs nothing outside itself; there may be links to players. It appears
 * whole or not at all. */
bool report_html(const char *path, const struct report *, struct problem *);

/* Writes each chosen table as FOLDER/SLUG.tex; calls told with each path. */
bool report_latex(const char *folder, const struct report_tables *, const struct latex_choice *,
                  void (*told)(const char *path), struct problem *);

#endif
