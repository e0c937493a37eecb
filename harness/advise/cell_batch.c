#include "advise/cell_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void cell_batch_open(struct cell_batch *b, size_t most, const char *what, bool quiet)
{
    *b = (struct cell_batch){.what = what, .quiet = quiet};
    b->cell = calloc(most + 1, sizeof *b->cell);
    if (!b->cell) {
        abort();
    }
}

struct cell *cell_batch_add(struct cell_batch *b, const struct policy_spec *policy,
                            const struct workload_spec *workload, enum cell_pass pass)
{
    enum { SECONDS = 1800 }; /* by the wall clock: on a busy machine a cell must not end sooner */
    struct cell *cell = &b->cell[b->count++].grid.cell;
    cell_init(cell, policy, workload);
    cell->pass = pass;
    cell->samples = 1;
    cell->time_limit_seconds = SECONDS;
    cell_set_release(cell, NULL);
    return cell;
}

static const struct grid_cell *next(void *ctx)
{
    struct cell_batch *b = ctx;
    return b->next < b->count ? &b->cell[b->next++].grid : NULL;
}

static bool ended(const struct grid_cell *cell, const struct cell_result *result, double seconds,
                  void *ctx, struct problem *problem)
{
    struct cell_batch *b = ctx;
    struct batch_cell *of = &b->cell[(const struct batch_cell *)cell - b->cell];
    (void)seconds;
    of->status = result->status;
    of->metrics = result->metrics;
    memcpy(of->detail, result->detail, sizeof of->detail);
    progress_count(&b->progress, result->status);
    return !b->sink || cell_sink_add(b->sink, &cell->cell, cell->key_text, result, problem);
}

static bool tick(const struct pool *pool, void *ctx, struct problem *problem)
{
    struct cell_batch *b = ctx;
    (void)problem;
    if (progress_due(&b->progress)) {
        double done = (double)progress_done(&b->progress), spent = pool_clock() - b->begun;
        double rest = done > 0 ? spent * ((double)b->count - done) / done : 0;
        progress_draw(&b->progress, pool, (struct remaining){rest, done == 0});
    }
    return true;
}

static bool make_keys(struct cell_batch *b, struct problem *problem)
{
    for (size_t i = 0; b->sink && i < b->count; i++) {
        struct grid_cell *g = &b->cell[i].grid;
        if (!cell_key(&g->cell, g->key_text, problem)) {
            return false;
        }
        g->key = strtoull(g->key_text, NULL, 16);
    }
    return true;
}

/* The rows in the order of the cells. */
static bool arrange(struct cell_batch *b, struct problem *problem)
{
    uint64_t *keys = b->sink ? calloc(b->count + 1, sizeof *keys) : NULL;
    for (size_t i = 0; keys && i < b->count; i++) {
        keys[i] = b->cell[i].grid.key;
    }
    bool arranged = !keys || cell_sink_arrange(b->sink, keys, b->count, problem);
    free(keys);
    return arranged;
}

bool cell_batch_run(struct cell_batch *b, size_t jobs, struct problem *problem)
{
    const struct pool_caller caller = {.next = next, .ended = ended, .tick = tick, .ctx = b};
    problem->text[0] = '\0';
    if (!make_keys(b, problem)) {
        return false;
    }
    if (!b->quiet) {
        fprintf(stderr, "fitlab: %s\n", b->what);
    }
    progress_begin(&b->progress, b->count, b->quiet);
    b->begun = pool_clock();
    enum pool_end end = pool_run(&caller, jobs, problem);
    progress_end(&b->progress);
    return end == POOL_DONE && arrange(b, problem);
}

void cell_batch_close(struct cell_batch *b)
{
    free(b->cell);
    *b = (struct cell_batch){0};
}
