#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
    char exe[4096];
    ssize_t length = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (length > 0) {
        exe[length] = '\0';
        *strrchr(exe, '/') = '\0';
        snprintf(dir, size, "%s/%s", exe, FITLAB_PLOTS_FROM_BIN);
        if (has_style(dir)) {
            return true;
        }
    }
    snprintf(dir, size, "%s", FITLAB_PLOTS_SOURCE);
    return has_style(dir) ||
           problem_set(problem,
                       "fitlab's gnuplot scripts are neither at %s/%s nor at %s: set "
                       "FITLAB_PLOTS to their folder",
                       exe, FITLAB_PLOTS_FROM_BIN, FITLAB_PLOTS_SOURCE);
}

/* What gnuplot says in an error: the first line that is neither blank, nor an echo of the script,
 * nor the mark under it. */
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

/* Starts gnuplot with its output and errors in `said`. */
static bool start(char *const argv[], char **env, FILE *said, pid_t *pid, struct problem *problem)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 2);
    int error = posix_spawnp(pid, argv[0], &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT) {
        return problem_set(problem, "gnuplot is not installed: 'apt install gnuplot-nox "
                                    "fonts-liberation' draws figures");
    }
    return !error || problem_set(problem, "gnuplot cannot be started: %s", strerror(error));
}

static bool run(char *const argv[], char **env, FILE *said, struct problem *problem)
{
    pid_t pid;
    int status = 0;
    if (!start(argv, env, said, &pid, problem)) {
        return false;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    rewind(said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    char complaint[384];
    first_complaint(said, complaint, sizeof complaint);
    return problem_set(problem, "gnuplot failed: %s", complaint);
}

/* The environment with GNUPLOT_LIB set, which is where a script finds style.gp. */
static char **environment(char *lib)
{
    size_t n = 0, kept = 0;
    while (environ[n]) {
        n++;
    }
    char **env = calloc(n + 2, sizeof *env);
    for (size_t i = 0; env && i < n; i++) {
        if (strncmp(environ[i], "GNUPLOT_LIB=", 12) != 0) {
            env[kept++] = environ[i];
        }
    }
    if (env) {
        env[kept] = lib;
    }
    return env;
}

bool gnuplot_draw(const char *script, const char *data, const char *output, double width_inches,
                  struct problem *problem)
{
    char dir[4096], lib[4200], path[4400], width[32];
    if (!gnuplot_scripts(dir, sizeof dir, problem)) {
        return false;
    }
    snprintf(lib, sizeof lib, "GNUPLOT_LIB=%s", dir);
    snprintf(path, sizeof path, "%s/%s.gp", dir, script);
    snprintf(width, sizeof width, "%g", width_inches);
    char *argv[] = {"gnuplot", "-d", "-c", path, (char *)data, (char *)output, width, NULL};
    char **env = environment(lib);
    FILE *said = tmpfile();
    if (!said || !env) {
        free(env);
        if (said) {
            fclose(said);
        }
        return problem_set(problem, "no temporary file for gnuplot's messages: %s",
                           strerror(errno));
    }
    bool ran = run(argv, env, said, problem);
    fclose(said);
    free(env);
    struct stat drawn;
    if (ran && (stat(output, &drawn) || drawn.st_size == 0)) {
        return problem_set(problem, "gnuplot drew nothing from %s", data);
    }
    return ran;
}

bool gnuplot_version(char *text, size_t size)
{
    char *argv[] = {"gnuplot", "--version", NULL};
    struct problem ignored;
    FILE *said = tmpfile();
    bool known = said && run(argv, environ, said, &ignored) && fgets(text, (int)size, said);
    if (known) {
        text[strcspn(text, "\n")] = '\0';
    }
    if (said) {
        fclose(said);
    }
    return known;
}
