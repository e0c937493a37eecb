/* store_order.c - moves whole cells: out of a folder, into another one, or into another order. */
#include <stdlib.h>
#include <string.h>

#include "results/store.h"

struct placed_run {
    size_t rank; /* of its cell in the order wanted */
    struct row_file_run run;
};

static int by_rank(const void *a, const void *b)
{
    const struct placed_run *x = a, *y = b;
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return x->run.at < y->run.at ? -1 : 1;
}

struct rank {
    uint64_t key;
    size_t rank;
};

static int by_key(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static bool no_memory(const struct store *store, struct problem *problem)
{
    return problem_set(problem, "%s: out of memory", store->path);
}

/* Sorts the runs by rank; true in *moved if that changed anything. */
static bool sort_runs(struct row_file_scan *scan, const struct rank *rank, size_t n, bool *moved)
{
    struct placed_run *placed = calloc(scan->runs + 1, sizeof *placed);
    if (!placed) {
        return false;
    }
    *moved = false;
    for (size_t i = 0; i < scan->runs; i++) {
        struct rank key = {.key = scan->run[i].key};
        const struct rank *found = bsearch(&key, rank, n, sizeof *rank, by_key);
        placed[i] = (struct placed_run){found ? found->rank : n, scan->run[i]};
        *moved = *moved || (i && placed[i].rank < placed[i - 1].rank);
    }
    qsort(placed, scan->runs, sizeof *placed, by_rank);
    for (size_t i = 0; i < scan->runs; i++) {
        scan->run[i] = placed[i].run;
    }
    free(placed);
    return true;
}

bool store_arrange(struct store *store, const uint64_t *keys, size_t n, struct problem *problem)
{
    struct rank *rank = calloc(n + 1, sizeof *rank);
    if (!rank) {
        return no_memory(store, problem);
    }
    for (size_t i = 0; i < n; i++) {
        rank[i] = (struct rank){keys[i], i};
    }
    qsort(rank, n, sizeof *rank, by_key);
    bool done = true;
    for (size_t i = 0; done && i < store->tables; i++) {
        struct row_file_scan scan;
        bool moved = false;
        if (!row_file_scan(&store->row_file[i], &scan, problem)) {
            done = false;
            break;
        }
        done = sort_runs(&scan, rank, n, &moved) || no_memory(store, problem);
        if (done && moved) {
            done = row_file_rewrite(&store->row_file[i], scan.run, scan.runs, problem);
        }
        free(scan.run);
    }
    free(rank);
    return done;
}

/* Splits a row_file's runs by what keep says of their cells: kept ones first, then the others. */
static bool split_runs(const struct store *store, struct row_file_scan *scan, store_keeper *keep,
                       void *ctx, size_t *kept)
{
    struct row_file_run *other = calloc(scan->runs + 1, sizeof *other);
    if (!other) {
        return false;
    }
    size_t others = 0;
    *kept = 0;
    for (size_t i = 0; i < scan->runs; i++) {
        const struct store_cell *cell = store_find(store, scan->run[i].key);
        if (cell && keep(cell, ctx)) {
            scan->run[(*kept)++] = scan->run[i];
        } else {
            other[others++] = scan->run[i];
        }
    }
    if (others) {
        memcpy(scan->run + *kept, other, others * sizeof *other);
    }
    free(other);
    return true;
}

static bool keeps_all(const struct store *store, store_keeper *keep, void *ctx)
{
    for (size_t i = 0; i < store->cells; i++) {
        if (!keep(&store->cell[i], ctx)) {
            return false;
        }
    }
    return true;
}

static bool filter_sheet(struct store *store, struct row_file *row_file, store_keeper *keep,
                         void *ctx, struct problem *problem)
{
    struct row_file_scan scan;
    if (!row_file_scan(row_file, &scan, problem)) {
        return false;
    }
    size_t kept;
    bool done = (split_runs(store, &scan, keep, ctx, &kept) || no_memory(store, problem)) &&
                (kept == scan.runs || row_file_rewrite(row_file, scan.run, kept, problem));
    free(scan.run);
    return done;
}

bool store_filter(struct store *store, store_keeper *keep, void *ctx, struct problem *problem)
{
    if (keeps_all(store, keep, ctx)) {
        return true;
    }
    /* The ledger first: no cell may count as done that has lost other rows. */
    for (size_t i = 0; i < store->tables; i++) {
        if (!filter_sheet(store, &store->row_file[i], keep, ctx, problem)) {
            return false;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < store->cells; i++) {
        if (keep(&store->cell[i], ctx)) {
            store->cell[kept++] = store->cell[i];
        }
    }
    store->cells = kept;
    return true;
}

struct leaving {
    store_keeper *keep;
    void *ctx;
    const struct store *there; /* where the dropped ones go */
};

static bool leaves(const struct store_cell *cell, void *ctx)
{
    const struct leaving *leaving = ctx;
    return !leaving->keep(cell, leaving->ctx) && !store_find(leaving->there, cell->key);
}

bool store_set_aside(struct store *store, store_keeper *keep, void *ctx, const char *folder,
                     struct problem *problem)
{
    if (keeps_all(store, keep, ctx)) {
        return true;
    }
    char path[4096];
    struct store_table tables[STORE_MOST_TABLES + 1] = {0};
    for (size_t i = 0; i < store->tables; i++) {
        tables[i] = (struct store_table){store->row_file[i].name, store->row_file[i].header};
    }
    snprintf(path, sizeof path, "%s/%s", store->path, folder);
    struct store aside;
    if (!store_open(&aside, path, tables, problem)) {
        return false;
    }
    struct leaving leaving = {keep, ctx, &aside};
    bool done = store_import(&aside, store, leaves, &leaving, problem);
    store_close(&aside);
    return done && store_filter(store, keep, ctx, problem);
}

/* Those of from's cells that are wanted join to's. */
static bool adopt(struct store *to, const struct store *from, store_keeper *want, void *ctx)
{
    struct store_cell *grown = reallocarray(to->cell, to->cells + from->cells + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    to->cell = grown;
    size_t cells = to->cells;
    for (size_t i = 0; i < from->cells; i++) {
        if (want(&from->cell[i], ctx)) {
            grown[cells++] = from->cell[i];
        }
    }
    to->cells = cells;
    store_sort(to);
    return true;
}

static bool import_sheet(struct row_file *to, const struct store *from, size_t i,
                         store_keeper *want, void *ctx, struct problem *problem)
{
    struct row_file_scan scan;
    size_t wanted;
    if (!row_file_scan(&from->row_file[i], &scan, problem)) {
        return false;
    }
    bool done = (split_runs(from, &scan, want, ctx, &wanted) || no_memory(from, problem)) &&
                row_file_copy(&from->row_file[i], scan.run, wanted, to, problem) &&
                row_file_sync(to, problem);
    free(scan.run);
    return done;
}

bool store_import(struct store *to, const struct store *from, store_keeper *want, void *ctx,
                  struct problem *problem)
{
    for (size_t i = to->tables; i-- > 0;) {
        if (!import_sheet(&to->row_file[i], from, i, want, ctx, problem)) {
            return false;
        }
    }
    return adopt(to, from, want, ctx) || no_memory(to, problem);
}
