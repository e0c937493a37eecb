/* pass_kind.h - what a pass is: one kind of measurement, made in a process of its own. */
#ifndef FITLAB_PASS_KIND_H
#define FITLAB_PASS_KIND_H

#include "cell/cell.h"

struct pass;
struct shared_results;

enum column_form { FORM_BYTES, FORM_COUNT, FORM_PCT, FORM_REAL, FORM_PER_REQUEST, FORM_KIND };

/* A column of the table that `fitlab run` prints of a pass; FORM_PER_REQUEST divides the metric by
 * the number of requests. */
struct pass_column {
    const char *head;
    enum metric_id id;
    enum column_form form;
};

struct pass_kind {
    const char *name;     /* as on the command line and in the column `pass` */
    char letter;          /* in the column `passes` of the list of metrics */
    const char *measures; /* a clause for lists and help */
    bool timed;           /* false: it is deterministic, so one repetition is enough */
    bool pages;           /* most of its time goes into page faults and into giving pages back */
    double guess_ns; /* ns an event, used before any cell of the pass has run; includes searches of
                        lists, and replays that are made several times */
    const struct pass_column *columns;  /* ends with a head of NULL */
    const struct pass_column *threaded; /* where several threads replay; NULL: the same */

    /* Measures and fills the shared results. False after pass_fail. */
    bool (*run)(struct pass *);

    /* Bytes of the results that are the pass's own, beside metrics and samples. NULL: it has none.
     */
    size_t (*own_bytes)(const struct cell *);

    /* How many of those bytes, from the first, are in use; the rest is neither copied nor read. It
     * follows from counts in the results, which may be damaged. NULL: all are. */
    size_t (*own_used)(const struct shared_results *);

    /* In the parent, of a copy of what a process has left: whether counts and names among those
     * results are within bounds. NULL: there are none. */
    bool (*sound)(const struct shared_results *);

    /* In the parent, once the process has ended: points the fields of cell_result that are the
     * pass's own at those results. NULL: it has none. */
    void (*publish)(const struct shared_results *, struct cell_result *);
};

/* By place in CELL_PASSES. */
extern const struct pass_kind *const pass_kinds[CELL_PASS_COUNT];

#define X(symbol, kind) extern const struct pass_kind pass_##kind;
CELL_PASSES(X)
#undef X

#endif
