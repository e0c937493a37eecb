#include "present/figures/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/data_files.h"
#include "base/temporary.h"

extern char **environ;

static bool has_style(const char *dir)
{
    char path[4400];
    snprintf(path, sizeof path, "%s/style.gp", dir);
    return access(path, R_OK) == 0;
}

bool gnuplot_scripts(char *dir, size_t size, struct problem *problem)
{
    const char *given = getenv("FITLAB_PLOTS");
    if (given && *given) {
        snprintf(dir, size, "%s", given);
        return has_style(dir) || problem_set(problem,
                                             "FITLAB_PLOTS=%s: has no style.gp: give the folder of "
                                             "fitlab's gnuplot scripts, or unset it",
                                             given);
    }
    data_file_find("plots", FITLAB_DATA_FROM_PROGRAM "/plots", dir, size);
    return has_style(dir) || problem_set(problem,
                                         "fitlab's gnuplot scripts are not at %s: set FITLAB_PLOTS "
                                         "to their folder",
                                         dir);
}

/* gnuplot's error message: the first line that is neither blank, nor an echo of the script, nor the
 * mark under it. */
static void first_complaint(FILE *said, char *text, size_t size)
{
    snprintf(text, size, "it said nothing");
    char line[384];
    while (fgets(line, sizeof line, said)) {
        line[strcspn(line, "\n")] = '\0';
        if (strstr(line, "line ") || strstr(line, "usage:") || strstr(line, "error")) {
            snprintf(text, size, "%s", line);
            return;
        }
    }
}

/* Starts gnuplot with its output and errors in a file of their own. */
static bool start(struct gnuplot_run *run, char *const argv[], char **env, struct problem *problem)
{
    run->said = temporary_stream(problem);
    if (!run->said) {
        return false;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(run->said), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(run->said), 2);
    int error = posix_spawnp(&run->pid, argv[0], &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    if (!error) {
        return true;
    }
    fclose(run->said);
    return error == ENOENT
               ? problem_set(problem, "gnuplot is not installed: 'apt install gnuplot-nox "
                                      "fonts-liberation' draws figures")
               : problem_set(problem, "gnuplot cannot be started: %s", strerror(error));
}

/* Waits; what it said is then at its start. The caller closes it. */
static bool wait_for(struct gnuplot_run *run, struct problem *problem)
{
    int status = 0;
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR) {
    }
    rewind(run->said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    char complaint[384];
    first_complaint(run->said, complaint, sizeof complaint);
    return problem_set(problem, "gnuplot failed: %s", complaint);
}

/* The environment with GNUPLOT_LIB set, which is where a script finds style.gp, and with a locale
 * in which the same data gives the same picture everywhere, and labels are UTF-8. */
static char **environment(char *lib)
{
    static char locale[] = "LC_ALL=C.UTF-8";
    size_t n = 0, kept = 0;
    while (environ[n]) {
        n++;
    }
    char **env = calloc(n + 3, sizeof *env);
    for (size_t i = 0; env && i < n; i++) {
        if (strncmp(environ[i], "GNUPLOT_LIB=", 12) != 0 &&
            strncmp(environ[i], "LC_ALL=", 7) != 0) {
            env[kept++] = environ[i];
        }
    }
    if (env) {
        env[kept++] = lib;
        env[kept] = locale;
    }
    return env;
}

bool gnuplot_start(struct gnuplot_run *run, const char *script, const char *data,
                   const char *output, double width_inches, struct problem *problem)
{
    char dir[4096], lib[4200], path[4400], width[32];
    if (!gnuplot_scripts(dir, sizeof dir, problem)) {
        return false;
    }
    snprintf(lib, sizeof lib, "GNUPLOT_LIB=%s", dir);
    snprintf(path, sizeof path, "%s/%s.gp", dir, script);
    snprintf(width, sizeof width, "%g", width_inches);
    snprintf(run->output, sizeof run->output, "%s", output);
    char *argv[] = {"gnuplot", "-d", "-c", path, (char *)data, (char *)output, width, NULL};
    char **env = environment(lib);
    bool started = env ? start(run, argv, env, problem) : problem_set(problem, "out of memory");
    free(env);
    return started;
}

bool gnuplot_finish(struct gnuplot_run *run, struct problem *problem)
{
    bool ran = wait_for(run, problem);
    fclose(run->said);
    struct stat drawn;
    if (ran && (stat(run->output, &drawn) || drawn.st_size == 0)) {
        return problem_set(problem, "gnuplot drew nothing into %s", run->output);
    }
    return ran;
}

bool gnuplot_draw(const char *script, const char *data, const char *output, double width_inches,
                  struct problem *problem)
{
    struct gnuplot_run run;
    return gnuplot_start(&run, script, data, output, width_inches, problem) &&
           gnuplot_finish(&run, problem);
}

bool gnuplot_version(char *text, size_t size)
{
    char *argv[] = {"gnuplot", "--version", NULL};
    struct problem ignored;
    struct gnuplot_run run;
    if (!start(&run, argv, environ, &ignored)) {
        return false;
    }
    bool known = wait_for(&run, &ignored) && fgets(text, (int)size, run.said);
    fclose(run.said);
    if (known) {
        text[strcspn(text, "\n")] = '\0';
    }
    return known;
}
