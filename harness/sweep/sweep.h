/* sweep.h - a sweep at work: its spec, its grid and its results folder. */
#ifndef FITLAB_SWEEP_H
#define FITLAB_SWEEP_H

#include "results/results_folder.h"
#include "results/warnings.h"
#include "sweep/estimate.h"
#include "sweep/progress.h"

/* The folder for cells of another spec, or of code that has changed since. */
#define SWEEP_ASIDE "superseded"

struct sweep {
    struct sweep_spec spec;
    struct grid grid;
    struct estimate estimate;
    struct store store;
    struct progress progress;
    struct warnings warnings;          /* of what was timed in this run */
    char run[RESULTS_FOLDER_RUN_SIZE]; /* this run, in provenance.csv and manifest.json */
    struct manifest *manifest;         /* NULL: nothing is missing, so nothing will be run */
};

/* Reads the spec and expands it; nothing is written. */
bool sweep_prepare(struct sweep *, const char *spec_path, const struct sweep_replacement *,
                   struct problem *);
void sweep_free(struct sweep *);

/* Learns how long cells take from the cells of a folder, if it exists. Returns how many there were.
 */
size_t sweep_learn(struct sweep *, const char *folder);

/* Cells that the folder lacks. */
size_t sweep_missing(const struct sweep *);

/* Estimated seconds of what the folder lacks, cell after cell. */
struct remaining sweep_remaining(const struct sweep *);

/* The words of the command line, for the manifest. */
struct sweep_words {
    int count;
    char **word;
};

/* Opens the results folder. Cells that are no longer in the grid are moved aside and, if `retry` is
 * set, failed ones are dropped. Counts the remaining ones, for the progress. */
bool sweep_open(struct sweep *, const char *folder, bool retry, bool quiet,
                const struct sweep_words *, struct problem *);
void sweep_close(struct sweep *);

/* Whether a status means that something went wrong: neither "ok" nor a result that any policy may
 * have. */
bool sweep_failed(const char *status);

/* Which passes to run. */
enum sweep_part { SWEEP_DETERMINISTIC, SWEEP_TIMED };

/* Runs what the folder lacks of one part: deterministic cells `jobs` at a time, timed ones
 * alone. */
enum pool_end sweep_run(struct sweep *, enum sweep_part, size_t jobs, struct problem *);

/* Adds the cells of another results folder that the grid has and the folder lacks. */
bool sweep_collect(struct sweep *, const char *from, struct problem *);

/* Sorts the rows by the grid's order, and writes ratios.csv and the manifest. */
bool sweep_finish(struct sweep *, struct problem *);

#endif
