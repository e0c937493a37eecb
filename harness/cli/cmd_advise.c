/* cmd_advise.c - `fitlab advise`: from a recording to a heap. */
#include <argp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "advise/advice.h"
#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/emit/code_size.h"

enum { MOST_POLICIES = 64 };

struct options {
    struct wish wish;
    const char *policy[MOST_POLICIES], *trace[PROGRAMS_MOST];
    size_t traces;
    const char *output;
    long fresh, seed;
    int form; /* -1: for people */
    bool json, together, force;
    bool at_policies; /* words that follow are more of them */
};

enum {
    KEY_GOAL = 256,
    KEY_MAX_ACCESSES,
    KEY_TOGETHER,
    KEY_FRESH,
    KEY_SEED,
    KEY_AS,
    KEY_JSON,
    KEY_FORCE,
    KEY_BITS
};

static const struct argp_option option_table[] = {
    {"budget", 'b', "BYTES", 0, "The pool may have at most so many bytes, margin included", 0},
    {"goal", KEY_GOAL, "WHAT", 0,
     "What is to be small: memory (default), time (accesses of the mean operation) or worst "
     "(accesses of the costliest one)",
     0},
    {"max-accesses", KEY_MAX_ACCESSES, "N", 0,
     "No operation of the recording may make more accesses to memory", 0},
    {"workload", 'w', "TRACE", 0, "The same as TRACE; any workload", 0},
    {"policy", 'p', "POLICY...", 0,
     "Choose among these (default: all that are built in, but for bump and textbook); parameters "
     "that are given stay",
     0},
    {"together", KEY_TOGETHER, 0, 0,
     "The traces are of parts of the product that run at the same time in one heap", 0},
    {"fresh", KEY_FRESH, "N", 0,
     "Try the pool on so many workloads like the recording that had no part in its margin (default "
     "40; 0: none)",
     0},
    {"seed", KEY_SEED, "N", 0, "Of these; the answer does not depend on it (default 1)", 0},
    {"as", KEY_AS, "FORM", 0,
     "Print a C header of constants (header), Kconfig lines (kconfig) or MALLOC_CONF (malloc-conf)",
     0},
    {"json", KEY_JSON, 0, 0, "Print the answer and the best candidates as JSON", 0},
    {"output", 'o', "DIR", 0,
     "Also write the best candidates' rows as a results folder, for plot and report", 0},
    {"force", KEY_FORCE, 0, 0, "Replace the results that DIR has", 0},
    {"bits", KEY_BITS, "BITS", 0,
     "32: heaps of a device with 32 bits (default: those of this program)", 0},
    {"jobs", 'j', "N", 0, "Cells at once (default: one a core)", 0},
    {"quiet", 'q', 0, 0, "No progress", 0},
    {0},
};

static int choice(struct argp_state *state, const char *option, const char *arg,
                  const char *const *names)
{
    size_t n = 0;
    for (; names[n]; n++) {
        if (!strcmp(names[n], arg)) {
            return (int)n;
        }
    }
    struct problem problem;
    words_unknown(option, arg, names, n, NULL, &problem);
    argument_wrong(state, "%s", problem.text);
}

static error_t add_policy(struct options *o, char *arg, struct argp_state *state)
{
    o->at_policies = true;
    argument_append(state, "policies", o->policy, &o->wish.policies, MOST_POLICIES, arg);
    return 0;
}

static error_t parse_more(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_AS:
        o->form = choice(state, "form", arg, advice_form_names);
        return 0;
    case KEY_JSON:
        o->json = true;
        return 0;
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
    case 'w':
        o->at_policies = false;
        argument_append(state, "traces", o->trace, &o->traces, PROGRAMS_MOST, arg);
        return 0;
    case ARGP_KEY_ARG:
        return o->at_policies ? add_policy(o, arg, state) : parse_more('w', arg, state);
    case ARGP_KEY_END:
        if (!o->traces) {
            argument_wrong(state, "say what the product does: TRACE, as 'fitlab record' writes it");
        }
        if (o->json && o->form >= 0) {
            argument_wrong(state, "--json and --as are two answers: give one of them");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'b':
        o->wish.budget_bytes = (double)argument_number(state, "budget", arg, 1, LONG_MAX);
        return 0;
    case KEY_GOAL:
        o->wish.goal = (enum goal)choice(state, "goal", arg, goal_names);
        return 0;
    case KEY_MAX_ACCESSES:
        o->wish.max_accesses = (double)argument_number(state, "max-accesses", arg, 1, LONG_MAX);
        return 0;
    case 'p':
        return add_policy(o, arg, state);
    case KEY_TOGETHER:
        o->together = true;
        return 0;
    case KEY_FRESH:
        o->fresh = argument_number(state, "fresh", arg, 0, 10000);
        return 0;
    case KEY_SEED:
        o->seed = argument_number(state, "seed", arg, 0, INT_MAX);
        return 0;
    default:
        return parse_more(key, arg, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "TRACE...",
    .doc =
        "Say which heap suits a recorded program: a policy, its parameters, and how large a pool, "
        "with "
        "the evidence. All policies and parameters are tried, most of them on a beginning of the "
        "recording. The pool is the smallest region that completes it, and a margin that "
        "covers 99 % of workloads like it: in another order, with other sizes, made by models. "
        "Several traces are runs that each must complete. Exit status 1: nothing keeps to the "
        "limits.\v"
        "All of it is counted, not timed, so that the answer is the same on each "
        "run.\n\nExamples:\n"
        "  fitlab advise my.fltrace --budget 1M\n"
        "  fitlab advise my.fltrace --goal worst --as header --fresh 0 -p tlsf half-fit\n"
        "  fitlab advise my.fltrace -o out --json --fresh 10 -p tlsf:second_level=8"};

_Static_assert((int)CODE_TARGETS <= (int)CODE_BYTES_MOST, "all processors have a place");

/* What the answer takes in a device's flash, by each compiler that is here. */
static void find_code(struct advice *a)
{
    for (unsigned target = 0; target < CODE_TARGETS; target++) {
        a->code[target] = (struct code_bytes){
            code_target_names[target], code_size(advice_best(a)->spec, (enum code_target)target)};
    }
}

static int answer(const struct options *o, const struct advice *a, int argc, char **argv)
{
    struct problem problem = {""};
    bool printed = true;
    if (o->json) {
        advice_print_json(a, stdout);
    } else if (o->form >= 0 && a->found) {
        char *command = command_words(argc, argv);
        printed = advice_print_as(a, (enum advice_form)o->form, command, stdout, &problem);
        free(command);
    } else {
        advice_print(a, stdout);
    }
    return !printed ? command_fail(&problem) : a->found ? EXIT_DONE : EXIT_NO;
}

static int run(int argc, char **argv)
{
    struct options o = {.fresh = 40, .seed = 1, .form = -1};
    struct problem problem = {""};
    struct cell_sink sink;
    struct advice a;
    o.wish.jobs = pool_cores();
    o.wish.policy = o.policy;
    arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &o);
    if (!cell_sink_open(&sink, o.output, o.force, argc, argv, &problem)) {
        return command_fail(&problem);
    }
    advice_open(&a, &o.wish);
    bool found = advice_find(&a, o.trace, o.traces, o.together, (size_t)o.fresh, (unsigned)o.seed,
                             o.output ? &sink : NULL, &problem);
    found = cell_sink_close(&sink, found, NULL, &problem);
    if (found && a.found && o.form < 0) {
        find_code(&a);
    }
    int status = found ? answer(&o, &a, argc, argv) : EXIT_UNKNOWN;
    if (!found && problem.text[0]) {
        status = command_fail(&problem);
    } else if (!found) {
        fputs("fitlab: interrupted: the answer is not known\n", stderr);
    }
    advice_close(&a);
    return status;
}

const struct command command_advise = {
    .name = "advise",
    .group = GROUP_EXPERIMENTS,
    .summary = "which policy, parameters and pool suit a recorded program",
    .run = run,
};
