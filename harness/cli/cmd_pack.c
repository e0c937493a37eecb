/* cmd_pack.c - `fitlab pack DIR -o paper.tar.zst`: a results folder as one archive to give away. */
#include <argp.h>
#include <stdio.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "results/pack.h"

enum { OPT_WITH_TRACES = 256 };

static const struct argp_option options[] = {
    {"output", 'o', "FILE.tar.zst", 0, "The archive to write; it unpacks into the folder FILE", 0},
    {"with-traces", OPT_WITH_TRACES, 0, 0,
     "Take the traces of the workloads along, too, and not their digests alone", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct pack *pack = state->input;
    switch (key) {
    case 'o':
        pack->output = arg;
        return 0;
    case OPT_WITH_TRACES:
        pack->with_traces = true;
        return 0;
    case ARGP_KEY_ARG:
    case ARGP_KEY_NO_ARGS:
        pack->folder = argument_folder(state, pack->folder, arg);
        return 0;
    case ARGP_KEY_END:
        if (!pack->output) {
            argument_wrong(state, "say where to: pack DIR -o FILE.tar.zst");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR -o FILE.tar.zst",
    .doc =
        "Pack a results folder into one archive, for readers of a paper: the tables, the manifest, "
        "the spec of the sweep, the numbers and captions of the figures, the commands that "
        "measured and drew, the digests of the traces, and a digest of each of these files. The "
        "same folder gives the same bytes.\v"
        "Who unpacks it (tar xf FILE.tar.zst) gives the folder to 'fitlab verify', which says what "
        "is missing or changed and runs cells again; to 'fitlab plot', which draws the figures; "
        "or to any other command.\n\nExamples:\n"
        "  fitlab pack results/paper -o paper.tar.zst\n"
        "  fitlab pack results/paper --with-traces -o paper-with-traces.tar.zst",
};

static int run(int argc, char **argv)
{
    struct pack pack = {0};
    struct problem problem;
    arguments_parse(&argp, argc, argv, 0, &pack);
    if (!pack_write(&pack, &problem)) {
        return command_fail(&problem);
    }
    printf("%s: %zu files", pack.output, pack.files);
    if (pack.with_traces) {
        printf(", %zu of them traces", pack.traces);
    }
    putchar('\n');
    return EXIT_DONE;
}

const struct command command_pack = {
    .name = "pack",
    .group = GROUP_EXPERIMENTS,
    .summary = "a results folder as one archive to give away with a paper",
    .run = run,
};
