/* cmd_tune.c - `fitlab tune`: what the parameters of a policy are worth on a workload. */
#include <argp.h>
#include <stdio.h>

#include "advise/tune.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/sweep_draw.h"

enum { MOST_POLICIES = 64 };

struct options {
    struct wish wish;
    const char *policy[MOST_POLICIES], *workload[PROGRAMS_MOST];
    size_t workloads;
    const char *output;
    bool force, at_workloads; /* words that follow are more workloads */
};

enum { KEY_FORCE = 256, KEY_BITS };

static const struct argp_option option_table[] = {
    {"workload", 'w', "WORKLOAD...", 0, "On these; each must be completed", 0},
    {"output", 'o', "DIR", 0,
     "Write front.csv, the rows of what is on the front as a results folder, and the figure front",
     0},
    {"force", KEY_FORCE, 0, 0, "Replace the results that DIR has", 0},
    {"bits", KEY_BITS, "BITS", 0,
     "32: heaps of a device with 32 bits (default: those of this program)", 0},
    {"jobs", 'j', "N", 0, "Cells at once (default: one a core)", 0},
    {"quiet", 'q', 0, 0, "No progress", 0},
    {0},
};

static error_t add_workload(struct options *o, char *arg, struct argp_state *state)
{
    o->at_workloads = true;
    argument_append(state, "workloads", o->workload, &o->workloads, PROGRAMS_MOST, arg);
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'w':
        return add_workload(o, arg, state);
    case 'o':
        o->output = arg;
        return 0;
    case KEY_BITS:
        o->wish.bits = argument_one_bits(state, arg);
        return 0;
    case KEY_FORCE:
        o->force = true;
        return 0;
    case 'j':
        o->wish.jobs = (size_t)argument_number(state, "jobs", arg, 1, POOL_MOST_JOBS);
        return 0;
    case 'q':
        o->wish.quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (o->at_workloads) {
            return add_workload(o, arg, state);
        }
        argument_append(state, "policies", o->policy, &o->wish.policies, MOST_POLICIES, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->wish.policies || !o->workloads) {
            argument_wrong(state, "say what to tune, and on what: POLICY... -w WORKLOAD...");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "POLICY... -w WORKLOAD...",
    .doc =
        "Try the combinations of a policy's parameters on workloads, and print those of which no "
        "other "
        "is as good in memory (the smallest region that completes the workload), time (accesses to "
        "memory of the mean operation) and worst case (accesses of the costliest one), and better "
        "in one of them. Parameters that never matter are named. Parameters that the policy's text "
        "sets "
        "stay.\v"
        "All of it is counted, not timed: the result is the same on each run.\n\nExamples:\n"
        "  fitlab tune tlsf -w my.fltrace -o tuned\n"
        "  fitlab tune slim-fit half-fit -w uniform:events=5000"};

static bool write_all(const struct options *o, const struct tuning *t, struct problem *problem)
{
    static const char *front = "front";
    const struct sweep_spec figures = {.figure = &front, .figures = 1};
    return !o->output ||
           (tuning_write(t, o->output, problem) && sweep_draw(&figures, o->output, problem));
}

static int run(int argc, char **argv)
{
    struct options o = {.wish.jobs = pool_cores()};
    struct problem problem = {""};
    struct cell_sink sink;
    struct tuning t;
    o.wish.policy = o.policy;
    arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &o);
    if (!cell_sink_open(&sink, o.output, o.force, argc, argv, &problem)) {
        return command_fail(&problem);
    }
    bool tuned =
        tuning_find(&t, &o.wish, o.workload, o.workloads, o.output ? &sink : NULL, &problem);
    tuned = cell_sink_close(&sink, tuned, NULL, &problem);
    if (tuned) {
        tuning_print(&t, stdout);
    }
    tuned = tuned && write_all(&o, &t, &problem);
    tuning_close(&t);
    if (!tuned && !problem.text[0]) {
        fputs("fitlab: interrupted: the answer is not known\n", stderr);
        return EXIT_UNKNOWN;
    }
    return tuned ? EXIT_DONE : command_fail(&problem);
}

const struct command command_tune = {
    .name = "tune",
    .group = GROUP_EXPERIMENTS,
    .summary = "what a policy's parameters are worth on a workload",
    .run = run,
};
