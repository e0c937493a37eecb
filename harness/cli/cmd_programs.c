/* cmd_programs.c - `fitlab programs`: real programs on policies, timed side by side. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/data_files.h"
#include "base/folders.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/gnuplot.h"
#include "programs/matrix/program_matrix.h"
#include "results/manifest.h"

struct programs_options {
    const char *spec, *output;
    bool quiet, no_figure;
};

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "The results folder [results/programs]", 0},
    {"no-figure", 'n', NULL, 0, "Draw nothing at the end", 0},
    {"quiet", 'q', NULL, 0, "No progress on standard error", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct programs_options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case 'n':
        o->no_figure = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        o->spec = argument_only(state, "spec", o->spec, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool make_folders(const char *folder, struct problem *problem)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/figures", folder);
    return folders_make(path) || problem_set(problem, "%s: %s", path, strerror(errno));
}

static bool draw(const char *folder, struct problem *problem)
{
    static const char *const formats[] = {"pdf", "svg", "png"};
    char data[PATH_MAX], output[PATH_MAX];
    snprintf(data, sizeof data, "%s/programs.csv", folder);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(output, sizeof output, "%s/figures/programs.%s", folder, formats[i]);
        if (!gnuplot_draw("programs", data, output, 7, problem)) {
            remove(output);
            return false;
        }
    }
    return true;
}

static bool write_manifest(struct manifest *manifest, const struct programs_options *o,
                           struct problem *problem)
{
    if (!manifest) {
        return problem_set(problem, "no memory for the manifest");
    }
    manifest_note(manifest, "spec", o->spec);
    return manifest_write(manifest, o->output, problem);
}

static int run(int argc, char **argv)
{
    struct programs_options o = {.spec = NULL, .output = "results/programs"};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[SPEC]",
        .doc =
            "Run programs on policies and on other mallocs: the same output as on the C library's, "
            "the peak resident set, and the time, by hyperfine in shuffled passes. SPEC is a YAML "
            "file, or the name of one that comes with fitlab; 'default', the one if none is given, "
            "explains itself.\v"
            "Leaves programs.csv (a row a pair), runs.csv (a row a timed run), manifest.json and "
            "figures/programs. Exit status 1 if a program did not do the same on some policy.\n\n"
            "Examples:\n"
            "  fitlab programs\n"
            "  echo '{policies: [tlsf], programs: [perl, gawk]}' >two.yaml\n"
            "  fitlab programs two.yaml -o out"};
    arguments_parse(&argp, argc, argv, 0, &o);
    char path[PATH_MAX];
    o.spec = data_file_spec(o.spec ? o.spec : "default", FITLAB_PROGRAMS_IN_SOURCE_TREE,
                            FITLAB_DATA_FROM_PROGRAM "/programs", path, sizeof path);
    struct problem problem = {.text = ""};
    struct programs_spec spec;
    struct manifest *manifest = manifest_begin(argc, argv);
    bool ok = programs_spec_read(o.spec, &spec, &problem) && make_folders(o.output, &problem);
    size_t failed = 0;
    ok = ok && programs_measure(&spec, o.output, o.quiet, &failed, &problem) &&
         write_manifest(manifest, &o, &problem) && (o.no_figure || draw(o.output, &problem));
    size_t pairs = spec.programs * spec.choices;
    manifest_free(manifest);
    programs_spec_free(&spec);
    if (!ok) {
        return command_fail(&problem);
    }
    printf("%s: %zu pairs of a program and a malloc: %zu ok", o.output, pairs, pairs - failed);
    if (failed) {
        printf(", %zu failed: see the status in %s/programs.csv", failed, o.output);
    }
    putchar('\n');
    if (!o.no_figure) {
        printf("%s/figures: drawn\n", o.output);
    }
    return failed ? EXIT_NO : EXIT_DONE;
}

const struct command command_programs = {
    .name = "programs",
    .group = GROUP_PROGRAMS,
    .summary = "real programs on policies, timed with hyperfine",
    .run = run,
};
