#include "spec/policy_spec.h"

#include <stdio.h>
#include <string.h>

#include "allocators/registry.h"
#include "base/words.h"
#include "mallocs/outside_policy.h"

typedef const struct policy *load_target(const char *path, struct problem *);

static const struct policy *find_policy(const char *name, load_target *load,
                                        struct problem *problem)
{
    if (outside_policy_is_path(name)) {
        return load(name, problem);
    }
    enum { MOST = 128 };
    const char *names[MOST];
    size_t n = 0;
    for (size_t i = 0; registry_policies[i] && n < MOST; i++) {
        if (!strcmp(registry_policies[i]->name, name)) {
            return registry_policies[i];
        }
        names[n++] = registry_policies[i]->name;
    }
    for (size_t i = 0; reference_mallocs[i] && n < MOST; i++) {
        if (!strcmp(reference_mallocs[i]->name, name)) {
            return reference_mallocs[i];
        }
        names[n++] = reference_mallocs[i]->name;
    }
    words_unknown("policy", name, names, n, "see 'fitlab list policies'", problem);
    return NULL;
}

static bool parse(const char *text, load_target *load, struct policy_spec *spec,
                  struct problem *problem)
{
    char name[SPEC_MAX_TEXT / 2], whose[96];
    const char *settings = spec_split(text, name, sizeof name);
    spec->policy = find_policy(name, load, problem);
    if (!spec->policy) {
        return false;
    }
    snprintf(whose, sizeof whose, "policy %s", spec->policy->name);
    const struct param *table = spec->policy->params;
    if (!spec_parse(whose, table, settings, &spec->values, problem)) {
        return false;
    }
    spec_format(name, table, &spec->values, SPEC_FULL, spec->full, sizeof spec->full);
    spec_format(name, table, &spec->values, SPEC_SHORT, spec->label, sizeof spec->label);
    return true;
}

bool policy_spec_parse(const char *text, struct policy_spec *spec, struct problem *problem)
{
    return parse(text, outside_policy_load, spec, problem);
}

bool policy_spec_parse_for_rows(const char *text, struct policy_spec *spec, struct problem *problem)
{
    return parse(text, outside_policy_load_for_rows, spec, problem);
}

const char *policy_spec_choice(const struct policy_spec *spec, const char *parameter)
{
    const struct param *table = spec->policy->params;
    for (size_t i = 0; i < param_count(table); i++) {
        if (!strcmp(table[i].name, parameter) && table[i].choices) {
            return table[i].choices[spec->values.number[i]];
        }
    }
    return NULL;
}
