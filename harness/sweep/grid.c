#include "sweep/grid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "region/zeroes.h"

/* The seed of the layout of timed cells; the repetition varies the layout, see struct cell. */
enum { LAYOUT_SEED = 1 };

/* Keeps the workload that was just written after the others, unless it equals one of them. */
static void keep_if_new(struct grid *grid)
{
    for (size_t i = 0; i < grid->workloads; i++) {
        if (!strcmp(grid->workload[i].full, grid->workload[grid->workloads].full)) {
            return;
        }
    }
    grid->workloads++;
}

static bool expand_workload(const struct sweep_spec *spec, const char *text, struct grid *grid,
                            struct problem *problem)
{
    bool took = true;
    for (size_t s = 0; s < spec->seeds && took; s++) {
        if (!workload_spec_seed(text, spec->seed[s], &grid->workload[grid->workloads], &took,
                                problem)) {
            return false;
        }
        keep_if_new(grid);
    }
    if (spec->seeds) {
        return true;
    }
    if (!workload_spec_parse(text, &grid->workload[grid->workloads], problem)) {
        return false;
    }
    keep_if_new(grid);
    return true;
}

static bool expand_workloads(const struct sweep_spec *spec, struct grid *grid,
                             struct problem *problem)
{
    grid->workload = calloc(spec->workloads * (spec->seeds + 1), sizeof *grid->workload);
    if (!grid->workload) {
        return problem_set(problem, "out of memory");
    }
    for (size_t w = 0; w < spec->workloads; w++) {
        if (!expand_workload(spec, spec->workload[w].text, grid, problem)) {
            return false;
        }
    }
    return true;
}

/* The rules of release of a pass; index 0 alone where there is one, or none to give. */
static size_t rules_of(const struct sweep_spec *spec, enum cell_pass pass)
{
    return spec->releases && (cell_pass_is_timed(pass) || pass == PASS_PAGES) ? spec->releases : 1;
}

static bool add_cell(const struct sweep_spec *spec, const struct cell *cell, struct grid *grid,
                     struct problem *problem)
{
    for (unsigned rep = 0; rep < spec->repetitions[cell->pass]; rep++) {
        struct grid_cell *added = &grid->cell[grid->cells++];
        added->cell = *cell;
        added->cell.rep = rep;
        added->cell.seed = cell_pass_is_timed(cell->pass) ? LAYOUT_SEED : 0;
        if (!cell_sound(cell, problem)) {
            return false;
        }
    }
    return true;
}

/* All policies under one rule of release: what is compared with each other. A malloc that keeps to
 * a rule of its own is there once. */
static bool add_group(const struct sweep_spec *spec, struct cell cell, size_t rule,
                      struct grid *grid, struct problem *problem)
{
    size_t first = grid->cells, policies = 0;
    for (size_t p = 0; p < spec->policies; p++) {
        if (!sweep_spec_has(spec, p, cell.pass)) {
            continue;
        }
        cell.policy = &spec->policy[p];
        cell_set_release(&cell, spec->releases ? &spec->release[rule] : NULL);
        if (rule > 0 && cell.release.form == RELEASE_OWN) {
            continue;
        }
        if (!add_cell(spec, &cell, grid, problem)) {
            return false;
        }
        policies++;
    }
    for (size_t i = first; i < grid->cells; i++) {
        grid->cell[i].group = first;
        grid->cell[i].group_policies = policies;
    }
    return true;
}

/* All rules of release and numbers of threads of one pass. */
static bool add_rules(const struct sweep_spec *spec, struct cell cell, struct grid *grid,
                      struct problem *problem)
{
    bool many = cell_pass_is_timed(cell.pass) && spec->threads_count > 0;
    for (size_t t = 0; t < (many ? spec->threads_count : 1); t++) {
        cell.threads = many ? spec->threads[t] : 1;
        for (size_t rule = 0; rule < rules_of(spec, cell.pass); rule++) {
            if (!add_group(spec, cell, rule, grid, problem)) {
                return false;
            }
        }
    }
    return true;
}

/* All passes of one workload in one region. */
static bool add_passes(const struct sweep_spec *spec, struct cell cell, struct grid *grid,
                       struct problem *problem)
{
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        for (unsigned touch = 0; touch < TOUCH_COUNT; touch++) {
            bool timed = cell_pass_is_timed(pass);
            if (!(spec->pass_set >> pass & 1) ||
                !(timed ? spec->touch_set >> touch & 1 : touch == TOUCH_NONE)) {
                continue;
            }
            cell.pass = pass;
            cell.touch = touch;
            if (!add_rules(spec, cell, grid, problem)) {
                return false;
            }
        }
    }
    return true;
}

static bool keeps_little(enum sweep_keep keep, size_t cells)
{
    return keep == SWEEP_KEEP_DEFAULT ? cells > SWEEP_SERIES_MOST : keep == SWEEP_KEEP_LITTLE;
}

/* How many cells there are decides what is kept of each, and that its key. */
static bool settle_keys(const struct sweep_spec *spec, struct grid *grid, struct problem *problem)
{
    grid->compress = keeps_little(spec->compress, grid->cells);
    for (size_t i = 0; i < grid->cells; i++) {
        struct grid_cell *c = &grid->cell[i];
        c->cell.peaks_only = keeps_little(spec->fragmentation, grid->cells);
        c->cell.no_holes = keeps_little(spec->holes, grid->cells);
        if (!cell_key(&c->cell, c->key_text, problem)) {
            return false;
        }
        c->key = strtoull(c->key_text, NULL, 16);
    }
    return true;
}

static size_t most_cells(const struct sweep_spec *spec, const struct grid *grid)
{
    size_t repetitions = 0;
    for (size_t pass = 0; pass < CELL_PASS_COUNT; pass++) {
        repetitions += spec->repetitions[pass];
    }
    return grid->workloads * spec->regions * spec->policies * TOUCH_COUNT * (spec->releases + 1) *
           (spec->threads_count + 1) * repetitions;
}

static int compare_keys(const void *a, const void *b)
{
    const struct grid_cell *const *x = a, *const *y = b;
    return ((*x)->key > (*y)->key) - ((*x)->key < (*y)->key);
}

static bool sort_keys(struct grid *grid, struct problem *problem)
{
    grid->by_key = calloc(grid->cells + 1, sizeof(struct grid_cell *));
    if (!grid->by_key) {
        return problem_set(problem, "out of memory");
    }
    for (size_t i = 0; i < grid->cells; i++) {
        grid->by_key[i] = &grid->cell[i];
    }
    qsort(grid->by_key, grid->cells, sizeof(struct grid_cell *), compare_keys);
    for (size_t i = 1; i < grid->cells; i++) {
        if (grid->by_key[i - 1]->key == grid->by_key[i]->key) {
            const struct cell *cell = &grid->by_key[i]->cell;
            return problem_set(problem, "two cells are the same measurement: %s x %s (%s)",
                               cell->policy->full, cell->workload->full,
                               cell_pass_name(cell->pass));
        }
    }
    return true;
}

bool grid_keep(struct grid *grid, const bool *keep, struct problem *problem)
{
    size_t kept = 0, group = SIZE_MAX, first = 0;
    for (size_t i = 0; i < grid->cells; i++) {
        if (!keep[i]) {
            continue;
        }
        first = grid->cell[i].group == group ? first : kept;
        group = grid->cell[i].group;
        grid->cell[kept] = grid->cell[i];
        grid->cell[kept++].group = first;
    }
    grid->cells = kept;
    free(grid->by_key);
    return sort_keys(grid, problem);
}

const struct grid_cell *grid_find(const struct grid *grid, uint64_t key)
{
    const struct grid_cell wanted = {.key = key}, *pointer = &wanted;
    const struct grid_cell **found =
        bsearch(&pointer, grid->by_key, grid->cells, sizeof(struct grid_cell *), compare_keys);
    return found ? *found : NULL;
}

/* How many cells there are at most, told before there is any: seeds that a workload does not take
 * count as well. */
static bool few_enough(const struct sweep_spec *spec, struct problem *problem)
{
    double a_pair = 0;
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        bool timed = cell_pass_is_timed(pass);
        unsigned touches = timed ? (unsigned)__builtin_popcount(spec->touch_set) : 1;
        a_pair += spec->pass_set >> pass & 1 ? (double)touches * spec->repetitions[pass] : 0;
    }
    double seeds = spec->seeds ? (double)spec->seeds : 1;
    double cells =
        a_pair * seeds * (double)spec->workloads * (double)spec->regions * (double)spec->policies;
    return cells <= (double)spec->max_cells ||
           problem_set(problem,
                       "the grid has %.0f cells (%zu policies, %zu workloads, %.0f seeds, %zu "
                       "regions, %.0f passes and repetitions), and %zu are the most: leave some "
                       "out, or raise --max-cells",
                       cells, spec->policies, spec->workloads, seeds, spec->regions, a_pair,
                       spec->max_cells);
}

bool grid_expand(const struct sweep_spec *spec, struct grid *grid, struct problem *problem)
{
    *grid = (struct grid){0};
    bool done = few_enough(spec, problem) && expand_workloads(spec, grid, problem);
    if (done) {
        /* In huge pages: each cell is a process that is forked from this one, and of a hundred
         * thousand cells the tables of small pages took as long to copy as a small cell to run. */
        grid->cell_bytes = most_cells(spec, grid) * sizeof *grid->cell;
        grid->cell = zeroes_map(grid->cell_bytes, ZEROES_DENSE);
        done = grid->cell || problem_set(problem, "out of memory");
    }
    for (size_t w = 0; done && w < grid->workloads; w++) {
        for (size_t r = 0; done && r < spec->regions; r++) {
            struct cell cell;
            cell_init(&cell, NULL, &grid->workload[w]);
            cell.region = spec->region[r];
            cell.samples = spec->samples;
            cell.time_limit_seconds = spec->time_limit_seconds;
            cell.memory_limit_bytes = spec->memory_limit_bytes;
            done = add_passes(spec, cell, grid, problem);
        }
    }
    done = done && settle_keys(spec, grid, problem) && sort_keys(grid, problem);
    if (!done) {
        problem_prefix(problem, "%s", spec->path);
        grid_free(grid);
    }
    return done;
}

void grid_free(struct grid *grid)
{
    free(grid->workload);
    zeroes_unmap(grid->cell, grid->cell_bytes, ZEROES_DENSE);
    free(grid->by_key);
}
