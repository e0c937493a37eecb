#include "sweep/merge.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/packed_csv.h"
#include "results/ratios.h"
#include "workloads/array.h"

enum { MACHINE_SIZE = 512 };

/* A row of some folder's summary. */
struct entry {
    uint64_t key, digest; /* of the whole row */
    const char *source;
};

struct census {
    struct entry *entry; /* of the sources before the one being read, by key */
    size_t known, entries, room;
    char machine[MACHINE_SIZE]; /* of the first timed row */
    const char *machine_source; /* NULL: no timed row yet */
};

/* One folder being read. */
struct reading {
    const struct merge *merge;
    struct census *census;
    const char *source;
    struct table *summary, *provenance;
    size_t pass; /* column */
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static uint64_t digest_row(const struct table *rows, size_t row)
{
    uint64_t digest = 0;
    for (size_t c = 0; c < rows->columns; c++) {
        const char *cell = table_cell(rows, row, c);
        digest = XXH3_64bits_withSeed(cell, strlen(cell) + 1, digest);
    }
    return digest;
}

/* Rows of provenance.csv come in no fixed order. */
static const char *run_of(const struct table *provenance, const char *key)
{
    for (size_t row = 0; row < provenance->rows; row++) {
        if (!strcmp(table_cell(provenance, row, 0), key)) {
            return table_cell(provenance, row, 1);
        }
    }
    return "";
}

static bool check_machine(const struct reading *r, const char *key, struct problem *problem)
{
    struct census *census = r->census;
    char machine[MACHINE_SIZE];
    manifest_machine(r->merge->manifest, run_of(r->provenance, key), machine, sizeof machine);
    if (!*machine) {
        snprintf(machine, sizeof machine, "a machine that the manifest of %s does not name",
                 r->source);
    }
    if (!census->machine_source) {
        strcpy(census->machine, machine);
        census->machine_source = r->source;
        return true;
    }
    return !strcmp(census->machine, machine) || r->merge->mixed_machines ||
           problem_set(problem,
                       "timings of different machines: %s measured on %s, %s on %s; their "
                       "differences say nothing of policies (--mixed-machines merges them anyway)",
                       census->machine_source, census->machine, r->source, machine);
}

static bool check_row(const struct reading *r, size_t row, struct problem *problem)
{
    struct census *census = r->census;
    const char *key_text = table_cell(r->summary, row, 0);
    struct entry entry = {.digest = digest_row(r->summary, row), .source = r->source};
    if (!row_file_key(key_text, &entry.key)) {
        return problem_set(problem, "%s: row %zu has no key", r->summary->path, row + 2);
    }
    enum cell_pass pass;
    if (!cell_pass_parse(table_cell(r->summary, row, r->pass), &pass, problem)) {
        return problem_prefix(problem, "%s: row %zu", r->summary->path, row + 2);
    }
    if (cell_pass_is_timed(pass) && !check_machine(r, key_text, problem)) {
        return false;
    }
    const struct entry *same =
        census->known ? bsearch(&entry, census->entry, census->known, sizeof entry, by_key) : NULL;
    if (same && same->digest != entry.digest && !cell_pass_is_timed(pass)) {
        return problem_set(problem,
                           "cell %s is deterministic, and yet differs between %s and %s: see "
                           "'fitlab verify' on both",
                           key_text, same->source, r->source);
    }
    struct entry *grown =
        array_reserve(census->entry, &census->room, census->entries + 1, sizeof entry);
    if (!grown) {
        return problem_set(problem, "out of memory");
    }
    census->entry = grown;
    if (!same) {
        census->entry[census->entries++] = entry;
    }
    return true;
}

static bool check_source(const struct merge *merge, struct census *census, const char *source,
                         struct problem *problem)
{
    static const char *const pass[] = {"pass"};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/provenance.csv", source);
    struct reading r = {merge, census, source, results_folder_summary(source, problem), NULL, 0};
    r.provenance = r.summary ? table_read(path, problem) : NULL;
    bool sound = r.provenance && results_folder_columns(r.summary, pass, 1, &r.pass, problem) &&
                 manifest_adopt(merge->manifest, source, problem);
    for (size_t row = 0; sound && row < r.summary->rows; row++) {
        sound = check_row(&r, row, problem);
    }
    if (census->entries) {
        qsort(census->entry, census->entries, sizeof *census->entry, by_key);
    }
    census->known = census->entries;
    table_free(r.summary);
    table_free(r.provenance);
    return sound;
}

static bool is_new(const struct store_cell *cell, void *ctx)
{
    return !store_find(ctx, cell->key);
}

static bool add_source(struct store *output, const char *source, struct problem *problem)
{
    struct store from;
    if (!results_folder_open(&from, source, problem)) {
        return false;
    }
    bool added = store_import(output, &from, is_new, output, problem);
    store_close(&from);
    return added;
}

static bool has(const char *folder, const char *file)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    return packed_csv_exists(path);
}

/* store_open creates folders that do not exist, but a source must exist. */
static bool is_folder_of_results(const char *path, struct problem *problem)
{
    struct table *summary = results_folder_summary(path, problem);
    table_free(summary);
    return summary && results_folder_sound(path, problem) &&
           (has(path, "provenance.csv") ||
            problem_set(problem,
                        "%s: has no provenance.csv: give folders that 'fitlab sweep' "
                        "or 'fitlab merge' made",
                        path));
}

static bool check_sources(const struct merge *merge, struct census *census, struct problem *problem)
{
    bool sound = true;
    for (size_t i = 0; sound && i < merge->sources; i++) {
        sound = check_source(merge, census, merge->source[i], problem);
    }
    return sound;
}

/* Merges into a folder that is open and whose cells do not contradict those of the sources. */
static bool unite(const struct merge *merge, struct store *output, struct problem *problem)
{
    bool done = true;
    for (size_t i = 0; done && i < merge->sources; i++) {
        done = add_source(output, merge->source[i], problem);
    }
    return done && ratios_write(merge->output, NULL, problem) &&
           results_folder_describe(merge->output, merge->manifest, problem) &&
           manifest_write(merge->manifest, merge->output, problem);
}

bool merge_run(const struct merge *merge, size_t *cells, struct problem *problem)
{
    struct census census = {0};
    struct store output;
    bool done = true, fresh = !has(merge->output, rows_file[ROWS_SUMMARY]);
    for (size_t i = 0; done && i < merge->sources; i++) {
        done = is_folder_of_results(merge->source[i], problem);
    }
    /* An output folder that does not exist is created after the merge was found possible. */
    done = done && (!fresh || check_sources(merge, &census, problem));
    if (done && (done = results_folder_open(&output, merge->output, problem))) {
        done = (fresh || (check_source(merge, &census, merge->output, problem) &&
                          check_sources(merge, &census, problem))) &&
               unite(merge, &output, problem);
        *cells = output.cells;
        store_close(&output);
    }
    free(census.entry);
    return done;
}
