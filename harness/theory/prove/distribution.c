#include "theory/prove/distribution.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "theory/prove/known.h"

enum { ROUNDS = 3, POLL_MS = 100, TASK_STATES = 1 << 20, TASK_BUFFER = 4 << 20 };

static bool failed(const char *path, struct problem *problem)
{
    return problem_set(problem, "%s: %s", path, strerror(errno));
}

/* ---- the folder ---- */

static bool write_script(struct distribution *s, struct problem *problem)
{
    char program[PATH_MAX] = "", here[PATH_MAX], path[PATH_MAX], quoted[5][2 * PATH_MAX];
    const struct question *q = s->question;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    engine_path(&s->job, "task.sh", path);
    const char *const word[] = {program, here, s->job.folder, s->policy, q->folder};
    bool ok = length >= 0 && getcwd(here, sizeof here);
    for (size_t i = 0; ok && i < 5; i++) {
        ok = engine_quote(word[i], quoted[i], sizeof quoted[i]) != NULL;
    }
    FILE *f = ok ? fopen(path, "w") : NULL;
    if (!f) {
        return failed(path, problem);
    }
    static const char *const cost[] = {[MEASURE_HEIGHT] = "",
                                       [MEASURE_PROBES] = " --cost probes",
                                       [MEASURE_ACCESSES] = " --cost accesses"};
    fprintf(f,
            "#!/bin/sh\n"
            "# One task of a proof: its number is the argument, or that of a job array.\n"
            "n=${1:-$SLURM_ARRAY_TASK_ID}\n"
            "exec >>%s/\"$n\".log 2>&1\n"
            "cd %s || exit 1\n"
            "exec %s prove %s --live %u --largest %u --sizes %s%s --keep %s --task \"$n\"\n",
            quoted[2], quoted[1], quoted[0], quoted[3], q->live, q->largest,
            q->powers ? "pow2" : "all", cost[q->measure], quoted[4]);
    bool bad = ferror(f);
    return (!fclose(f) && !bad) || failed(path, problem);
}

static bool lock_folder(struct distribution *s, struct problem *problem)
{
    char path[PATH_MAX];
    shard_path(path, s->question->folder, "lock");
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (s->lock < 0) {
        return failed(path, problem);
    }
    return flock(s->lock, LOCK_EX | LOCK_NB) == 0 ||
           problem_set(problem, "%s: another proof is at work in this folder", s->question->folder);
}

/* Which two numbers of states the last batch lay between. */
static bool read_last(const struct distribution *s, uint64_t *before, uint64_t *after)
{
    char path[PATH_MAX];
    shard_path(path, s->question->folder, "last");
    FILE *f = fopen(path, "r");
    bool ok = f && fscanf(f, "%" SCNu64 " %" SCNu64, before, after) == 2;
    if (f) {
        fclose(f);
    }
    return ok;
}

static bool write_last(const struct distribution *s, uint64_t before, uint64_t after,
                       struct problem *problem)
{
    char path[PATH_MAX], fresh[SHARD_FRESH_SIZE];
    shard_path(path, s->question->folder, "last");
    FILE *f = shard_file_begin(path, fresh);
    if (f) {
        fprintf(f, "%" PRIu64 " %" PRIu64 "\n", before, after);
    }
    return shard_file_end(f, fresh, path, true, problem);
}

/* Whether the shards fit a proof of so many states: each knows all of them, or all but those of the
 * last batch. */
static bool shards_fit(struct distribution *s, uint64_t states)
{
    uint64_t before = 0, after = 0;
    struct problem ignored;
    bool fit = read_last(s, &before, &after);
    for (unsigned i = 0; fit && i < s->tasks; i++) {
        char path[PATH_MAX];
        struct known k;
        shard_path(path, s->question->folder, "known-%u", i);
        fit = access(path, F_OK) == 0 && known_open(&k, path, s->tasks, &ignored);
        if (fit) {
            fit = k.head->states == states || (after == states && k.head->states == before);
            known_close(&k);
        }
    }
    s->before = before;
    return fit;
}

static void forget_shards(const struct distribution *s)
{
    for (unsigned i = 0; i < SHARDS_MOST; i++) {
        char path[PATH_MAX];
        shard_path(path, s->question->folder, "known-%u", i);
        unlink(path);
    }
}

bool distribution_open(struct distribution *s, const struct question *q, uint64_t states,
                       bool *ready, struct problem *problem)
{
    char path[PATH_MAX];
    s->question = q;
    s->job = (struct engine_job){.options = &s->options, .tasks = s->tasks};
    s->lock = -1;
    shard_path(path, q->folder, "%s", "");
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return failed(path, problem);
    }
    if (!realpath(path, s->job.folder) || strlen(s->job.folder) + 64 > sizeof s->job.folder) {
        return problem_set(problem, "%s: the path is too long", path);
    }
    if (!lock_folder(s, problem) || !write_script(s, problem)) {
        return false;
    }
    *ready = shards_fit(s, states);
    if (!*ready) {
        forget_shards(s);
        s->before = 0;
    }
    return true;
}

void distribution_close(struct distribution *s)
{
    if (s->question && s->lock >= 0) {
        close(s->lock);
    }
    s->question = NULL;
}

size_t distribution_bytes(const struct distribution *s)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < s->tasks; i++) {
        char path[PATH_MAX];
        struct stat st;
        shard_path(path, s->question->folder, "known-%u", i);
        bytes += stat(path, &st) == 0 ? (size_t)st.st_size : 0;
    }
    return bytes;
}

uint64_t distribution_most(const struct distribution *s)
{
    return (uint64_t)s->tasks * TASK_STATES;
}

/* ---- a phase ---- */

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
    (void)signal;
    stopped = 1;
}

static bool wait_for(struct distribution *s, struct problem *problem)
{
    for (bool over = false; !over;) {
        if (!s->engine->over(&s->job, &over, problem)) {
            return false;
        }
        if (!over) {
            poll(NULL, 0, POLL_MS);
        }
        if (stopped) {
            if (s->engine->stop) {
                s->engine->stop(&s->job);
            }
            return problem_set(problem, "the proof was stopped; the same command goes on with it");
        }
    }
    return true;
}

static bool submit(struct distribution *s, struct problem *problem)
{
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old[2];
    stopped = 0;
    sigaction(SIGINT, &ours, &old[0]);
    sigaction(SIGTERM, &ours, &old[1]);
    bool ok = s->engine->submit(&s->job, problem) && wait_for(s, problem);
    sigaction(SIGINT, &old[0], NULL);
    sigaction(SIGTERM, &old[1], NULL);
    return ok;
}

/* How many tasks have left no result. */
static unsigned missing(const struct distribution *s, const struct shard_batch *b,
                        struct shard_sum *sum)
{
    unsigned tasks = b->phase == PHASE_ADD ? b->shards : b->runs, n = 0;
    *sum = (struct shard_sum){0};
    for (unsigned i = 0; i < tasks; i++) {
        n += !shard_task_done(b, s->question->folder, i, sum);
    }
    return n;
}

static bool do_here(const struct distribution *s, const struct shard_batch *b,
                    struct search *search, struct position *position, struct problem *problem)
{
    unsigned tasks = b->phase == PHASE_ADD ? b->shards : b->runs;
    for (unsigned i = 0; i < tasks; i++) {
        if (!shard_task(b, s->question->folder, i, search, position, problem)) {
            return false;
        }
    }
    return true;
}

static bool do_phase(struct distribution *s, const struct shard_batch *b, struct search *search,
                     struct position *position, struct shard_sum *sum, struct problem *problem)
{
    shard_clear(b, s->question->folder);
    if (b->here) {
        return do_here(s, b, search, position, problem) && missing(s, b, sum) == 0;
    }
    if (!shard_batch_write(b, s->question->folder, problem)) {
        return false;
    }
    for (int round = 0; round < ROUNDS; round++) {
        if (!submit(s, problem)) {
            return false;
        }
        if (!missing(s, b, sum)) {
            return true;
        }
    }
    return problem_set(problem,
                       "%u tasks did not come back from %s: see %s/*.log; the same command tries "
                       "again",
                       missing(s, b, sum), s->engine->name, s->job.folder);
}

bool distribution_batch(struct distribution *s, struct search *search, struct position *position,
                        uint64_t known, uint64_t *fresh, struct shard_sum *sum,
                        struct problem *problem)
{
    struct shard_batch b = {.phase = PHASE_EXPAND,
                            .first = search->batch.first,
                            .count = search->batch.count,
                            .depth = search->batch.depth,
                            .again = search->batch.again,
                            .here = search->batch.count < s->least,
                            .shards = s->tasks,
                            .known = known,
                            .before = s->before};
    b.runs = b.here ? 1 : s->tasks;
    struct shard_sum none;
    if (msync(search->tree.area.base, search->tree.count * sizeof(uint64_t), MS_SYNC) != 0) {
        return problem_set(problem, "%s/states: %s", s->question->folder, strerror(errno));
    }
    if (!do_phase(s, &b, search, position, sum, problem)) {
        return false;
    }
    b.phase = PHASE_ADD;
    if (!do_phase(s, &b, search, position, &none, problem) ||
        !shard_merge(&b, s->question->folder, &search->tree, fresh, problem)) {
        return false;
    }
    s->before = known;
    return write_last(s, known, known + *fresh, problem);
}

/* ---- on a machine ---- */

static bool work(struct search *search, const struct policy_spec *spec, const struct question *q,
                 unsigned task, struct problem *problem)
{
    struct shard_batch b;
    struct position position;
    if (!shard_batch_read(&b, q->folder, problem)) {
        return false;
    }
    if (task >= (b.phase == PHASE_ADD ? b.shards : b.runs)) {
        return problem_set(problem, "--task=%u: there are fewer tasks", task);
    }
    size_t bytes = (b.first + b.count) * sizeof(uint64_t);
    if (!shared_area_open(&search->tree.area, bytes, q->folder, "states", problem) ||
        !batch_open(search, TASK_BUFFER, problem) ||
        !position_open(&position, spec, q->live, q->largest, q->measure, problem)) {
        return false;
    }
    search->tree.count = b.first + b.count;
    bool ok = (position_anywhere(&position) || problem_set(problem, "not enough memory")) &&
              shard_task(&b, q->folder, task, search, &position, problem);
    position_close(&position);
    return ok;
}

bool distribution_task(const struct policy_spec *spec, const struct question *q, unsigned task,
                       struct problem *problem)
{
    struct search *search = search_open(q->live, q->largest, q->powers, q->measure);
    if (!search) {
        return problem_set(problem, "not enough memory for the search");
    }
    bool ok = work(search, spec, q, task, problem);
    search_close(search);
    return ok;
}
