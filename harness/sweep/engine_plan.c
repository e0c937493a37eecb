#include "sweep/engine_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folders.h"

const char *engine_quote(const char *word, char *out, size_t size)
{
    size_t used = 0;
    for (const char *c = word; *c; c++) {
        if (used + 8 > size) {
            return NULL;
        }
        if (c == word) {
            out[used++] = '\'';
        }
        if (*c == '\'') {
            memcpy(out + used, "'\\''", 4);
            used += 4;
        } else {
            out[used++] = *c;
        }
    }
    memcpy(out + used, used ? "'" : "''", used ? 2 : 3);
    return out;
}

static bool failed(const char *path, struct problem *problem)
{
    return problem_set(problem, "%s: %s", path, strerror(errno));
}

static FILE *create(const struct engine_job *job, const char *name, char path[PATH_MAX],
                    struct problem *problem)
{
    engine_path(job, name, path);
    FILE *file = fopen(path, "w");
    if (!file) {
        failed(path, problem);
    }
    return file;
}

static bool complete(FILE *file, const char *path, struct problem *problem)
{
    bool bad = ferror(file);
    return (!fclose(file) && !bad) || failed(path, problem);
}

static bool write_script(const struct engine_job *job, const struct sweep *sweep,
                         struct problem *problem)
{
    char program[PATH_MAX] = "", here[PATH_MAX], spec[PATH_MAX], path[PATH_MAX];
    char quoted[4][2 * PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0 || !getcwd(here, sizeof here) || !realpath(sweep->spec.path, spec)) {
        return failed(sweep->spec.path, problem);
    }
    FILE *file = create(job, "task.sh", path, problem);
    if (!file || !engine_quote(program, quoted[0], sizeof quoted[0]) ||
        !engine_quote(here, quoted[1], sizeof quoted[1]) ||
        !engine_quote(spec, quoted[2], sizeof quoted[2]) ||
        !engine_quote(job->folder, quoted[3], sizeof quoted[3])) {
        return false;
    }
    const char *corpus = getenv("FITLAB_CORPUS");
    char quoted_corpus[2 * PATH_MAX];
    fprintf(file,
            "#!/bin/sh\n"
            "# One task of a sweep: its number is the argument, or that of a job array.\n"
            "n=${1:-$SLURM_ARRAY_TASK_ID}\n"
            "exec >>%s/\"$n\".log 2>&1\n"
            "cd %s || exit 1\n",
            quoted[3], quoted[1]);
    if (corpus && engine_quote(corpus, quoted_corpus, sizeof quoted_corpus)) {
        fprintf(file, "export FITLAB_CORPUS=%s\n", quoted_corpus);
    }
    fprintf(file,
            "%s sweep %s -o %s/\"$n\" --only %s/\"$n\".cells -j1 --quiet --no-figures\n"
            "status=$?\n"
            "# 1: some cells crashed or hung, which is a result\n"
            "[ $status -le 1 ] && : >%s/\"$n\".done && exit 0\n"
            "exit $status\n",
            quoted[0], quoted[2], quoted[3], quoted[3], quoted[3]);
    return complete(file, path, problem);
}

/* Writes the next task's cells; *next moves past them. */
static bool write_task(struct engine_job *job, const struct sweep *sweep, double seconds,
                       size_t *next, struct problem *problem)
{
    char name[32], path[PATH_MAX];
    double sum = 0;
    FILE *file = NULL;
    for (; *next < sweep->grid.cells && sum < seconds; ++*next) {
        const struct grid_cell *cell = &sweep->grid.cell[*next];
        if (cell_pass_is_timed(cell->cell.pass) || store_find(&sweep->store, cell->key)) {
            continue;
        }
        if (!file) {
            snprintf(name, sizeof name, "%zu.cells", job->tasks);
            file = create(job, name, path, problem);
            if (!file) {
                return false;
            }
        }
        fprintf(file, "%s\n", cell->key_text);
        sum += estimate_cell(&sweep->estimate, &cell->cell);
    }
    job->tasks += file != NULL;
    return !file || complete(file, path, problem);
}

static double missing_seconds(const struct sweep *sweep)
{
    double seconds = 0;
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        const struct grid_cell *cell = &sweep->grid.cell[i];
        if (!cell_pass_is_timed(cell->cell.pass) && !store_find(&sweep->store, cell->key)) {
            seconds += estimate_cell(&sweep->estimate, &cell->cell);
        }
    }
    return seconds;
}

static bool make_folder(struct engine_job *job, const struct sweep *sweep, struct problem *problem)
{
    char top[PATH_MAX];
    if (!realpath(sweep->store.path, top)) {
        return failed(sweep->store.path, problem);
    }
    int length = snprintf(job->folder, sizeof job->folder, "%s/shards", top);
    if (length < 0 || (size_t)length + RESULTS_FOLDER_RUN_SIZE + 64 > sizeof job->folder) {
        return problem_set(problem, "%s: the path is too long", top);
    }
    if (!folders_make(job->folder)) {
        return failed(job->folder, problem);
    }
    for (int i = 1; i < 100; i++) {
        snprintf(job->folder + length, sizeof job->folder - (size_t)length, "/%s-%d", sweep->run,
                 i);
        if (!mkdir(job->folder, 0777)) {
            return true;
        }
    }
    return failed(job->folder, problem);
}

bool engine_plan(struct engine_job *job, const struct sweep *sweep, size_t most_tasks,
                 struct problem *problem)
{
    double whole = missing_seconds(sweep), seconds = job->options->batch_seconds;
    if (whole <= 0) {
        return true;
    }
    if (most_tasks && whole / seconds > (double)most_tasks - 1) {
        seconds = whole / ((double)most_tasks - 1);
    }
    if (!make_folder(job, sweep, problem)) {
        return false;
    }
    for (size_t next = 0; next < sweep->grid.cells;) {
        if (!write_task(job, sweep, seconds, &next, problem)) {
            return false;
        }
    }
    return write_script(job, sweep, problem);
}

bool engine_restrict(struct sweep *sweep, const char *cells_file, struct problem *problem)
{
    FILE *file = fopen(cells_file, "r");
    if (!file) {
        return failed(cells_file, problem);
    }
    bool *keep = calloc(sweep->grid.cells + 1, sizeof *keep);
    bool found = keep || problem_set(problem, "out of memory");
    char line[64];
    while (found && fgets(line, sizeof line, file)) {
        uint64_t key;
        const struct grid_cell *cell =
            row_file_key(line, &key) ? grid_find(&sweep->grid, key) : NULL;
        if (cell) {
            keep[cell - sweep->grid.cell] = true;
        } else {
            found = problem_set(problem,
                                "%s: a cell that %s no longer has: the spec or some code has "
                                "changed since it was submitted",
                                cells_file, sweep->spec.path);
        }
    }
    fclose(file);
    found = found && grid_keep(&sweep->grid, keep, problem);
    free(keep);
    return found;
}
