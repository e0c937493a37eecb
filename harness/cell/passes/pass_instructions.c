/* pass_instructions.c - instructions an operation, counted by callgrind: the same on every run of
 * one build.
 *
 * valgrind runs `fitlab count`, which replays the workload and lets callgrind collect only during
 * the replay; the total is in callgrind's file. bump is counted too: the replay's own share. Then
 * it collects once more, in the one operation that makes most accesses.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/temporary.h"
#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/watched_replay.h"
#include "mallocs/malloc_process.h"

/* The path of this program if it is fitlab; in a test, the path in the environment. */
static bool find_fitlab(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    path[length > 0 ? length : 0] = '\0';
    const char *name = strrchr(path, '/');
    if (name && !strcmp(name, "/fitlab")) {
        return true;
    }
    const char *named = getenv("FITLAB");
    snprintf(path, size, "%s", named ? named : "");
    return named != NULL;
}

/* event: the only one in which to collect; 0: all of them. */
static _Noreturn void exec_valgrind(const struct cell *cell, const struct policy_spec *policy,
                                    uint64_t event, const char *fitlab, const char *out)
{
    char option[PATH_MAX + 64], one[32];
    snprintf(option, sizeof option, "--callgrind-out-file=%s", out);
    snprintf(one, sizeof one, "--event=%" PRIu64, event);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (malloc_process_needed(policy->policy)) {
        malloc_process_prepare(policy->policy, policy->values.number, true);
    }
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execlp("valgrind", "valgrind", "--tool=callgrind", "--collect-atstart=no", option, fitlab,
           "count", "--region", cell->region.text, policy->full, cell->workload->full,
           event ? one : (char *)NULL, (char *)NULL);
    _exit(127);
}

/* The total in callgrind's file; 0 if there is none. */
static uint64_t read_total(const char *path)
{
    unsigned long long total = 0;
    char line[512];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "summary: %llu", &total) == 1 ||
            sscanf(line, "totals: %llu", &total) == 1) {
            break;
        }
    }
    if (file) {
        fclose(file);
    }
    return total;
}

/* Instructions of a whole replay, or of one event of it; false after pass_fail. */
static bool count(struct pass *p, const struct policy_spec *policy, uint64_t event,
                  uint64_t *instructions)
{
    char fitlab[PATH_MAX], out[PATH_MAX];
    struct problem problem;
    if (!find_fitlab(fitlab, sizeof fitlab)) {
        return pass_fail(p, CELL_UNAVAILABLE, "this program is not fitlab: set FITLAB to its path");
    }
    int fd = temporary_file("callgrind", out, &problem);
    if (fd < 0) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        exec_valgrind(p->cell, policy, event, fitlab, out);
    }
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    *instructions = read_total(out);
    unlink(out);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        return pass_fail(p, CELL_UNAVAILABLE, "valgrind cannot be run: install it");
    }
    if (status != 0 || *instructions == 0) {
        return pass_fail(p, CELL_ERROR, "valgrind counted nothing for %s: try 'fitlab count'",
                         policy->full);
    }
    return true;
}

/* The instructions of the operation that makes most accesses, where those can be seen. */
static bool count_costliest(struct pass *p)
{
    struct watched_replay *w = lines_policy(p->policy) ? calloc(1, sizeof *w) : NULL;
    uint64_t own, event = w && watched_replay(p, w) ? w->accesses.event : 0;
    free(w);
    if (!event) {
        return p->shared->status == CELL_OK;
    }
    if (!count(p, p->cell->policy, event, &own)) {
        return false;
    }
    struct metrics *m = pass_metrics(p);
    metric_set_count(m, METRIC_costliest_instructions, own);
    metric_set_count(m, METRIC_costliest_event, event);
    return true;
}

static bool run(struct pass *p)
{
    struct metrics *m = pass_metrics(p);
    const double events = (double)p->packed.facts.drain;
    struct policy_spec bump;
    struct problem problem;
    uint64_t own, floor;
    if (events == 0) {
        return pass_fail(p, CELL_UNAVAILABLE, "the workload has no events to count");
    }
    if (!policy_spec_parse("bump", &bump, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    if (!count(p, p->cell->policy, 0, &own) || !count(p, &bump, 0, &floor)) {
        return false;
    }
    pass_put_facts(p);
    metric_set_real(m, METRIC_instructions_per_op, (double)own / events);
    metric_set_real(m, METRIC_floor_instructions_per_op, (double)floor / events);
    return count_costliest(p);
}

static const struct pass_column columns[] = {
    {"instructions/op", METRIC_instructions_per_op, FORM_REAL},
    {"floor", METRIC_floor_instructions_per_op, FORM_REAL},
    {"costliest", METRIC_costliest_instructions, FORM_COUNT},
    {"in event", METRIC_costliest_event, FORM_COUNT},
    {0},
};

const struct pass_kind pass_instructions = {
    .name = "instructions",
    .letter = 'I',
    .measures = "instructions an operation, by callgrind; deterministic",
    .timed = false,
    .guess_ns = 10000,
    .columns = columns,
    .run = run,
};
