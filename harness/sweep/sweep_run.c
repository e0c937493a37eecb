/* sweep_run.c - which cell comes next, and where its result goes. */
#define _GNU_SOURCE /* qsort_r */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cell/pass_kind.h"
#include "results/row_digest.h"
#include "sweep/precision.h"
#include "sweep/sweep.h"

/* How much work is lost at most if the sweep is killed. Each commit waits for the disk. */
#define SECONDS_A_COMMIT .25

/* The policies of one workload, region, pass, touch and rule of release: neighbours in the grid.
 * They are compared with each other, so they are timed in turns. */
struct group {
    size_t first, policies, repetitions;
};

struct run {
    struct sweep *sweep;
    const struct grid_cell **queue;
    size_t queued, next;
    size_t jobs;
    double *value; /* the values whose precision is checked: one a cell of the grid, NAN if not
                      measured */
    double committed;
};

static enum metric_id judged(enum cell_pass pass)
{
    return pass == PASS_LATENCY ? METRIC_p50_ns : METRIC_ns_per_op;
}

static bool precise(const struct run *run, const struct group *group)
{
    for (size_t p = 0; p < group->policies; p++) {
        const double *value = run->value + group->first + p * group->repetitions;
        if (precision_pct(value, group->repetitions) > run->sweep->spec.precision_pct) {
            return false;
        }
    }
    return true;
}

static struct group group_of(const struct sweep *sweep, const struct grid_cell *cell)
{
    return (struct group){.first = cell->group,
                          .policies = cell->group_policies,
                          .repetitions = sweep->spec.repetitions[cell->cell.pass]};
}

static const struct grid_cell *next_cell(void *ctx)
{
    struct run *run = ctx;
    while (run->next < run->queued) {
        const struct grid_cell *cell = run->queue[run->next++];
        if (cell_pass_is_timed(cell->cell.pass) && run->sweep->spec.precision_pct > 0) {
            struct group group = group_of(run->sweep, cell);
            if (precise(run, &group)) {
                run->sweep->progress.total--;
                continue;
            }
        }
        return cell;
    }
    return NULL;
}

static bool take_result(const struct grid_cell *cell, const struct cell_result *result,
                        double seconds, void *ctx, struct problem *problem)
{
    struct run *run = ctx;
    struct store *store = &run->sweep->store;
    FILE *out[ROWS_TABLES];
    struct row_digest_mark mark;
    char digest[ROW_DIGEST_SIZE];
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        out[i] = store->pending[i].out;
    }
    if (!row_digest_mark(store, &mark)) {
        return problem_set(problem, "out of memory");
    }
    rows_write(out, &cell->cell, cell->key_text, result);
    if (!row_digest_write(store, &mark, digest)) {
        return problem_set(problem, "out of memory");
    }
    struct csv_row row = {.out = store->pending[RESULTS_FOLDER_PROVENANCE].out};
    csv_text(&row, cell->key_text);
    csv_text(&row, run->sweep->run);
    csv_real(&row, seconds);
    csv_text(&row, digest);
    csv_end_row(&row);
    const struct metrics *m = &result->metrics;
    enum metric_id metric = judged(cell->cell.pass);
    if (m->known[metric]) {
        run->value[cell - run->sweep->grid.cell] = m->value[metric].real;
    }
    estimate_learn(&run->sweep->estimate, &cell->cell, seconds);
    progress_count(&run->sweep->progress, result->status);
    warnings_note(&run->sweep->warnings, &cell->cell, m);
    return true;
}

static struct remaining remaining(const struct run *run, const struct pool *pool)
{
    struct remaining rest = {0};
    for (size_t i = 0; i < pool->workers; i++) { /* what runs is not done yet */
        const struct pool_worker *w = &pool->worker[i];
        double left = w->cell ? estimate_cell(&run->sweep->estimate, &w->cell->cell) -
                                    (pool_clock() - w->started)
                              : 0;
        rest.seconds += left > 0 ? left / (double)run->jobs : 0;
        rest.at_least |=
            left < 0 || (w->cell && estimate_is_guess(&run->sweep->estimate, &w->cell->cell));
    }
    for (size_t i = run->next; i < run->queued; i++) {
        const struct cell *cell = &run->queue[i]->cell;
        rest.seconds += estimate_cell(&run->sweep->estimate, cell) / (double)run->jobs;
        rest.at_least |= estimate_is_guess(&run->sweep->estimate, cell);
    }
    return rest;
}

static bool tick(const struct pool *pool, void *ctx, struct problem *problem)
{
    struct run *run = ctx;
    if (progress_due(&run->sweep->progress)) {
        progress_draw(&run->sweep->progress, pool, remaining(run, pool));
    }
    if (pool_clock() - run->committed < SECONDS_A_COMMIT) {
        return true;
    }
    run->committed = pool_clock();
    return store_commit(&run->sweep->store, problem);
}

/* Starts the longest cells first, so that no core has a long cell left at the end. */
static int by_cost(const void *a, const void *b, void *estimate)
{
    const struct grid_cell *const *x = a, *const *y = b;
    double dx = estimate_cell(estimate, &(*x)->cell), dy = estimate_cell(estimate, &(*y)->cell);
    return dx != dy ? (dx < dy) - (dx > dy) : (*x > *y) - (*x < *y);
}

static void enqueue(struct run *run, const struct grid_cell *cell)
{
    if (!store_find(&run->sweep->store, cell->key)) {
        run->queue[run->queued++] = cell;
    }
}

/* Adds the cells whose pass is, or is not, one of pages; the longest first. */
static void queue_kind(struct run *run, bool pages)
{
    size_t before = run->queued;
    for (size_t i = 0; i < run->sweep->grid.cells; i++) {
        const struct grid_cell *cell = &run->sweep->grid.cell[i];
        if (!cell_pass_is_timed(cell->cell.pass) && pass_kinds[cell->cell.pass]->pages == pages) {
            enqueue(run, cell);
        }
    }
    qsort_r(run->queue + before, run->queued - before, sizeof *run->queue, by_cost,
            &run->sweep->estimate);
}

/* The queue holds `a` cells of one kind and then `b` of the other. Mixes them so that, by their
 * estimated time, both kinds are done at about the same moment. */
static void mix(struct run *run, size_t a, size_t b)
{
    const struct grid_cell **mixed = calloc(a + b + 1, sizeof *mixed);
    double cost[2] = {0, 0};
    size_t at[2] = {0, a}, end[2] = {a, a + b};
    for (size_t i = 0; mixed && i < a + b; i++) {
        int next = at[0] == end[0] || (at[1] < end[1] && cost[1] < cost[0]);
        mixed[i] = run->queue[at[next]++];
        cost[next] += estimate_cell(&run->sweep->estimate, &mixed[i]->cell);
    }
    if (mixed) { /* else they run in another order */
        memcpy(run->queue, mixed, (a + b) * sizeof *mixed);
    }
    free(mixed);
}

/* Under a hypervisor the kernels of two processes may wait for each other whenever pages come or
 * go: two cells of the pages pass at once took 1.7 times as long there as one after the other. So
 * each runs beside one of another pass while there are any. */
static void queue_deterministic(struct run *run)
{
    queue_kind(run, true);
    size_t pages = run->queued;
    queue_kind(run, false);
    mix(run, pages, run->queued - pages);
}

/* Goes through the policies forwards and then backwards, so that a slow change of the machine
 * affects all alike. */
static void queue_group(struct run *run, const struct group *group)
{
    for (size_t rep = 0; rep < group->repetitions; rep++) {
        for (size_t i = 0; i < group->policies; i++) {
            size_t policy = rep % 2 ? group->policies - 1 - i : i;
            enqueue(run, &run->sweep->grid.cell[group->first + policy * group->repetitions + rep]);
        }
    }
}

static void queue_timed(struct run *run)
{
    const struct grid *grid = &run->sweep->grid;
    for (size_t i = 0; i < grid->cells;) {
        if (!cell_pass_is_timed(grid->cell[i].cell.pass)) {
            i++;
            continue;
        }
        struct group group = group_of(run->sweep, &grid->cell[i]);
        queue_group(run, &group);
        i += group.policies * group.repetitions;
    }
}

/* Takes what earlier runs measured into the precision. */
static bool load_values(struct run *run, struct problem *problem)
{
    const struct sweep *sweep = run->sweep;
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        run->value[i] = NAN;
    }
    if (sweep->spec.precision_pct <= 0) {
        return true;
    }
    struct table *rows = results_folder_summary(sweep->store.path, problem);
    bool loaded = rows;
    for (size_t row = 0; loaded && row < rows->rows; row++) {
        uint64_t key = strtoull(table_cell(rows, row, 0), NULL, 16);
        const struct grid_cell *cell = grid_find(&sweep->grid, key);
        size_t column;
        if (cell) {
            const char *name = metric_table[judged(cell->cell.pass)].name;
            loaded = table_column(rows, name, &column, problem) &&
                     table_number(rows, row, column, &run->value[cell - sweep->grid.cell], problem);
        }
    }
    table_free(rows);
    return loaded;
}

static enum pool_end run_queue(struct run *run, struct problem *problem)
{
    const struct pool_caller caller = {next_cell, take_result, tick, run};
    enum pool_end end = pool_run(&caller, run->jobs, problem);
    progress_end(&run->sweep->progress);
    struct problem second;
    if (!store_commit(&run->sweep->store, end == POOL_FAILED ? &second : problem)) {
        end = POOL_FAILED;
    }
    return end;
}

enum pool_end sweep_run(struct sweep *sweep, enum sweep_part part, size_t jobs,
                        struct problem *problem)
{
    struct run run = {.sweep = sweep, .jobs = part == SWEEP_TIMED ? 1 : jobs};
    run.queue = calloc(sweep->grid.cells + 1, sizeof *run.queue);
    run.value = calloc(sweep->grid.cells + 1, sizeof *run.value);
    enum pool_end end = POOL_FAILED;
    if (!run.queue || !run.value) {
        problem_set(problem, "out of memory");
    } else if (load_values(&run, problem)) {
        (part == SWEEP_TIMED ? queue_timed : queue_deterministic)(&run);
        end = run.queued ? run_queue(&run, problem) : POOL_DONE;
    }
    free(run.queue);
    free(run.value);
    return end;
}
