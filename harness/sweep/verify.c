#include "sweep/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/results_folder.h"
#include "results/row_digest.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"
#include "sweep/pool.h"

/* A cell made from its row. */
struct again {
    struct grid_cell grid; /* the first member, because the pool returns a pointer to it */
    struct policy_spec policy;
    struct workload_spec workload;
};

enum column {
    COLUMN_KEY,
    COLUMN_POLICY,
    COLUMN_WORKLOAD,
    COLUMN_REGION,
    COLUMN_PASS,
    COLUMN_STATUS,
    COLUMN_GRID_SAMPLES,
    COLUMNS
};

struct verifying {
    const struct verify *verify;
    struct verify_outcome *outcome;
    struct store store;
    struct row_file_scan scan[ROWS_TABLES];
    struct table *summary;
    size_t column[COLUMNS];
    size_t *row; /* those chosen */
    size_t rows, next;
};

static const char *cell_at(const struct verifying *v, size_t row, enum column column)
{
    return table_cell(v->summary, row, v->column[column]);
}

static void report(struct verifying *v, size_t row, const char *why)
{
    fprintf(v->verify->report, "%s %s x %s (%s): %s\n", cell_at(v, row, COLUMN_KEY),
            cell_at(v, row, COLUMN_POLICY), cell_at(v, row, COLUMN_WORKLOAD),
            cell_at(v, row, COLUMN_PASS), why);
    v->outcome->different++;
}

/* Whether the pass gives the same rows on every run, and the cell ran to its end. */
static bool is_deterministic(const struct verifying *v, size_t row)
{
    static const char *const ends[] = {"ok", "oom", "corrupt", "violation"};
    enum cell_pass pass;
    struct problem unused;
    bool ended = false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        ended = ended || !strcmp(cell_at(v, row, COLUMN_STATUS), ends[i]);
    }
    return ended && cell_pass_parse(cell_at(v, row, COLUMN_PASS), &pass, &unused) &&
           !cell_pass_is_timed(pass);
}

/* What was kept of the cell is in no column but in its key: tries all there is. Another key is left
 * if none fits. */
static bool find_kept(struct cell *cell, char key[CELL_KEY_SIZE], const char *wanted,
                      struct problem *problem)
{
    for (unsigned kept = 0; kept < 4; kept++) {
        cell->peaks_only = kept & 1;
        cell->no_holes = kept >> 1;
        if (!cell_key(cell, key, problem)) {
            return false;
        }
        if (!strcmp(key, wanted)) {
            break;
        }
    }
    return true;
}

/* The cell of a row, or NULL and a problem that says why it cannot be run again. */
static struct again *make_again(const struct verifying *v, size_t row, struct problem *problem)
{
    struct again *a = calloc(1, sizeof *a);
    if (!a) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    struct cell *cell = &a->grid.cell;
    bool made = policy_spec_parse_for_rows(cell_at(v, row, COLUMN_POLICY), &a->policy, problem) &&
                workload_spec_parse(cell_at(v, row, COLUMN_WORKLOAD), &a->workload, problem);
    cell_init(cell, &a->policy, &a->workload);
    cell->samples = (unsigned)strtoul(cell_at(v, row, COLUMN_GRID_SAMPLES), NULL, 10);
    made = made && region_spec_parse(cell_at(v, row, COLUMN_REGION), &cell->region, problem) &&
           cell_pass_parse(cell_at(v, row, COLUMN_PASS), &cell->pass, problem) &&
           find_kept(cell, a->grid.key_text, cell_at(v, row, COLUMN_KEY), problem);
    if (made && strcmp(a->grid.key_text, cell_at(v, row, COLUMN_KEY)) != 0) {
        made = problem_set(problem, "its policy's code or its trace is another one now");
    }
    if (!made) {
        free(a);
        return NULL;
    }
    row_file_key(a->grid.key_text, &a->grid.key);
    return a;
}

static const struct grid_cell *next_cell(void *ctx)
{
    struct verifying *v = ctx;
    while (v->next < v->rows) {
        struct problem problem;
        size_t row = v->row[v->next++];
        struct again *a = make_again(v, row, &problem);
        if (a) {
            return &a->grid;
        }
        report(v, row, problem.text);
    }
    return NULL;
}

/* The rows of a cell as the folder has them, in a buffer to free; NULL: no memory. */
static char *rows_of(const struct verifying *v, size_t table, uint64_t key, size_t *length)
{
    const struct row_file_scan *scan = &v->scan[table];
    char *rows = NULL;
    FILE *out = open_memstream(&rows, length);
    for (size_t i = 0; out && i < scan->runs; i++) {
        if (scan->run[i].key == key &&
            !row_file_print(&v->store.row_file[table], &scan->run[i], out)) {
            fclose(out);
            free(rows);
            return NULL;
        }
    }
    if (out) {
        fclose(out);
    }
    return rows;
}

static bool same_bytes(const struct verifying *v, size_t table, uint64_t key, const char *now,
                       size_t now_length)
{
    size_t length;
    char *before = rows_of(v, table, key, &length);
    bool same = before && length == now_length && !memcmp(before, now, length);
    free(before);
    return same;
}

static size_t row_of(const struct verifying *v, const char *key)
{
    size_t row = 0;
    while (row < v->summary->rows && strcmp(cell_at(v, row, COLUMN_KEY), key) != 0) {
        row++;
    }
    return row;
}

static bool compare(const struct grid_cell *cell, const struct cell_result *result, double seconds,
                    void *ctx, struct problem *problem)
{
    (void)seconds;
    struct verifying *v = ctx;
    FILE *out[ROWS_TABLES];
    char *text[ROWS_TABLES];
    size_t length[ROWS_TABLES];
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        out[i] = open_memstream(&text[i], &length[i]);
        if (!out[i]) {
            return problem_set(problem, "out of memory");
        }
    }
    rows_write(out, &cell->cell, cell->key_text, result);
    const char *differs = NULL;
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        fclose(out[i]);
        if (!differs && !same_bytes(v, i, cell->key, text[i], length[i])) {
            differs = rows_file[i];
        }
        free(text[i]);
    }
    if (differs) {
        char why[128];
        snprintf(why, sizeof why, "its rows in %s are others now", differs);
        report(v, row_of(v, cell->key_text), why);
    } else {
        v->outcome->same++;
    }
    free((void *)cell);
    return true;
}

static bool tick(const struct pool *pool, void *ctx, struct problem *problem)
{
    (void)pool, (void)ctx, (void)problem;
    return true;
}

struct lot {
    uint64_t number;
    size_t row;
};

static int by_number(const void *a, const void *b)
{
    const struct lot *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static int by_row(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* A number for a key and a seed, as if at random (the finaliser of splitmix64). */
static uint64_t draw(uint64_t key, uint64_t seed)
{
    uint64_t z = key + 0x9e3779b97f4a7c15u * (seed + 1);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static bool choose(struct verifying *v, struct problem *problem)
{
    struct lot *lot = calloc(v->summary->rows + 1, sizeof *lot);
    v->row = calloc(v->summary->rows + 1, sizeof *v->row);
    if (!lot || !v->row) {
        free(lot);
        return problem_set(problem, "out of memory");
    }
    size_t n = 0;
    for (size_t row = 0; row < v->summary->rows; row++) {
        uint64_t key;
        bool keyed = row_file_key(cell_at(v, row, COLUMN_KEY), &key);
        const struct store_cell *cell = keyed ? store_find(&v->store, key) : NULL;
        if (cell && cell->damaged) {
            report(v, row,
                   "rows of it were lost, changed or doubled since it was measured: the "
                   "sweep, given again, repairs it");
        } else if (keyed && is_deterministic(v, row)) {
            lot[n++] = (struct lot){draw(key, v->verify->seed), row};
        }
    }
    v->outcome->deterministic = n;
    qsort(lot, n, sizeof *lot, by_number);
    v->rows = n < v->verify->most ? n : v->verify->most;
    for (size_t i = 0; i < v->rows; i++) {
        v->row[i] = lot[i].row;
    }
    qsort(v->row, v->rows, sizeof *v->row, by_row);
    free(lot);
    return true;
}

static bool read_folder(struct verifying *v, struct problem *problem)
{
    static const char *const names[COLUMNS] = {
        [COLUMN_KEY] = "key",
        [COLUMN_POLICY] = "policy_spec",
        [COLUMN_WORKLOAD] = "workload_spec",
        [COLUMN_REGION] = "region",
        [COLUMN_PASS] = "pass",
        [COLUMN_STATUS] = "status",
        [COLUMN_GRID_SAMPLES] = "grid_samples",
    };
    if (!results_folder_columns(v->summary, names, COLUMNS, v->column, problem)) {
        return false;
    }
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        if (!row_file_scan(&v->store.row_file[i], &v->scan[i], problem)) {
            return false;
        }
    }
    size_t damaged;
    return row_digest_judge(&v->store, &damaged, problem) && choose(v, problem);
}

bool verify_run(const struct verify *verify, struct verify_outcome *outcome,
                struct problem *problem)
{
    *outcome = (struct verify_outcome){0};
    struct verifying v = {.verify = verify, .outcome = outcome};
    v.summary = results_folder_summary(verify->folder, problem);
    if (!v.summary) {
        return false;
    }
    bool done = results_folder_open(&v.store, verify->folder, problem);
    if (done) {
        const struct pool_caller caller = {next_cell, compare, tick, &v};
        done = read_folder(&v, problem);
        if (done) {
            enum pool_end end = pool_run(&caller, verify->jobs, problem);
            outcome->stopped = end == POOL_STOPPED;
            done = end != POOL_FAILED;
        }
        for (size_t i = 0; i < ROWS_TABLES; i++) {
            free(v.scan[i].run);
        }
        store_close(&v.store);
    }
    free(v.row);
    table_free(v.summary);
    return done;
}
