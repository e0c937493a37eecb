#include "cli/sweep_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Draws in a process of its own, with the command that a user would type; only errors are shown. */
static _Noreturn void exec_plot(const struct sweep_spec *spec, const char *folder)
{
    const char **words = calloc(2 * spec->figures + 8, sizeof *words);
    size_t n = 0;
    if (words && freopen("/dev/null", "w", stdout)) {
        words[n++] = "fitlab";
        words[n++] = "plot";
        words[n++] = folder;
        for (size_t i = 0; i < spec->figures; i++) {
            words[n++] = "-f";
            words[n++] = spec->figure[i];
        }
        if (*spec->formats) {
            words[n++] = "--format";
            words[n++] = spec->formats;
        }
        execv("/proc/self/exe", (char *const *)words);
    }
    _exit(127);
}

bool sweep_draw(const struct sweep_spec *spec, const char *folder, struct problem *problem)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        exec_plot(spec, folder);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
        return problem_set(problem,
                           "%s: the CSVs are complete, but the figures are not: see 'fitlab plot "
                           "%s'",
                           folder, folder);
    }
    printf("%s/figures: drawn\n", folder);
    return true;
}
