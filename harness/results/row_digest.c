#include "results/row_digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/table.h"
#include "results/results_folder.h"

/* The rows of a cell in one table, after those in the tables before it. A cell's rows are in one
 * piece; where they are not, the digest is another one, and should be. */
static uint64_t add(uint64_t digest, size_t table, const char *rows, size_t bytes)
{
    return bytes ? XXH3_64bits_withSeed(rows, bytes, digest + table) : digest;
}

bool row_digest_mark(struct store *store, struct row_digest_mark *mark)
{
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        if (fflush(store->pending[i].out)) {
            return false;
        }
        mark->at[i] = (size_t)ftello(store->pending[i].out);
    }
    return true;
}

bool row_digest_write(struct store *store, const struct row_digest_mark *mark,
                      char digest[ROW_DIGEST_SIZE])
{
    struct row_digest_mark end;
    uint64_t all = 0;
    if (!row_digest_mark(store, &end)) {
        return false;
    }
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        all = add(all, i, store->pending[i].text + mark->at[i], end.at[i] - mark->at[i]);
    }
    snprintf(digest, ROW_DIGEST_SIZE, "%016" PRIx64, all);
    return true;
}

struct judging {
    struct store *store;
    uint64_t *digest; /* of each cell of the store */
    size_t table;
};

static void add_run(uint64_t key, const char *rows, size_t bytes, void *ctx)
{
    struct judging *j = ctx;
    const struct store_cell *cell = store_find(j->store, key);
    if (cell) {
        uint64_t *digest = &j->digest[cell - j->store->cell];
        *digest = add(*digest, j->table, rows, bytes);
    }
}

static bool digest_tables(struct judging *j, struct problem *problem)
{
    for (j->table = 0; j->table < ROWS_TABLES; j->table++) {
        if (!row_file_each(&j->store->row_file[j->table], add_run, j, problem)) {
            return false;
        }
    }
    return true;
}

static bool compare(struct judging *j, size_t *damaged, struct problem *problem)
{
    char path[4096];
    size_t column;
    snprintf(path, sizeof path, "%s/%s", j->store->path,
             j->store->row_file[RESULTS_FOLDER_PROVENANCE].name);
    struct table *rows = table_read(path, problem);
    bool read = rows && table_column(rows, "digest", &column, problem);
    for (size_t row = 0; read && row < rows->rows; row++) {
        uint64_t key;
        const struct store_cell *cell =
            row_file_key(table_cell(rows, row, 0), &key) ? store_find(j->store, key) : NULL;
        char now[ROW_DIGEST_SIZE];
        if (!cell) {
            continue;
        }
        size_t index = (size_t)(cell - j->store->cell);
        snprintf(now, sizeof now, "%016" PRIx64, j->digest[index]);
        if (!cell->damaged && strcmp(now, table_cell(rows, row, column)) != 0) {
            j->store->cell[index].damaged = true;
            ++*damaged;
        }
    }
    table_free(rows);
    return read;
}

/* A ledger with two rows of one cell has two cells of one key, of which only one was found. */
static void judge_alike(struct store *store)
{
    for (size_t i = 1; i < store->cells; i++) {
        struct store_cell *a = &store->cell[i - 1], *b = &store->cell[i];
        if (a->key == b->key) {
            a->damaged = b->damaged = a->damaged || b->damaged;
        }
    }
}

bool row_digest_judge(struct store *store, size_t *damaged, struct problem *problem)
{
    struct judging j = {.store = store};
    *damaged = 0;
    j.digest = calloc(store->cells + 1, sizeof *j.digest);
    bool judged = (j.digest || problem_set(problem, "out of memory")) &&
                  digest_tables(&j, problem) && compare(&j, damaged, problem);
    free(j.digest);
    judge_alike(store);
    return judged;
}
