#include "conformance/check.h"

#include <stdio.h>
#include <string.h>

#include "conformance/conformance.h"

/* The verdicts of one policy so far. */
struct judgement {
    const struct check_options *options;
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

/* Prints all verdicts, or of a grid the failures alone. */
static bool judge_set(const long *arg, void *context)
{
    struct judgement *j = context;
    size_t failed = 0, judged = 0;
    struct problem too_long;
    char spec[SPEC_MAX_TEXT];
    policy_spec_format(&j->spec->parts, j->spec->policy, arg,
                       j->options->grid ? SPEC_SHORT : SPEC_FULL, spec, &too_long);
    enum outcome outcome[PROPERTY_COUNT];
    bool hold = j->options->grid && !j->options->property &&
                conformance_judge_together(&j->conformance, arg, outcome);
    if (!j->options->grid) {
        printf("%s\n", spec);
    }
    for (size_t i = 0; properties[i]; i++) {
        if (j->options->property && strcmp(j->options->property, properties[i]->name) != 0) {
            continue;
        }
        struct verdict verdict;
        if (hold) {
            verdict.outcome = outcome[i];
        } else {
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

bool check_policy(const struct check_options *o, const struct policy_spec *spec)
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
