/* cell_sink.h - where the rows of cells go that a command runs by itself: nowhere, or into a
 * results folder that they alone fill. */
#ifndef FITLAB_CELL_SINK_H
#define FITLAB_CELL_SINK_H

#include "results/manifest.h"
#include "results/rows.h"
#include "results/store.h"

struct cell_sink {
    struct store store;
    struct manifest *manifest;
    const char *folder; /* NULL: the rows go nowhere */
};

/* folder: NULL, or where to; the caller's. It must hold no results unless `force` says that they
 * are replaced. The words are those of the command line, for the manifest. */
bool cell_sink_open(struct cell_sink *, const char *folder, bool force, int argc,
                    char *const argv[], struct problem *);

/* Adds the rows of a cell; they are on the disk when it returns. */
bool cell_sink_add(struct cell_sink *, const struct cell *, const char *key,
                   const struct cell_result *, struct problem *);

/* Sorts the rows of cells that were added in another order. */
bool cell_sink_arrange(struct cell_sink *, const uint64_t *keys, size_t n, struct problem *);

/* Writes ratios.csv and the manifest if all went well so far, and closes the folder. Returns
 * whether all went well. */
bool cell_sink_close(struct cell_sink *, bool well, const char *baseline, struct problem *);

#endif
