#define _GNU_SOURCE /* nftw */
#include "sweep/engine.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep/engine_plan.h"

enum { ROUNDS = 3, POLL_MS = 500 };

static const struct engine *const engines[] = {&engine_slurm, &engine_parallel};
enum { ENGINES = sizeof engines / sizeof *engines };

const struct engine *engine_find(const char *name, struct problem *problem)
{
    for (size_t i = 0; i < ENGINES; i++) {
        if (!strcmp(engines[i]->name, name)) {
            return engines[i];
        }
    }
    problem_set(problem, "unknown engine '%s': there are local, slurm and parallel", name);
    return NULL;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static bool remove_folder(const char *path)
{
    return !nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void engine_path(const struct engine_job *job, const char *name, char path[PATH_MAX])
{
    if ((size_t)snprintf(path, PATH_MAX, "%s/%s", job->folder, name) >= PATH_MAX) {
        *path = '\0'; /* engine_plan leaves room for every name */
    }
}

static bool exists(const char *folder, const char *name)
{
    char path[PATH_MAX];
    return (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path &&
           access(path, F_OK) == 0;
}

/* Adds the results of one task to the folder, if it has any, and removes them from the task. A task
 * that still runs, whatever the engine says, is not touched but counted. */
static bool collect_task(struct sweep *sweep, const char *folder, const char *task, size_t *busy,
                         struct problem *problem)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, task) >= sizeof path ||
        !exists(path, rows_file[ROWS_SUMMARY])) {
        return true;
    }
    if (store_busy(path)) {
        ++*busy;
        return true;
    }
    if (!sweep_collect(sweep, path, problem) ||
        (sweep->manifest && !manifest_adopt(sweep->manifest, path, problem))) {
        return false;
    }
    return remove_folder(path) || problem_set(problem, "%s: %s", path, strerror(errno));
}

/* Adds the results of the tasks that have ended or, when the submission is over, of all. */
static bool collect_tasks(struct sweep *sweep, const char *folder, bool over, size_t *busy,
                          struct problem *problem)
{
    *busy = 0;
    DIR *dir = opendir(folder);
    if (!dir) {
        return problem_set(problem, "%s: %s", folder, strerror(errno));
    }
    bool sound = true;
    for (struct dirent *entry; sound && (entry = readdir(dir));) {
        char done[NAME_MAX + 8];
        snprintf(done, sizeof done, "%s.done", entry->d_name);
        bool task = strspn(entry->d_name, "0123456789") == strlen(entry->d_name);
        if (task && (over || exists(folder, done))) {
            sound = collect_task(sweep, folder, entry->d_name, busy, problem);
        }
    }
    closedir(dir);
    return sound;
}

static size_t deterministic_missing(const struct sweep *sweep)
{
    size_t missing = 0;
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        missing += !cell_pass_is_timed(sweep->grid.cell[i].cell.pass) &&
                   !store_find(&sweep->store, sweep->grid.cell[i].key);
    }
    return missing;
}

/* When no cell is missing, the files of a submission are no longer needed. */
static bool discard(const struct sweep *sweep, const char *folder)
{
    if (deterministic_missing(sweep) > 0) {
        return true;
    }
    char shards[PATH_MAX];
    bool removed = remove_folder(folder);
    snprintf(shards, sizeof shards, "%.*s", (int)(strrchr(folder, '/') - folder), folder);
    rmdir(shards); /* is not removed if it has another submission */
    return removed;
}

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
    (void)signal;
    stopped = 1;
}

static enum pool_end wait_for(const struct engine *engine, struct engine_job *job,
                              struct sweep *sweep, struct problem *problem)
{
    const struct pool none = {0};
    size_t busy;
    for (bool over = false;;) {
        if (!engine->over(job, &over, problem) ||
            !collect_tasks(sweep, job->folder, over, &busy, problem)) {
            return POOL_FAILED;
        }
        if (over) {
            return POOL_DONE;
        }
        if (progress_due(&sweep->progress)) {
            progress_draw(&sweep->progress, &none, sweep_remaining(sweep));
        }
        poll(NULL, 0, POLL_MS);
        if (stopped) {
            return POOL_STOPPED;
        }
    }
}

/* Called when this process ends before the submission. */
static void leave(const struct engine *engine, struct engine_job *job, const struct sweep *sweep)
{
    if (engine->stop) {
        engine->stop(job);
    } else if (!sweep->progress.quiet) {
        fprintf(stderr,
                "fitlab: %s job %s goes on; collect its results later with "
                "--collect\n",
                engine->name, job->id);
    }
}

static enum pool_end submit_and_wait(const struct engine *engine, struct engine_job *job,
                                     struct sweep *sweep, struct problem *problem)
{
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old[2];
    stopped = 0;
    sigaction(SIGINT, &ours, &old[0]);
    sigaction(SIGTERM, &ours, &old[1]);
    enum pool_end end = POOL_FAILED;
    if (engine->submit(job, problem)) {
        end = wait_for(engine, job, sweep, problem);
        if (end != POOL_DONE) {
            leave(engine, job, sweep);
        }
    }
    sigaction(SIGINT, &old[0], NULL);
    sigaction(SIGTERM, &old[1], NULL);
    progress_end(&sweep->progress);
    return end;
}

static enum pool_end round_of(const struct engine *engine, const struct engine_options *options,
                              struct sweep *sweep, struct problem *problem)
{
    struct engine_job job = {.options = options};
    if (!engine_plan(&job, sweep, engine->most_tasks(), problem)) {
        return POOL_FAILED;
    }
    enum pool_end end = job.tasks ? submit_and_wait(engine, &job, sweep, problem) : POOL_DONE;
    if (end == POOL_DONE && job.tasks && !discard(sweep, job.folder)) {
        problem_set(problem, "%s: cannot be removed: %s", job.folder, strerror(errno));
        end = POOL_FAILED;
    }
    return end;
}

enum pool_end engine_run(const struct engine *engine, const struct engine_options *options,
                         struct sweep *sweep, struct problem *problem)
{
    size_t pending;
    enum pool_end end = engine_collect(engine, sweep, &pending, problem) ? POOL_DONE : POOL_FAILED;
    if (end == POOL_DONE && pending) {
        problem_set(problem, "%s: an earlier submission still goes on: wait for it, see --collect",
                    sweep->store.path);
        end = POOL_FAILED;
    }
    for (int round = 0; end == POOL_DONE && round < ROUNDS && deterministic_missing(sweep);
         round++) {
        end = round_of(engine, options, sweep, problem);
    }
    size_t missing = deterministic_missing(sweep);
    if (end == POOL_DONE && missing) {
        problem_set(problem,
                    "%zu cells did not come back from %s: see %s/shards/*/*.log; the same command "
                    "tries again",
                    missing, engine->name, sweep->store.path);
        end = POOL_FAILED;
    }
    return end;
}

/* Whether the submission of a folder is over; one that never got a name is. */
static bool submission_over(const struct engine *engine, const char folder[PATH_MAX], bool *over,
                            struct problem *problem)
{
    struct engine_job job = {0};
    char path[PATH_MAX];
    strcpy(job.folder, folder); /* both are paths */
    engine_path(&job, "job", path);
    FILE *file = fopen(path, "r");
    bool named = file && fscanf(file, "%63s", job.id) == 1;
    if (file) {
        fclose(file);
    }
    *over = true;
    return !named || engine->over(&job, over, problem);
}

bool engine_collect(const struct engine *engine, struct sweep *sweep, size_t *pending,
                    struct problem *problem)
{
    char shards[PATH_MAX], folder[PATH_MAX];
    snprintf(shards, sizeof shards, "%s/shards", sweep->store.path);
    *pending = 0;
    DIR *dir = opendir(shards);
    bool sound = true;
    for (struct dirent *entry; dir && sound && (entry = readdir(dir));) {
        bool over;
        size_t busy = 0;
        if (entry->d_name[0] == '.' || (size_t)snprintf(folder, sizeof folder, "%s/%s", shards,
                                                        entry->d_name) >= sizeof folder) {
            continue;
        }
        sound = submission_over(engine, folder, &over, problem) &&
                collect_tasks(sweep, folder, over, &busy, problem);
        over = over && !busy;
        *pending += sound && !over;
        if (sound && over && !remove_folder(folder)) {
            sound = problem_set(problem, "%s: %s", folder, strerror(errno));
        }
    }
    if (dir) {
        closedir(dir);
    }
    return sound;
}
