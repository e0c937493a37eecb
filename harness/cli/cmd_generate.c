/* cmd_generate.c - `fitlab generate`: a synthetic workload, written down as a trace. */
#include <argp.h>
#include <stdlib.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "spec/spec.h"
#include "spec/workload_spec.h"
#include "workloads/trace/trace_store.h"

struct options {
    const char *workload, *output;
    long level;
};

static const struct argp_option option_table[] = {
    {"output", 'o', "TRACE", 0, "The file to write; - is standard output", 0},
    {"level", 'l', "N", 0, "zstd's level, 1 to 19 (default 3)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case 'l':
        o->level = argument_number(state, "level", arg, 1, 19);
        return 0;
    case ARGP_KEY_ARG:
        o->workload = argument_only(state, "workload", o->workload, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->workload || !o->output) {
            argument_wrong(state, "say what to write and where: WORKLOAD -o TRACE");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool generate(const struct options *o, struct problem *problem)
{
    struct workload_spec spec;
    if (!workload_spec_parse(o->workload, &spec, problem)) {
        return false;
    }
    struct workload *w = workload_spec_open(&spec, problem);
    if (!w) {
        return false;
    }
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "generator", "fitlab " FITLAB_VERSION);
    provenance_add(&provenance, "workload", "%s", spec.full);
    struct trace_writer *out = trace_create(o->output, &provenance, 0, problem);
    if (out) {
        trace_set_level(out, (int)o->level);
    }
    bool ok = out && trace_store(out, w, problem);
    workload_close(w);
    if (!ok) {
        trace_abort(out);
        return false;
    }
    return trace_finish(out, NULL, problem);
}

static int run(int argc, char **argv)
{
    struct options o = {.level = 3};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "WORKLOAD -o TRACE",
        .doc = "Write a workload down as a trace file: what 'fitlab run -w TRACE' replays "
               "is then the same events.\vWORKLOAD is what 'fitlab list workloads' shows, such "
               "as uniform:live=1000,events=1M,seed=7.\n\nExamples:\n"
               "  fitlab generate sawtooth:events=1M -o sawtooth.fltrace\n"
               "  fitlab info sawtooth.fltrace"};
    arguments_parse(&argp, argc, argv, 0, &o);
    return generate(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_generate = {
    .name = "generate",
    .group = GROUP_WORKLOADS,
    .summary = "a synthetic workload, written to a trace file",
    .run = run,
};
