/* results_folder.h - a results folder as a whole. */
#ifndef FITLAB_RESULTS_FOLDER_H
#define FITLAB_RESULTS_FOLDER_H

#include "base/table.h"
#include "results/manifest.h"
#include "results/rows.h"
#include "results/store.h"

/* The tables of a results folder: those of the cells' rows, then who made them. */
enum { RESULTS_FOLDER_PROVENANCE = ROWS_TABLES, RESULTS_FOLDER_TABLES };
_Static_assert((int)RESULTS_FOLDER_TABLES <= (int)STORE_MOST_TABLES,
               "a store has room for a folder's tables");
void results_folder_tables(struct store_table out[RESULTS_FOLDER_TABLES + 1]);

/* Whether a folder, if it exists, can be a complete one of this fitlab: no table has other columns,
 * and none is missing beside rows of summary.csv. Nothing is written. */
bool results_folder_sound(const char *path, struct problem *);

/* Locks and opens a folder, if it is complete. */
bool results_folder_open(struct store *, const char *path, struct problem *);

/* Its summary.csv. NULL and a problem if there is none. */
struct table *results_folder_summary(const char *path, struct problem *);

/* The indices of n columns by name. */
bool results_folder_columns(const struct table *, const char *const *names, size_t n,
                            size_t *column, struct problem *);

/* Counts the folder's cells, policies and workloads into the manifest. */
bool results_folder_describe(const char *path, struct manifest *, struct problem *);

/* A name for this run of fitlab, such as 20240131T120000Z-host-123. */
enum { RESULTS_FOLDER_RUN_SIZE = 64 };
void results_folder_name_run(char run[RESULTS_FOLDER_RUN_SIZE]);

#endif
