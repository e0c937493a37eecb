/* cmd_check.c - `fitlab check`: a verdict on each property that a policy must have. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "conformance/check.h"
#include "conformance/property.h"
#include "mallocs/malloc_process.h"
#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"
#include "spec/policy_spec.h"

struct options {
    const char *specs[64];
    size_t count;
    unsigned bits; /* of enum policy_bits */
    struct check_options check;
};

enum { KEY_BITS = 256 };

static const struct argp_option option_table[] = {
    {"grid", 'g', 0, 0, "Every value of every parameter, not just the ones given", 0},
    {"property", 'P', "NAME", 0, "Only this property", 0},
    {"seed", 's', "N", 0, "Seed of the random operations (default 1)", 0},
    {"ops", 'n', "N", 0, "Operations in each random mix (default 2000; with --grid 300)", 0},
    {"timeout", 't', "SECONDS", 0, "A property that takes longer hangs (default 20)", 0},
    {"fail-fast", 'f', 0, 0, "Stop at the first failure", 0},
    {"bits", KEY_BITS, "BITS", 0, "32, 64 (default) or 32,64: of a pointer of the policies", 0},
    {0},
};

static bool is_property(const char *name)
{
    size_t i = 0;
    while (properties[i] && strcmp(properties[i]->name, name) != 0) {
        i++;
    }
    return properties[i] != NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'g':
        o->check.grid = true;
        return 0;
    case 'f':
        o->check.first_only = true;
        return 0;
    case 'P':
        o->check.property = arg;
        if (!is_property(arg)) {
            argument_wrong(state, "no property is called '%s': run without -P to see all", arg);
        }
        return 0;
    case 's':
        o->check.seed = argument_number(state, "seed", arg, 0, LONG_MAX);
        return 0;
    case 'n':
        o->check.ops = argument_number(state, "ops", arg, 1, LONG_MAX);
        return 0;
    case 't':
        o->check.timeout = argument_number(state, "timeout", arg, 1, LONG_MAX);
        return 0;
    case KEY_BITS:
        o->bits = argument_bits(state, arg);
        return 0;
    case ARGP_KEY_ARG:
        argument_append(state, "policies", o->specs, &o->count, sizeof o->specs / sizeof *o->specs,
                        arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argument_wrong(state, "name a policy: see 'fitlab list policies'");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A policy of 32 bits: the program that has it judges. */
static bool judge_narrow(const struct check_options *o, const struct policy_spec *spec, int *status,
                         struct problem *problem)
{
    const struct narrow *narrow = narrow_of(spec->policy);
    char number[5][24];
    const long value[] = {o->grid, o->first_only, o->seed, o->ops, o->timeout};
    for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
        snprintf(number[i], sizeof number[i], "%ld", value[i]);
    }
    const char *const argument[] = {"check",
                                    spec->full,
                                    narrow->library.path,
                                    narrow->library.symbol,
                                    number[0],
                                    number[1],
                                    number[2],
                                    number[3],
                                    number[4],
                                    o->property ? o->property : "",
                                    NULL};
    if (narrow->why) {
        return problem_set(problem, "%s", narrow->why);
    }
    fflush(stdout);
    return narrow_run(argument, -1, status, problem);
}

static bool resolve(const char *text, struct policy_spec *spec, struct problem *problem)
{
    if (!policy_spec_parse_for_check(text, spec, problem)) {
        return false;
    }
    if (outside_policy_unavailable(spec->policy)) {
        return problem_set(problem, "%s", outside_policy_unavailable(spec->policy));
    }
    return !malloc_process_needed(spec->policy) ||
           problem_set(problem,
                       "%s does not manage a region: replay it with every payload checked by "
                       "'fitlab run -p %s -m check'",
                       text, text);
}

/* Judges one policy. *status is EXIT_DONE, EXIT_NO, or that of a program that could not judge. */
static bool judge(const struct check_options *o, const struct policy_spec *spec, int *status,
                  struct problem *problem)
{
    if (narrow_of(spec->policy)) {
        return judge_narrow(o, spec, status, problem);
    }
    *status = check_policy(o, spec) ? EXIT_DONE : EXIT_NO;
    return true;
}

static int run(int argc, char **argv)
{
    struct options o = {.check = {.seed = 1, .timeout = 20}};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY...",
        .doc =
            "Judge whether a policy keeps the contract of policy.h: a verdict for each "
            "property. Each runs in a process of its own, so a crash or a hang is a verdict too. "
            "Exit status 1 if any property fails.\vExamples:\n"
            "  fitlab check best-fit:order=lifo\n"
            "  fitlab check --grid buddy\n"
            "  fitlab check --grid cache+arenas+best-fit\n"
            "  fitlab check ./my_fit.so\n"
            "  fitlab check --bits 32 tlsf"};
    arguments_parse(&argp, argc, argv, 0, &o);
    enum { MOST = POLICY_BITS_TEXTS * sizeof o.specs / sizeof *o.specs };
    static struct policy_spec specs[MOST];
    struct problem problem;
    size_t n = 0;
    for (size_t i = 0; i < o.count; i++) {
        char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
        size_t texts = policy_spec_for_bits(o.specs[i], o.bits, text);
        for (size_t k = 0; k < texts; k++) {
            if (!resolve(text[k], &specs[n++], &problem)) {
                return command_fail(&problem);
            }
        }
    }
    int worst = EXIT_DONE;
    for (size_t i = 0; i < n; i++) {
        int status;
        if (!judge(&o.check, &specs[i], &status, &problem)) {
            return command_fail(&problem);
        }
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct command command_check = {
    .name = "check",
    .group = GROUP_POLICIES,
    .summary = "does a policy keep the contract? a verdict on each property",
    .run = run,
};
