/* cmd_exec.c - `fitlab exec`: a real program on a policy. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "programs/exec/exec.h"
#include "programs/preload/preload.h"

struct exec_words {
    const char *choice, *stats;
    char **command;
};

static const struct argp_option options[] = {
    {"stats", 's', "FILE", 0,
     "Write a CSV with a row for each process that exits: the most bytes of its heap, and the "
     "policy's counters",
     0},
    {0},
};

/* Creates the file with its header, and the variable that names it to processes wherever they
 * are. */
static bool begin_stats(const char *file, char *variable, size_t size, struct problem *problem)
{
    FILE *out = fopen(file, "w");
    if (!out) {
        return problem_set(problem, "%s: %s", file, strerror(errno));
    }
    fputs("pid,peak_heap_bytes", out);
#define X(name, help) fputs("," #name, out);
    FITLAB_COUNTERS(X)
#undef X
    fputc('\n', out);
    char path[PATH_MAX];
    bool ok = fclose(out) == 0 && realpath(file, path);
    snprintf(variable, size, EXEC_STATS_VARIABLE "=%s", path);
    return ok || problem_set(problem, "%s: %s", file, strerror(errno));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct exec_words *words = state->input;
    switch (key) {
    case 's':
        words->stats = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (!words->choice) {
            words->choice = arg;
            return 0;
        }
        words->command = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        if (!words->command) {
            argument_wrong(state, "nothing to run: give a policy and a command");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Returns only with a problem. */
static bool become(const struct exec_words *words, struct problem *problem)
{
    struct exec_choice choice;
    char stats[PATH_MAX + 32];
    const char *settings[3] = {NULL};
    size_t count = 0;
    if (!exec_choose(words->choice, &choice, problem) ||
        !preload_check(words->command[0], problem)) {
        return false;
    }
    if (*choice.setting) {
        settings[count++] = choice.setting;
    }
    if (words->stats) {
        if (!choice.policy) {
            return problem_set(problem, "--stats: %s has no statistics: leave out --stats",
                               choice.label);
        }
        if (!begin_stats(words->stats, stats, sizeof stats, problem)) {
            return false;
        }
        settings[count] = stats;
    }
    struct preload preload = {.library = choice.preload, .settings = settings};
    return preload_become(&preload, words->command, problem);
}

static int run(int argc, char **argv)
{
    struct exec_words words = {.choice = NULL};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "POLICY -- COMMAND...",
        .doc =
            "Run a command, and all that it starts, with its memory under a policy.\v"
            "POLICY is a policy as in `fitlab run -p`, a plug-in's path, or one of glibc, "
            "jemalloc, mimalloc and tcmalloc. The command takes the place of fitlab, so that its "
            "output, its signals and its status are its own.\n\nExamples:\n"
            "  fitlab exec best-fit -- perl -e 'print 2 ** 10'\n"
            "  fitlab exec buddy -- gawk 'BEGIN { print 1 }'"};
    arguments_parse_before(&argp, argc, argv, 1, &words);
    struct problem problem = {.text = ""};
    become(&words, &problem);
    return command_fail(&problem);
}

const struct command command_exec = {
    .name = "exec",
    .group = GROUP_PROGRAMS,
    .summary = "a real program on a policy",
    .run = run,
};
