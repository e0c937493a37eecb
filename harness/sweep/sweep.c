#include "sweep/sweep.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/packed_csv.h"
#include "results/datapackage.h"
#include "results/ratios.h"
#include "results/row_digest.h"

bool sweep_prepare(struct sweep *sweep, const char *spec_path,
                   const struct sweep_replacement *replacement, struct problem *problem)
{
    *sweep = (struct sweep){0};
    if (!sweep_spec_read(spec_path, replacement, &sweep->spec, problem)) {
        return false;
    }
    if (!grid_expand(&sweep->spec, &sweep->grid, problem)) {
        sweep_spec_free(&sweep->spec);
        return false;
    }
    if (!estimate_open(&sweep->estimate, &sweep->spec, &sweep->grid, problem)) {
        grid_free(&sweep->grid);
        sweep_spec_free(&sweep->spec);
        return false;
    }
    return true;
}

void sweep_free(struct sweep *sweep)
{
    estimate_close(&sweep->estimate);
    grid_free(&sweep->grid);
    sweep_spec_free(&sweep->spec);
}

bool sweep_failed(const char *status)
{
    static const enum cell_status fine[] = {CELL_OK, CELL_OOM, CELL_UNAVAILABLE};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        if (!strcmp(status, cell_status_name(fine[i]))) {
            return false;
        }
    }
    return true;
}

static bool in_grid(const struct store_cell *cell, void *ctx)
{
    const struct sweep *sweep = ctx;
    return grid_find(&sweep->grid, cell->key);
}

static bool did_not_fail(const struct store_cell *cell, void *ctx)
{
    (void)ctx;
    return !sweep_failed(cell->status);
}

static bool is_whole(const struct store_cell *cell, void *ctx)
{
    (void)ctx;
    return !cell->damaged;
}

/* Cells whose rows were lost, edited or doubled count as missing. */
static bool drop_damaged(struct sweep *sweep, bool quiet, struct problem *problem)
{
    size_t damaged;
    if (!row_digest_judge(&sweep->store, &damaged, problem)) {
        return false;
    }
    if (damaged && !quiet) {
        fprintf(stderr,
                "fitlab: %zu cells are run again: rows of theirs were lost, changed or doubled "
                "since they were measured\n",
                damaged);
    }
    return store_filter(&sweep->store, is_whole, NULL, problem);
}

static void count_done(struct sweep *sweep, bool quiet)
{
    progress_begin(&sweep->progress, sweep->grid.cells, quiet);
    for (size_t i = 0; i < sweep->store.cells; i++) {
        for (enum cell_status s = 0; s < CELL_STATUS_COUNT; s++) {
            if (!strcmp(sweep->store.cell[i].status, cell_status_name(s))) {
                progress_count(&sweep->progress, s);
            }
        }
    }
}

size_t sweep_learn(struct sweep *sweep, const char *folder)
{
    char path[PATH_MAX];
    struct problem unused;
    size_t learned = 0;
    snprintf(path, sizeof path, "%s/provenance.csv", folder);
    struct table *rows = packed_csv_exists(path) ? table_read(path, &unused) : NULL;
    for (size_t row = 0; rows && row < rows->rows; row++) {
        uint64_t key;
        double seconds;
        const struct grid_cell *cell =
            row_file_key(table_cell(rows, row, 0), &key) ? grid_find(&sweep->grid, key) : NULL;
        if (cell && table_number(rows, row, 2, &seconds, &unused) && !isnan(seconds)) {
            estimate_learn(&sweep->estimate, &cell->cell, seconds);
            learned++;
        }
    }
    table_free(rows);
    return learned;
}

size_t sweep_missing(const struct sweep *sweep)
{
    size_t missing = 0;
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        missing += !store_find(&sweep->store, sweep->grid.cell[i].key);
    }
    return missing;
}

struct remaining sweep_remaining(const struct sweep *sweep)
{
    struct remaining rest = {0};
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        const struct grid_cell *cell = &sweep->grid.cell[i];
        if (!store_find(&sweep->store, cell->key)) {
            rest.seconds += estimate_cell(&sweep->estimate, &cell->cell);
            rest.at_least |= estimate_is_guess(&sweep->estimate, &cell->cell);
        }
    }
    return rest;
}

/* A copy of the spec's text, because its file may change. */
static void note_spec(struct sweep *sweep)
{
    char text[65536];
    FILE *file = fopen(sweep->spec.path, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[length] = '\0';
    if (file) {
        fclose(file);
    }
    manifest_note(sweep->manifest, "spec_file", sweep->spec.path);
    manifest_note(sweep->manifest, "spec", text);
}

/* Records at the start who adds rows, because this process may not live until the end. */
static bool begin_manifest(struct sweep *sweep, const struct sweep_words *words,
                           struct problem *problem)
{
    if (sweep_missing(sweep) == 0) {
        return true;
    }
    sweep->manifest = manifest_begin(words->count, words->word);
    if (!sweep->manifest) {
        return problem_set(problem, "out of memory");
    }
    note_spec(sweep);
    return manifest_run(sweep->manifest, sweep->store.path, sweep->run, problem) &&
           manifest_write(sweep->manifest, sweep->store.path, problem);
}

bool sweep_open(struct sweep *sweep, const char *folder, bool retry, bool quiet,
                const struct sweep_words *words, struct problem *problem)
{
    if (!results_folder_open(&sweep->store, folder, problem)) {
        return false;
    }
    results_folder_name_run(sweep->run);
    if (!drop_damaged(sweep, quiet, problem)) {
        sweep_close(sweep);
        return false;
    }
    size_t before = sweep->store.cells;
    if (!store_set_aside(&sweep->store, in_grid, sweep, SWEEP_ASIDE, problem) ||
        (retry && !store_filter(&sweep->store, did_not_fail, NULL, problem)) ||
        !begin_manifest(sweep, words, problem)) {
        sweep_close(sweep);
        return false;
    }
    if (before > sweep->store.cells && !quiet) {
        fprintf(stderr, "fitlab: %zu cells %s\n", before - sweep->store.cells,
                retry ? "are run again or are not of this grid any more"
                      : "are not of this grid any more: moved to " SWEEP_ASIDE "/ in the folder");
    }
    count_done(sweep, quiet);
    sweep_learn(sweep, folder);
    return true;
}

void sweep_close(struct sweep *sweep)
{
    manifest_free(sweep->manifest);
    store_close(&sweep->store);
}

static bool wanted(const struct store_cell *cell, void *ctx)
{
    const struct sweep *sweep = ctx;
    return !cell->damaged && in_grid(cell, ctx) && !store_find(&sweep->store, cell->key);
}

bool sweep_collect(struct sweep *sweep, const char *from, struct problem *problem)
{
    struct store other;
    if (!results_folder_open(&other, from, problem)) {
        return false;
    }
    size_t before = sweep->store.cells, damaged;
    bool done = row_digest_judge(&other, &damaged, problem) &&
                store_import(&sweep->store, &other, wanted, sweep, problem);
    store_close(&other);
    if (done && sweep->store.cells > before) {
        count_done(sweep, sweep->progress.quiet);
    }
    return done;
}

bool sweep_finish(struct sweep *sweep, struct problem *problem)
{
    uint64_t *keys = calloc(sweep->grid.cells + 1, sizeof *keys);
    if (!keys) {
        return problem_set(problem, "out of memory");
    }
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        keys[i] = sweep->grid.cell[i].key;
    }
    bool done = store_arrange(&sweep->store, keys, sweep->grid.cells, problem);
    free(keys);
    done = done && ratios_write(sweep->store.path, NULL, problem) &&
           store_pack(&sweep->store, sweep->grid.compress, problem);
    if (!sweep->manifest) {
        return done && datapackage_write(sweep->store.path, problem);
    }
    return done && results_folder_describe(sweep->store.path, sweep->manifest, problem) &&
           manifest_write(sweep->manifest, sweep->store.path, problem);
}
