/* engine_slurm.c - tasks as a Slurm job array. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/engine.h"

/* Runs a shell command and keeps what it prints first. Returns its exit status, or -1. */
static int ask(const char *command, char *answer, size_t size)
{
    *answer = '\0';
    FILE *pipe = popen(command, "r");
    if (!pipe) {
        return -1;
    }
    size_t got = fread(answer, 1, size - 1, pipe);
    answer[got] = '\0';
    char rest[4096];
    while (fread(rest, 1, sizeof rest, pipe) > 0) {
    }
    return pclose(pipe);
}

static size_t most_tasks(void)
{
    char answer[64];
    int status = ask("scontrol show config 2>/dev/null | sed -n 's/^MaxArraySize *= *//p'", answer,
                     sizeof answer);
    unsigned long most = status ? 0 : strtoul(answer, NULL, 10);
    return most > 1 ? most - 1 : 1000;
}

static bool submit(struct engine_job *job, struct problem *problem)
{
    char folder[2 * PATH_MAX], command[8 * PATH_MAX], answer[512], path[PATH_MAX];
    if (!engine_quote(job->folder, folder, sizeof folder)) {
        return problem_set(problem, "%s: the path is too long", job->folder);
    }
    snprintf(command, sizeof command,
             "sbatch --parsable --job-name=fitlab --array=0-%zu --ntasks=1 --requeue "
             "--open-mode=append --output=/dev/null %s %s/task.sh 2>&1",
             job->tasks - 1, job->options->extra ? job->options->extra : "", folder);
    int status = ask(command, answer, sizeof answer);
    answer[strcspn(answer, "\n;")] = '\0';
    if (status || strspn(answer, "0123456789") != strlen(answer) || !*answer) {
        return problem_set(problem, "sbatch: %s",
                           *answer ? answer : "it cannot be run: is slurm-client installed?");
    }
    snprintf(job->id, sizeof job->id, "%.63s", answer);
    engine_path(job, "job", path);
    FILE *file = fopen(path, "w");
    bool noted = file && fprintf(file, "%s\n", job->id) > 0;
    noted = file && !fclose(file) && noted;
    return noted || problem_set(problem, "%s: %s", path, strerror(errno));
}

/* If squeue does not know a job, the job has ended. If squeue cannot be asked (because the
 * controller restarts, say), the job may still run. */
static bool over(struct engine_job *job, bool *is_over, struct problem *problem)
{
    char command[128], answer[512];
    snprintf(command, sizeof command, "squeue -h -j %s 2>&1", job->id);
    int status = ask(command, answer, sizeof answer);
    if (status == -1) {
        return problem_set(problem, "squeue cannot be run: %s", strerror(errno));
    }
    *is_over = status ? strstr(answer, "Invalid job id") != NULL : !*answer;
    return true;
}

const struct engine engine_slurm = {
    .name = "slurm",
    .submit = submit,
    .over = over,
    .most_tasks = most_tasks,
};
