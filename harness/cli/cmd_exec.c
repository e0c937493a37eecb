/* cmd_exec.c - `fitlab exec`: a real program on a policy. */
#include <argp.h>
#include <errno.h>
#include <string.h>

#include "command.h"
#include "exec.h"
#include "preload.h"

struct exec_words {
    const char *choice;
    char **command;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct exec_words *words = state->input;
    switch (key) {
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
            argp_error(state, "nothing to run: give a policy and a command");
            return EINVAL;
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(int argc, char **argv)
{
    struct exec_words words = {.choice = NULL};
    const struct argp argp = {
        .parser = parse,
        .args_doc = "POLICY -- COMMAND...",
        .doc =
            "Run a command, and all that it starts, with its memory under a policy.\v"
            "POLICY is a policy as in `fitlab run -p`, a plug-in's path, or one of glibc, "
            "jemalloc, mimalloc and tcmalloc. The command takes the place of fitlab, so that its "
            "output, its signals and its status are its own.\n\nExamples:\n"
            "  fitlab exec best-fit -- perl -e 'print 2 ** 10'\n"
            "  fitlab exec buddy -- gawk 'BEGIN { print 1 }'"};
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &words);
    struct problem problem = {.text = ""};
    struct exec_choice choice;
    if (!exec_choose(words.choice, &choice, &problem) ||
        !preload_check(words.command[0], &problem)) {
        return command_fail(&problem);
    }
    const char *settings[] = {*choice.setting ? choice.setting : NULL, NULL};
    struct preload preload = {.library = choice.preload, .settings = settings};
    preload_become(&preload, words.command, &problem);
    return command_fail(&problem);
}

const struct command command_exec = {
    .name = "exec",
    .summary = "a real program on a policy",
    .run = run,
};
