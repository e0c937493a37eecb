/* cmd_merge.c - `fitlab merge A B -o C`: results folders united. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "sweep/merge.h"

enum { MOST_SOURCES = 4096, OPT_MIXED = 256 };

struct merge_args {
    const char *source[MOST_SOURCES];
    struct merge merge;
};

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "The folder to merge into; it may hold cells already", 0},
    {"mixed-machines", OPT_MIXED, 0, 0, "Let timings of different machines stand side by side", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct merge_args *args = state->input;
    switch (key) {
    case 'o':
        args->merge.output = arg;
        return 0;
    case OPT_MIXED:
        args->merge.mixed_machines = true;
        return 0;
    case ARGP_KEY_ARG:
        argument_append(state, "folders", args->source, &args->merge.sources, MOST_SOURCES, arg);
        return 0;
    case ARGP_KEY_END:
        if (!args->merge.output || args->merge.sources == 0) {
            argument_wrong(state, "give the folders to merge, and where to: merge A B -o C");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR... -o DIR",
    .doc =
        "Unite results folders of the same columns. Of a cell that several have, the first one's "
        "rows stay; provenance.csv and manifest.json say where each row comes from.\vExample:\n"
        "  fitlab merge monday tuesday -o both",
};

static bool is_output(const char *source, const char *output)
{
    char a[PATH_MAX], b[PATH_MAX];
    return realpath(source, a) && realpath(output, b) && !strcmp(a, b);
}

static int run(int argc, char **argv)
{
    static struct merge_args args;
    struct problem problem;
    char name[RESULTS_FOLDER_RUN_SIZE];
    size_t cells = 0;
    args.merge.source = args.source;
    arguments_parse(&argp, argc, argv, 0, &args);
    for (size_t i = 0; i < args.merge.sources; i++) {
        if (is_output(args.source[i], args.merge.output)) {
            problem_set(&problem, "-o %s: it is merged into anyway; leave it out of the sources",
                        args.merge.output);
            return command_fail(&problem);
        }
    }
    results_folder_name_run(name);
    args.merge.manifest = manifest_begin(argc, argv);
    bool done = args.merge.manifest &&
                manifest_run(args.merge.manifest, args.merge.output, name, &problem) &&
                merge_run(&args.merge, &cells, &problem);
    manifest_free(args.merge.manifest);
    if (!done) {
        return command_fail(&problem);
    }
    printf("%s: %zu cells\n", args.merge.output, cells);
    return EXIT_DONE;
}

const struct command command_merge = {
    .name = "merge",
    .group = GROUP_EXPERIMENTS,
    .summary = "results folders united, with the provenance of every row",
    .run = run,
};
