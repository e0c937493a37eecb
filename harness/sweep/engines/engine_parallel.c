/* engine_parallel.c - tasks by GNU parallel, here or over ssh. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include "sweep/engine.h"

static size_t most_tasks(void)
{
    return 0;
}

/* The task numbers, for parallel's standard input. */
static bool write_numbers(const struct engine_job *job, char path[PATH_MAX],
                          struct problem *problem)
{
    engine_path(job, "numbers", path);
    FILE *file = fopen(path, "w");
    for (size_t i = 0; file && i < job->tasks; i++) {
        fprintf(file, "%zu\n", i);
    }
    return (file && !fclose(file)) || problem_set(problem, "%s: %s", path, strerror(errno));
}

/* Standard input from the numbers; what parallel itself says goes to a log. */
static bool redirect(const struct engine_job *job, const char *numbers)
{
    char log[PATH_MAX];
    engine_path(job, "parallel.log", log);
    int in = open(numbers, O_RDONLY);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    return in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
           dup2(out, STDERR_FILENO) >= 0;
}

static _Noreturn void exec_parallel(const struct engine_job *job, const char *numbers,
                                    char *const *extra, size_t extras)
{
    const struct engine_options *o = job->options;
    char script[PATH_MAX], quoted[2 * PATH_MAX], task[3 * PATH_MAX], log[PATH_MAX], jobs[32];
    engine_path(job, "task.sh", script);
    engine_path(job, "joblog", log);
    const char **word = calloc(2 * o->logins + extras + 16, sizeof *word);
    if (!word || !engine_quote(script, quoted, sizeof quoted) || !redirect(job, numbers)) {
        _exit(126);
    }
    snprintf(jobs, sizeof jobs, "%zu", o->jobs);
    snprintf(task, sizeof task, "sh %s {}", quoted);
    const char *const first[] = {"parallel",  "--will-cite", "--jobs",   jobs,
                                 "--retries", "3",           "--joblog", log};
    size_t n = sizeof first / sizeof *first;
    memcpy(word, first, sizeof first);
    for (size_t i = 0; i < o->logins; i++) {
        word[n++] = "--sshlogin";
        word[n++] = o->login[i];
    }
    for (size_t i = 0; i < extras; i++) {
        word[n++] = extra[i];
    }
    word[n++] = task;
    setpgid(0, 0); /* fitlab handles Ctrl-C */
    execvp("parallel", (char *const *)word);
    _exit(127);
}

static bool submit(struct engine_job *job, struct problem *problem)
{
    char numbers[PATH_MAX];
    wordexp_t extra = {0};
    if (job->options->extra && wordexp(job->options->extra, &extra, WRDE_NOCMD | WRDE_UNDEF) != 0) {
        return problem_set(problem, "--engine-options '%s': a shell could not read this",
                           job->options->extra);
    }
    bool started = write_numbers(job, numbers, problem);
    if (started) {
        fflush(NULL);
        job->pid = fork();
        if (job->pid == 0) {
            exec_parallel(job, numbers, extra.we_wordv, extra.we_wordc);
        }
        started =
            job->pid > 0 || problem_set(problem, "cannot start parallel: %s", strerror(errno));
    }
    wordfree(&extra);
    return started;
}

static bool over(struct engine_job *job, bool *is_over, struct problem *problem)
{
    int status;
    pid_t ended = job->pid ? waitpid(job->pid, &status, WNOHANG) : 0;
    *is_over = !job->pid || ended != 0;
    if (ended > 0) {
        job->pid = 0;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
            return problem_set(problem, "parallel cannot be run: is GNU parallel installed?");
        }
    }
    return true;
}

/* The first signal makes parallel wait for its tasks, the second one ends them. */
static void stop(struct engine_job *job)
{
    for (int i = 0; i < 2 && job->pid; i++) {
        kill(-job->pid, SIGTERM);
    }
    if (job->pid) {
        waitpid(job->pid, NULL, 0);
    }
    job->pid = 0;
}

const struct engine engine_parallel = {
    .name = "parallel",
    .submit = submit,
    .over = over,
    .stop = stop,
    .most_tasks = most_tasks,
};
