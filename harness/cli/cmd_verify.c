/* cmd_verify.c - `fitlab verify DIR`: a sample of deterministic cells, run again. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "results/pack.h"
#include "sweep/pool.h"
#include "sweep/verify.h"

enum { OPT_ALL = 256, OPT_SEED };

static const struct argp_option options[] = {
    {"sample", 'n', "N", 0, "How many cells to run again (20)", 0},
    {"all", OPT_ALL, 0, 0, "Run all of them again", 0},
    {"seed", OPT_SEED, "N", 0, "Another seed takes another sample (1)", 0},
    {"jobs", 'j', "N", 0, "Cells at a time (as many as cores)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct verify *verify = state->input;
    switch (key) {
    case 'n':
        verify->most = (unsigned long)argument_number(state, "sample", arg, 1, LONG_MAX);
        return 0;
    case OPT_ALL:
        verify->most = (unsigned long)-1;
        return 0;
    case OPT_SEED:
        verify->seed = (unsigned long)argument_number(state, "seed", arg, 0, LONG_MAX);
        return 0;
    case 'j':
        verify->jobs = (unsigned long)argument_number(state, "jobs", arg, 1, POOL_MOST_JOBS);
        return 0;
    case ARGP_KEY_ARG:
    case ARGP_KEY_NO_ARGS:
        verify->folder = argument_folder(state, verify->folder, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR",
    .doc = "Run a sample of a results folder's deterministic cells again, and compare their rows "
           "byte for byte. Of a folder that 'fitlab pack' has packed, also say which files and "
           "traces are missing or changed.\vExit status: 0 all are the same; 1 some are not, or "
           "can no longer be "
           "run as they were.\n\nExamples:\n"
           "  fitlab verify results/paper",
};

static int run(int argc, char **argv)
{
    struct verify verify = {.most = 20, .seed = 1, .jobs = pool_cores(), .report = stdout};
    arguments_parse(&argp, argc, argv, 0, &verify);
    struct verify_outcome outcome;
    struct pack_check pack;
    struct problem problem;
    if (!pack_verify(verify.folder, stdout, &pack, &problem) ||
        !verify_run(&verify, &outcome, &problem)) {
        return command_fail(&problem);
    }
    if (pack.packed) {
        printf("%s: %zu files and %zu traces of an archive: %zu missing or changed\n",
               verify.folder, pack.files, pack.traces, pack.wrong);
    }
    printf("%s: %lu of %lu deterministic cells run again: %lu the same, %lu not%s\n", verify.folder,
           outcome.same + outcome.different, outcome.deterministic, outcome.same, outcome.different,
           outcome.stopped ? " (stopped early)" : "");
    return outcome.different || outcome.stopped || pack.wrong ? EXIT_NO : EXIT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .group = GROUP_EXPERIMENTS,
    .summary = "a sample of deterministic cells, run again and compared",
    .run = run,
};
