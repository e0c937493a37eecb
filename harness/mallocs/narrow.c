#define _GNU_SOURCE
#include "mallocs/narrow.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/data_files.h"
#include "base/temporary.h"
#include "mallocs/heap_source.h"

extern char **environ;

const char narrow_remedy[] = "policies of 32 bits run in fitlab-cell32, which is not here: install "
                             "gcc-multilib (its name in "
                             "Debian), then configure and build fitlab again";

enum { MOST_PARAMS = 24, MOST_CHOICES = 32 };

/* What was loaded. There are few, and they stay loaded. */
static struct loaded {
    struct narrow narrow;
    char *name;
    struct param param[MOST_PARAMS + 1];
    struct loaded *next;
} * loaded;

/* ---- the program ---- */

bool narrow_program(char *path, size_t size)
{
    static const char *const places[] = {"fitlab-cell32", "../fitlab-cell32",
                                         FITLAB_LIBEXEC_FROM_PROGRAM "/fitlab-cell32"};
    char folder[PATH_MAX];
    program_folder(folder, sizeof folder);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int n = snprintf(path, size, "%s%s", folder, places[i]);
        if (n > 0 && (size_t)n < size && access(path, X_OK) == 0) {
            return true;
        }
    }
    return false;
}

const char *narrow_not_started(int error)
{
    return error == ENOEXEC ? "this kernel starts no programs of 32 bits: boot it with "
                              "ia32_emulation=on, or use another machine"
                            : strerror(error);
}

enum { MOST_ARGUMENTS = 16 };

bool narrow_run(const char *const *argument, int output, int *status, struct problem *problem)
{
    char program[PATH_MAX];
    const char *argv[MOST_ARGUMENTS + 2] = {"fitlab-cell32"};
    for (size_t i = 0; i < MOST_ARGUMENTS && argument[i]; i++) {
        argv[i + 1] = argument[i];
    }
    if (!narrow_program(program, sizeof program)) {
        return problem_set(problem, "%s", narrow_remedy);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (output >= 0) {
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    }
    pid_t pid;
    /* argv's strings are not written to: the type is older than const */
    int error = posix_spawn(&pid, program, &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) {
        return problem_set(problem, "%s: %s", program, narrow_not_started(error));
    }
    int ending = 0;
    while (waitpid(pid, &ending, 0) < 0 && errno == EINTR) {
    }
    *status = WEXITSTATUS(ending);
    return WIFEXITED(ending) || problem_set(problem, "%s: ended by a signal", program);
}

/* ---- reading a description ---- */

/* Splits a line at its tabs; returns how many fields there are. */
static size_t split(char *line, char **field, size_t most)
{
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    while (line && n < most) {
        field[n++] = strsep(&line, "\t");
    }
    return n;
}

/* param NAME HELP UNIT INIT MIN MAX CHOICE... */
static bool read_param(char **field, size_t n, struct param *row)
{
    enum { FIXED = 7 };
    if (n < FIXED) {
        return false;
    }
    *row = (struct param){.name = strdup(field[1]),
                          .help = strdup(field[2]),
                          .unit = *field[3] ? strdup(field[3]) : NULL,
                          .init = atol(field[4]),
                          .min = atol(field[5]),
                          .max = atol(field[6])};
    if (n > FIXED) {
        const char **choices = calloc(n - FIXED + 1, sizeof *choices);
        for (size_t i = FIXED; choices && i < n; i++) {
            choices[i - FIXED] = strdup(field[i]);
        }
        row->choices = choices;
    }
    return row->name && row->help && (n == FIXED || row->choices);
}

/* policy NAME SUMMARY TRAITS, then its parameters, or: problem TEXT */
static bool read_description(FILE *in, struct loaded *l, struct problem *problem)
{
    char line[4096], *field[7 + MOST_CHOICES];
    size_t params = 0;
    bool named = false;
    while (fgets(line, sizeof line, in)) {
        size_t n = split(line, field, sizeof field / sizeof *field);
        if (!strcmp(field[0], "problem") && n == 2) {
            return problem_set(problem, "%s", field[1]);
        }
        if (!strcmp(field[0], "policy") && n == 4) {
            l->narrow.policy.name = strdup(field[1]);
            l->narrow.policy.summary = strdup(field[2]);
            l->narrow.policy.traits = (uint32_t)strtoul(field[3], NULL, 10);
            named = l->narrow.policy.name && l->narrow.policy.summary;
        } else if (strcmp(field[0], "param") || params == MOST_PARAMS ||
                   !read_param(field, n, &l->param[params++])) {
            return problem_set(problem, "%s: fitlab-cell32 describes it in words unknown here",
                               l->name);
        }
    }
    l->narrow.policy.params = l->param;
    return named || problem_set(problem, "%s: fitlab-cell32 cannot load it", l->name);
}

static bool ask(struct loaded *l, struct problem *problem)
{
    const char *const argument[] = {"describe", l->name, l->narrow.library.path,
                                    l->narrow.library.symbol, NULL};
    int status;
    FILE *file = temporary_stream(problem);
    bool asked = file && narrow_run(argument, fileno(file), &status, problem);
    if (asked) {
        rewind(file);
        asked = read_description(file, l, problem) && status == 0;
    }
    if (file) {
        fclose(file);
    }
    return asked;
}

/* ---- loading ---- */

/* Finds the library of a path: what it is compiled to, if it is a C file. */
static bool find_library(struct loaded *l, struct problem *problem)
{
    static struct source_plugin plugin;
    size_t length = strlen(l->name);
    if (length > 2 && !strcmp(l->name + length - 2, ".c")) {
        l->narrow.source = l->name;
        enum source_outcome outcome = source_build(l->name, 32, &plugin, problem);
        l->narrow.lab = plugin.lab;
        l->narrow.library = plugin.library;
        return outcome == SOURCE_BUILT;
    }
    if (!library_open(l->name, &l->narrow.library, problem)) {
        return false;
    }
    return l->narrow.library.kind == LIBRARY_POLICY ||
           problem_set(problem, "%s: a library with malloc and free runs with the bits of fitlab",
                       l->name);
}

static struct loaded *find(const char *name)
{
    struct loaded *l = loaded;
    while (l && strcmp(l->name, name) != 0) {
        l = l->next;
    }
    return l;
}

/* Stands for a policy that cannot run: with the parameters of the one built in, if there is one. */
static bool stand_in(struct loaded *l, const struct policy *built_in, const char *why)
{
    l->narrow.why = strdup(why);
    l->narrow.policy.traits = POLICY_OPAQUE;
    l->narrow.policy.name = built_in ? built_in->name : l->name;
    l->narrow.policy.summary = built_in ? built_in->summary : "a policy that cannot run here";
    l->narrow.policy.params = built_in ? built_in->params : NULL;
    return l->narrow.why != NULL;
}

const struct policy *narrow_load(const char *name, const struct policy *built_in, bool for_rows,
                                 struct problem *problem)
{
    struct loaded *l = find(name);
    if (l && (!l->narrow.why || for_rows || built_in)) {
        return &l->narrow.policy;
    }
    l = calloc(1, sizeof *l);
    if (!l || !(l->name = strdup(name))) {
        free(l);
        problem_set(problem, "%s: no memory", name);
        return NULL;
    }
    l->narrow.policy.abi = FITLAB_POLICY_ABI;
    char program[PATH_MAX];
    bool ready =
        narrow_program(program, sizeof program) || problem_set(problem, "%s", narrow_remedy);
    ready = ready && (built_in || find_library(l, problem)) && ask(l, problem);
    if (!ready && !((for_rows || built_in) && stand_in(l, built_in, problem->text))) {
        free(l->name);
        free(l);
        return NULL;
    }
    l->next = loaded;
    loaded = l;
    return &l->narrow.policy;
}

const struct narrow *narrow_of(const struct policy *policy)
{
    for (const struct loaded *l = loaded; l; l = l->next) {
        if (&l->narrow.policy == policy) {
            return &l->narrow;
        }
    }
    return NULL;
}
