/* figure.h - what `fitlab plot` can draw.
 *
 * A figure is two things of one name: plots/NAME.gp, which draws it from one tidy CSV, and an
 * entry here, which makes that CSV from a results folder. A figure that is drawn once a workload
 * makes a drawing (drawing.h) for each.
 */
#ifndef FITLAB_FIGURE_H
#define FITLAB_FIGURE_H

#include "results/figure_names.h"
#include "workloads/problem.h"

struct results_reader;
struct plot_options;

struct figure {
    const char *name;      /* as on the command line and of the script */
    const char *summary;   /* one line for `fitlab list figures` */
    const char *source;    /* the CSV of a results folder that it cannot do without */
    const char *caption;   /* sentences that can stand under the figure */
    bool each_workload;    /* it has a picture of each workload */
    const char *workloads; /* only of those whose spec begins so; NULL: of all */
    bool timed;            /* it shows times: the caption says how blocks were touched */
    bool memory; /* it shows memory as reader_memory says: the caption says by which meter */

    /* Opens, fills and closes drawings. None at all: the folder has nothing for this figure.
     * False and a problem if what is there cannot be used. */
    bool (*prepare)(const struct figure *, struct results_reader *, struct plot_options *,
                    struct problem *);
};

#define X(symbol, name) extern const struct figure figure_##symbol;
FITLAB_FIGURES(X)
#undef X

/* In the order of figure_names.h; ends with NULL. */
extern const struct figure *const figures[];

/* NULL and a problem that suggests a name. */
const struct figure *figure_find(const char *name, struct problem *);

#endif
