/* cmd_check.c - `fitlab check`: a verdict on each property that a policy must have. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "conformance/conformance.h"
#include "mallocs/malloc_process.h"
#include "spec/policy_spec.h"

struct options {
    const char *specs[64];
    size_t count;
    const char *property; /* only this one; NULL: all */
    bool grid, first_only;
    long seed, ops, timeout;
};

static const struct argp_option option_table[] = {
    {"grid", 'g', 0, 0, "Every value of every parameter, not just the ones given", 0},
    {"property", 'P', "NAME", 0, "Only this property", 0},
    {"seed", 's', "N", 0, "Seed of the random operations (default 1)", 0},
    {"ops", 'n', "N", 0, "Operations in each random mix (default 2000; with --grid 300)", 0},
    {"timeout", 't', "SECONDS", 0, "A property that takes longer hangs (default 20)", 0},
    {"fail-fast", 'f', 0, 0, "Stop at the first failure", 0},
    {0},
};

static bool is_property(const char *name)
{
    for (size_t i = 0; properties[i]; i++) {
        if (!strcmp(properties[i]->name, name)) {
            return true;
        }
    }
    return false;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'g':
        o->grid = true;
        return 0;
    case 'f':
        o->first_only = true;
        return 0;
    case 'P':
        o->property = arg;
        if (!is_property(arg)) {
            argument_wrong(state, "no property is called '%s': run without -P to see all", arg);
        }
        return 0;
    case 's':
        o->seed = argument_number(state, "seed", arg, 0, LONG_MAX);
        return 0;
    case 'n':
        o->ops = argument_number(state, "ops", arg, 1, LONG_MAX);
        return 0;
    case 't':
        o->timeout = argument_number(state, "timeout", arg, 1, LONG_MAX);
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

/* The verdicts of one policy so far. */
struct judgement {
    const struct options *options;
    struct conformance conformance;
    const struct policy_spec *spec;
    char name[SPEC_MAX_TEXT]; /* as given: the path of a plug-in is more exact than its name */
    size_t sets, verdicts, failures;
};

static const char *const outcome_words[] = {
    [OUTCOME_NONE] = "?", [OUTCOME_PASS] = "ok", [OUTCOME_SKIP] = "skip", [OUTCOME_FAIL] = "FAIL"};

static void print_verdict(const struct property *property, const struct verdict *v)
{
    printf("  %-4s  %-12s %s\n", outcome_words[v->outcome], property->name, property->sentence);
    if (v->detail[0]) {
        printf("        %-12s %s\n", "", v->detail);
    }
    fflush(stdout);
}

/* Whether all the properties of the random mixes hold. If not, they are tested one by one. */
static bool hold_together(const struct judgement *j, const long *arg)
{
    struct verdict verdict;
    conformance_judge(&j->conformance, &property_mixes, arg, &verdict);
    return verdict.outcome == OUTCOME_PASS;
}

/* Prints all verdicts, or of a grid the failures alone. */
static bool judge_set(const long *arg, void *context)
{
    struct judgement *j = context;
    size_t failed = 0, judged = 0;
    struct problem too_long;
    char spec[SPEC_MAX_TEXT];
    policy_spec_format(&j->spec->parts, j->spec->policy, arg,
                       j->options->grid ? SPEC_SHORT : SPEC_FULL, spec, &too_long);
    bool mixes_hold = j->options->grid && !j->options->property && hold_together(j, arg);
    if (!j->options->grid) {
        printf("%s\n", spec);
    }
    for (size_t i = 0; properties[i]; i++) {
        if (j->options->property && strcmp(j->options->property, properties[i]->name) != 0) {
            continue;
        }
        struct verdict verdict = {.outcome = OUTCOME_PASS};
        if (!properties[i]->in_mixes || !mixes_hold) {
            conformance_judge(&j->conformance, properties[i], arg, &verdict);
        }
        judged += verdict.outcome != OUTCOME_SKIP;
        failed += verdict.outcome == OUTCOME_FAIL;
        if (j->options->grid && verdict.outcome == OUTCOME_FAIL && failed == 1) {
            printf("%s\n", spec);
        }
        if (!j->options->grid || verdict.outcome == OUTCOME_FAIL) {
            print_verdict(properties[i], &verdict);
        }
        if (failed && j->options->first_only) {
            break;
        }
    }
    j->sets++;
    j->verdicts += judged;
    j->failures += failed;
    return !(failed && j->options->first_only);
}

static bool judge_policy(const struct options *o, const struct policy_spec *spec)
{
    struct judgement j = {.options = o,
                          .conformance = {.policy = spec->policy,
                                          .seed = (uint64_t)o->seed,
                                          .ops = (size_t)(o->ops    ? o->ops
                                                          : o->grid ? 300
                                                                    : 2000),
                                          .timeout_s = (unsigned)o->timeout},
                          .spec = spec};
    for (size_t i = 0; i < spec->parts.n; i++) {
        size_t used = strlen(j.name);
        snprintf(j.name + used, sizeof j.name - used, "%s%s", i ? "+" : "",
                 spec->parts.part[i].name);
    }
    if (o->grid) {
        grid_visit(spec->policy->params, judge_set, &j);
    } else {
        judge_set(spec->values.number, &j);
    }
    printf("%s: %zu of %zu properties hold", j.name, j.verdicts - j.failures, j.verdicts);
    printf(o->grid ? ", over %zu settings\n" : "\n", j.sets);
    return j.failures == 0;
}

static int run(int argc, char **argv)
{
    struct options o = {.seed = 1, .timeout = 20};
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
            "  fitlab check ./my_fit.so"};
    arguments_parse(&argp, argc, argv, 0, &o);
    static struct policy_spec specs[sizeof o.specs / sizeof *o.specs];
    for (size_t i = 0; i < o.count; i++) {
        struct problem problem;
        if (!policy_spec_parse(o.specs[i], &specs[i], &problem)) {
            return command_fail(&problem);
        }
        if (malloc_process_needed(specs[i].policy)) {
            problem_set(&problem,
                        "%s does not manage a region: replay it with every payload checked by "
                        "'fitlab run -p %s -m check'",
                        o.specs[i], o.specs[i]);
            return command_fail(&problem);
        }
    }
    bool sound = true;
    for (size_t i = 0; i < o.count; i++) {
        sound = judge_policy(&o, &specs[i]) && sound;
    }
    return sound ? EXIT_DONE : EXIT_NO;
}

const struct command command_check = {
    .name = "check",
    .group = GROUP_POLICIES,
    .summary = "does a policy keep the contract? a verdict on each property",
    .run = run,
};
