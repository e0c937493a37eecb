#include "spec/policy_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/registry.h"
#include "base/words.h"
#include "mallocs/foreign.h"
#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"
#include "packing/offline_policy.h"

const char policy_spec_narrow_place[] =
    "policies of 32 bits run in cells alone: in 'fitlab run', 'sweep', 'minheap', 'check', "
    "'advise' and 'tune'";

/* What a caller makes of the policy. */
struct taker {
    const struct policy *(*load)(const char *path, struct problem *); /* from a file */
    bool rows;   /* of a table, where a policy may know the workload beforehand */
    bool narrow; /* a policy of 32 bits can be asked */
};

static const struct policy *find_offline(const struct taker *taker, struct problem *problem)
{
    if (!taker->rows) {
        problem_set(problem, "policy offline packs a whole workload beforehand: only 'fitlab run', "
                             "'fitlab sweep' and 'fitlab minheap' take it as a policy; see also "
                             "'fitlab offline'");
        return NULL;
    }
    return &offline_policy;
}

static const struct policy *find_policy(const char *name, const struct taker *taker,
                                        struct problem *problem)
{
    if (!strcmp(name, offline_policy.name)) {
        return find_offline(taker, problem);
    }
    if (outside_policy_is_path(name)) {
        return taker->load(name, problem);
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
    for (size_t i = 0; registry_layers[i] && n < MOST; i++) {
        names[n++] = registry_layers[i]->policy.name;
    }
    names[n < MOST ? n++ : n - 1] = offline_policy.name;
    words_unknown("policy", name, names, n, "see 'fitlab list policies'", problem);
    return NULL;
}

/* The name of a layer is found among policies, too, for a message that helps. */
static bool must_be_layer(const struct stack_part *part, struct problem *problem)
{
    enum { MOST = 64 };
    const char *names[MOST];
    size_t n = 0;
    for (size_t i = 0; registry_policies[i]; i++) {
        if (!strcmp(registry_policies[i]->name, part->name)) {
            return problem_set(problem, "%s is no layer: a policy stands last, as in cache+%s",
                               part->name, part->name);
        }
    }
    for (size_t i = 0; registry_layers[i] && n < MOST; i++) {
        names[n++] = registry_layers[i]->policy.name;
    }
    words_unknown("layer", part->name, names, n, "see 'fitlab list policies'", problem);
    return false;
}

static const struct layer *find_layer(const struct stack_part *part, struct problem *problem)
{
    if (part->layer) {
        return part->layer;
    }
    if (!outside_policy_is_path(part->name)) {
        must_be_layer(part, problem);
        return NULL;
    }
    const struct policy *policy = outside_policy_load(part->name, problem);
    if (policy && !(policy->traits & POLICY_LAYER)) {
        problem_set(problem, "%s is no layer: a policy stands last, as in cache+%s", part->name,
                    part->name);
        return NULL;
    }
    return (const struct layer *)policy;
}

static const struct policy *find_bottom(const struct stack_part *part, bool in_stack,
                                        const struct taker *taker, struct problem *problem)
{
    const struct policy *policy =
        part->layer ? &part->layer->policy : find_policy(part->name, taker, problem);
    if (policy && policy->traits & POLICY_LAYER) {
        problem_set(problem, "%s is a layer, which needs a policy below it, as in %s+best-fit",
                    part->name, part->name);
        return NULL;
    }
    if (policy == &offline_policy && in_stack) {
        problem_set(problem,
                    "no layer can stand on offline, which serves the requests of one "
                    "workload alone; name a policy below the layers, as in cache+best-fit");
        return NULL;
    }
    if (policy && in_stack && foreign_of(policy)) {
        problem_set(
            problem,
            "no layer can stand on %s: it is a whole malloc, with memory of its own; name a "
            "policy below the layers, as in cache+best-fit",
            part->name);
        return NULL;
    }
    return policy;
}

/* Reads the settings of one part; its values stand before those of what is below it. */
static bool parse_part(struct policy_spec *spec, const struct stack_part *part,
                       const struct param *table, struct problem *problem)
{
    char whose[SPEC_MAX_TEXT];
    struct spec_values own;
    size_t below = param_count(spec->policy ? spec->policy->params : NULL);
    size_t n = param_count(table);
    snprintf(whose, sizeof whose, "%s %s", spec->policy ? "layer" : "policy", part->name);
    if (!spec_parse(whose, table, part->settings, &own, problem)) {
        return false;
    }
    memmove(spec->values.number + n, spec->values.number, below * sizeof own.number[0]);
    memcpy(spec->values.number, own.number, n * sizeof own.number[0]);
    return true;
}

static bool join(char *out, const char *upper, struct problem *problem)
{
    char text[2 * SPEC_MAX_TEXT + 2];
    int length = snprintf(text, sizeof text, "%s%s%s", upper, out[0] ? "+" : "", out);
    if (length >= SPEC_MAX_TEXT) {
        return problem_set(problem, "'%.64s...' is longer than %d characters with all parameters",
                           text, SPEC_MAX_TEXT - 1);
    }
    memcpy(out, text, (size_t)length + 1);
    return true;
}

bool policy_spec_format(const struct stack_parts *parts, const struct policy *policy,
                        const long *number, enum spec_form form, char *out, struct problem *problem)
{
    const struct policy *level[STACK_MOST_PARTS] = {0};
    const long *values[STACK_MOST_PARTS];
    for (size_t i = 0; i < parts->n; i++) {
        level[i] = policy;
        values[i] = number;
        if (i + 1 < parts->n) {
            number += stack_of(policy)->own;
            policy = stack_of(policy)->below;
        }
    }
    out[0] = '\0';
    for (size_t i = parts->n; i-- > 0;) {
        const struct param *table =
            i + 1 < parts->n ? stack_of(level[i])->layer->policy.params : level[i]->params;
        struct spec_values own = {.text_pool = ""};
        char one[SPEC_MAX_TEXT];
        if (table) {
            memcpy(own.number, values[i], param_count(table) * sizeof own.number[0]);
        }
        spec_format(parts->part[i].name, table, &own, form, one, sizeof one);
        if (!join(out, one, problem)) {
            return false;
        }
    }
    return true;
}

static bool parse(const char *text, const struct taker *taker, struct policy_spec *spec,
                  struct problem *problem)
{
    struct stack_parts *parts = &spec->parts;
    spec->policy = NULL;
    spec->values = (struct spec_values){.text_pool = ""};
    if (!stack_divide(text, parts, problem)) {
        return false;
    }
    for (size_t i = 0; i + 1 < parts->n; i++) {
        if (!find_layer(&parts->part[i], problem)) {
            return false;
        }
    }
    for (size_t i = parts->n; i-- > 0;) {
        const struct stack_part *part = &parts->part[i];
        bool bottom = i + 1 == parts->n;
        const struct layer *layer = bottom ? NULL : find_layer(part, problem);
        const struct policy *policy = bottom  ? find_bottom(part, parts->n > 1, taker, problem)
                                      : layer ? stack_on(layer, spec->policy, problem)
                                              : NULL;
        if (!policy ||
            !parse_part(spec, part, layer ? layer->policy.params : policy->params, problem)) {
            return false;
        }
        spec->policy = policy;
    }
    return policy_spec_format(parts, spec->policy, spec->values.number, SPEC_FULL, spec->full,
                              problem) &&
           policy_spec_format(parts, spec->policy, spec->values.number, SPEC_SHORT, spec->label,
                              problem);
}

/* ---- bits ---- */

/* Where a name says its bits, as "@32"; *end is behind it. NULL: none of the parts does. */
static const char *find_bits(const char *text, const char **end)
{
    for (size_t layer;; text += layer + 1) {
        size_t name = stack_name_length(text), bits = stack_bits_length(text, name);
        if (bits) {
            *end = text + name;
            return text + name - bits;
        }
        layer = stack_layer_length(text);
        if (!layer) {
            return NULL;
        }
    }
}

/* A policy of 32 bits, for this program of 64. */
static bool parse_narrow(const char *text, const struct taker *taker, struct policy_spec *spec,
                         struct problem *problem)
{
    struct stack_parts parts;
    char name[sizeof parts.part[0].name + 3], whose[96];
    if (!stack_divide(text, &parts, problem)) {
        return false;
    }
    if (parts.n > 1) {
        return problem_set(problem, "%s: layers run with the bits of fitlab only", text);
    }
    snprintf(name, sizeof name, "%s", parts.part[0].name);
    bool path = outside_policy_is_path(name);
    const struct policy *built_in = path ? NULL : find_policy(name, taker, problem);
    if (!path && !built_in) {
        return false;
    }
    if (!taker->narrow) {
        return problem_set(problem, "%s@32: %s", name, policy_spec_narrow_place);
    }
    if (built_in && (foreign_of(built_in) || built_in == &offline_policy)) {
        return problem_set(problem, "%s@32: it runs with the bits of this machine only", name);
    }
    spec->policy = narrow_load(name, built_in, true, problem);
    snprintf(whose, sizeof whose, "policy %.80s", name);
    if (!spec->policy ||
        !spec_parse(whose, spec->policy->params, parts.part[0].settings, &spec->values, problem)) {
        return false;
    }
    strcat(name, "@32");
    spec_format(name, spec->policy->params, &spec->values, SPEC_FULL, spec->full,
                sizeof spec->full);
    spec_format(name, spec->policy->params, &spec->values, SPEC_SHORT, spec->label,
                sizeof spec->label);
    return true;
}

static bool parse_with_bits(const char *text, const struct taker *taker, struct policy_spec *spec,
                            struct problem *problem)
{
    char plain[SPEC_MAX_TEXT];
    const char *end, *at = find_bits(text, &end);
    int bits = at ? atoi(at + 1) : NARROW_OWN_BITS;
    if (at &&
        (strlen(text) >= sizeof plain || (bits != 32 && bits != 64) || bits > NARROW_OWN_BITS)) {
        return problem_set(problem, "policy %s: give @32 or @64 for the bits of a pointer", text);
    }
    if (at) {
        snprintf(plain, sizeof plain, "%.*s%s", (int)(at - text), text, end);
        text = plain;
    }
    *spec = (struct policy_spec){.bits = bits};
    return bits == NARROW_OWN_BITS ? parse(text, taker, spec, problem)
                                   : parse_narrow(text, taker, spec, problem);
}

size_t policy_spec_for_bits(const char *text, unsigned set,
                            char out[POLICY_BITS_TEXTS][SPEC_MAX_TEXT])
{
    const char *end;
    int name = (int)stack_name_length(text);
    size_t n = 0;
    if (find_bits(text, &end) || !(set & POLICY_BITS_32)) {
        snprintf(out[0], SPEC_MAX_TEXT, "%s", text);
        return 1;
    }
    if (set & POLICY_BITS_64) {
        snprintf(out[n++], SPEC_MAX_TEXT, "%s", text);
    }
    snprintf(out[n++], SPEC_MAX_TEXT, "%.*s@32%s", name, text, text + name);
    return n;
}

bool policy_bits_parse(const char *text, unsigned *set, struct problem *problem)
{
    static const struct {
        const char *text;
        unsigned set;
    } words[] = {{"32", POLICY_BITS_32},
                 {"64", POLICY_BITS_64},
                 {"32,64", POLICY_BITS_32 | POLICY_BITS_64},
                 {"64,32", POLICY_BITS_32 | POLICY_BITS_64}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcmp(words[i].text, text)) {
            *set = words[i].set;
            return true;
        }
    }
    return problem_set(problem, "'%s' are no bits of a pointer: give 32, 64 or 32,64", text);
}

bool policy_spec_parse(const char *text, struct policy_spec *spec, struct problem *problem)
{
    static const struct taker taker = {outside_policy_load, false, false};
    return parse_with_bits(text, &taker, spec, problem);
}

bool policy_spec_parse_for_check(const char *text, struct policy_spec *spec,
                                 struct problem *problem)
{
    static const struct taker taker = {outside_policy_load_for_rows, false, true};
    return parse_with_bits(text, &taker, spec, problem);
}

bool policy_spec_parse_for_rows(const char *text, struct policy_spec *spec, struct problem *problem)
{
    static const struct taker taker = {outside_policy_load_for_rows, true, true};
    return parse_with_bits(text, &taker, spec, problem);
}

struct policy_spec policy_spec_of_heap(const struct policy_spec *spec, const struct heap *heap)
{
    struct policy_spec s = *spec;
    while (s.policy->traits & POLICY_STACK && strcmp(s.policy->name, heap->policy->name) != 0) {
        size_t own = stack_of(s.policy)->own;
        s.policy = stack_of(s.policy)->below;
        memmove(s.values.number, s.values.number + own,
                param_count(s.policy->params) * sizeof s.values.number[0]);
    }
    return s;
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
