/* cmd_record.c - `fitlab record`: a real program's mallocs as a trace. */
#define _GNU_SOURCE
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "programs/preload/preload.h"
#include "programs/record/session.h"
#include "workloads/trace/trace.h"

static const struct argp_option options[] = {
    {"output", 'o', "TRACE", 0, "The trace to write (default: PROGRAM" TRACE_EXTENSION ")", 0},
    {"children", 'c', NULL, 0,
     "Record every process that the command starts as well, the N-th in TRACE-N-PROGRAM", 0},
    {"times", 't', NULL, 0, "Record when each event happened, in nanoseconds", 0},
    {"sites", 's', NULL, 0, "Record a hash of the place in the program that made each call", 0},
    {"level", 'l', "1..19", 0, "Compress this hard [3]; 19 for traces to be kept", 0},
    {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct session_options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case 'c':
        o->flags |= CHANNEL_CHILDREN;
        return 0;
    case 't':
        o->flags |= CHANNEL_TIMES;
        return 0;
    case 's':
        o->flags |= CHANNEL_SITES;
        return 0;
    case 'l':
        o->level = (int)argument_number(state, "level", arg, 1, 19);
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        o->command = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argument_wrong(state, "nothing to record: give a command after --");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(int argc, char **argv)
{
    struct session_options o = {.flags = 0};
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "-- COMMAND...",
        .doc = "Run a command and record what it asks of malloc, as a trace to replay.\v"
               "The exit status is the command's. Of a command that replaces itself by exec, the "
               "last program is recorded; with --children each is. Programs that are linked "
               "statically or bring a malloc inside them cannot be recorded.\n\nExamples:\n"
               "  fitlab record -o sort.fltrace -- sort /etc/passwd\n"
               "  fitlab run -p first-fit best-fit -w sort.fltrace\n"
               "  fitlab record --children -o make.fltrace -- make"};
    arguments_parse_before(&argp, argc, argv, 0, &o);
    char name[NAME_MAX + 1];
    if (!o.output) {
        const char *slash = strrchr(o.command[0], '/');
        snprintf(name, sizeof name, "%.200s" TRACE_EXTENSION, slash ? slash + 1 : o.command[0]);
        o.output = name;
    }
    struct problem problem = {.text = ""};
    int status;
    return session_run(&o, &status, &problem) ? preload_exit_status(status)
                                              : command_fail(&problem);
}

const struct command command_record = {
    .name = "record",
    .group = GROUP_WORKLOADS,
    .summary = "a real program's mallocs as a trace",
    .run = run,
};
