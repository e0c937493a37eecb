/* store.h - a results folder while cells are added to it.
 *
 * The folder holds one CSV a table. The first table is the ledger: one row a cell, and a cell is
 * done once its row there is on the disk, which it is only after all its other rows are. So
 * whatever ends the writer (kill -9, a full disk, a power cut), store_open finds whole cells,
 * forgets the rest, and the sweep goes on from there. One writer at a time: a lock sees to it.
 */
#ifndef FITLAB_STORE_H
#define FITLAB_STORE_H

#include <stdio.h>

#include "results/row_file.h"

enum { STORE_MOST_TABLES = 16 };

struct store_table {
    const char *name;   /* of the file */
    const char *header; /* column names; the first is the key, and the ledger has a `status` */
};

/* A row of the ledger. */
struct store_cell {
    uint64_t key;
    char status[24];
    bool damaged; /* by row_digest_judge: its rows are not those that were measured */
};

struct store {
    char *path;
    int folder, lock;
    size_t tables;
    struct row_file row_file[STORE_MOST_TABLES];
    struct {
        FILE *out; /* rows written here are appended by the next store_commit */
        char *text;
        size_t length;
    } pending[STORE_MOST_TABLES];
    struct store_cell *
        cell; /* the cells that are done, sorted by key, without those committed since store_open */
    size_t cells;
};

/* Opens a folder, made if need be; tables ends with a NULL name. False and a problem if another
 * process writes there, the files have other columns, or the disk refuses. From then on the process
 * ignores SIGXFSZ. */
bool store_open(struct store *, const char *path, const struct store_table *tables,
                struct problem *);
void store_close(struct store *);

/* Whether some process has the folder open at this moment. */
bool store_busy(const char *path);

/* Puts cell[] in the order that store_find needs. */
void store_sort(struct store *);

/* The cell, if it was done at store_open or came by store_import, else NULL. */
const struct store_cell *store_find(const struct store *, uint64_t key);

/* Writes to the disk what was added to pending[].out since the last time: whole cells, with the
 * rows of each together. False and a problem if the disk refuses (it is full). Then the cells for
 * which there is still room are there, and the others are dropped, as if they had not run. */
bool store_commit(struct store *, struct problem *);

/* Drops the cells for which keep says false. */
typedef bool store_keeper(const struct store_cell *, void *ctx);
bool store_filter(struct store *, store_keeper *keep, void *ctx, struct problem *);

/* The same, but the dropped rows are first copied into a folder inside this one, where they can be
 * found again. */
bool store_set_aside(struct store *, store_keeper *keep, void *ctx, const char *folder,
                     struct problem *);

/* Sorts the rows of every table by the order of these keys, which must include all cells. The same
 * cells then give the same bytes, in whatever order they came. */
bool store_arrange(struct store *, const uint64_t *keys, size_t n, struct problem *);

/* Keeps all tables but the ledger compressed, for as long as nothing is added; or none. */
bool store_pack(struct store *, bool packed, struct problem *);

/* Adds the wanted cells of another store. None of them may be here already. */
bool store_import(struct store *to, const struct store *from, store_keeper *want, void *ctx,
                  struct problem *);

#endif
