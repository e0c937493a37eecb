/* cmd_verify.c - `fitlab verify DIR`: a sample of deterministic cells, run again. */
#include <argp.h>
#include <stdio.h>

#include "command.h"
#include "pool.h"
#include "spec.h"
#include "verify.h"

enum { OPT_ALL = 256, OPT_SEED };

static const struct argp_option options[] = {
    {"sample", 'n', "N", 0, "How many cells to run again (20)", 0},
    {"all", OPT_ALL, 0, 0, "Run all of them again", 0},
    {"seed", OPT_SEED, "N", 0, "Another seed takes another sample (1)", 0},
    {"jobs", 'j', "N", 0, "Cells at a time (as many as cores)", 0},
    {0},
};

static unsigned long number(const char *what, const char *arg, long least, struct argp_state *state)
{
    long value;
    if (!spec_number(arg, &value) || value < least) {
        argp_error(state, "%s %s: give a whole number from %ld", what, arg, least);
    }
    return (unsigned long)value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct verify *verify = state->input;
    switch (key) {
    case 'n':
        verify->most = number("--sample", arg, 1, state);
        return 0;
    case OPT_ALL:
        verify->most = (unsigned long)-1;
        return 0;
    case OPT_SEED:
        verify->seed = number("--seed", arg, 0, state);
        return 0;
    case 'j':
        verify->jobs = number("-j", arg, 1, state);
        return 0;
    case ARGP_KEY_ARG:
        if (verify->folder) {
            argp_error(state, "one folder at a time: '%s' is a second", arg);
        }
        verify->folder = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "give the results folder");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR",
    .doc = "Run a sample of a results folder's deterministic cells again, and compare their rows "
           "byte for byte.\vExit status: 0 all are the same; 1 some are not, or can no longer be "
           "run as they were.\n\nExamples:\n"
           "  fitlab verify results/paper",
};

static int run(int argc, char **argv)
{
    struct verify verify = {.most = 20, .seed = 1, .jobs = pool_cores(), .report = stdout};
    argp_parse(&argp, argc, argv, 0, NULL, &verify);
    struct verify_outcome outcome;
    struct problem problem;
    if (!verify_run(&verify, &outcome, &problem)) {
        return command_fail(&problem);
    }
    printf("%s: %lu of %lu deterministic cells run again: %lu the same, %lu not%s\n", verify.folder,
           outcome.same + outcome.different, outcome.deterministic, outcome.same, outcome.different,
           outcome.stopped ? " (stopped early)" : "");
    return outcome.different || outcome.stopped ? EXIT_NO : EXIT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "a sample of deterministic cells, run again and compared",
    .run = run,
};
