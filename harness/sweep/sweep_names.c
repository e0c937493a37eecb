#include "sweep/sweep_reading.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "sweep/spec_grid.h"
#include "workloads/array.h"
#include "workloads/workload_kind.h"

/* Converts a path relative to the spec's file into one relative to the current folder. */
static bool from_here(const struct sweep_spec *spec, const char *text, char *here, size_t size,
                      struct problem *problem)
{
    const char *slash = strrchr(spec->path, '/');
    size_t name = strcspn(text, ":");
    bool is_path =
        memchr(text, '/', name) || (name > 8 && !strncmp(text + name - 8, ".fltrace", 8));
    int folder = slash && is_path && text[0] != '/' ? (int)(slash - spec->path) + 1 : 0;
    int n = snprintf(here, size, "%.*s%s", folder, spec->path, text);
    return (n > 0 && (size_t)n < size) || problem_set(problem, "'%.64s...' is too long", text);
}

/* The same for each part of a stack of layers. */
static bool stack_from_here(const struct sweep_spec *spec, const char *text, char *here,
                            size_t size, struct problem *problem)
{
    struct stack_parts parts;
    size_t used = 0;
    if (!stack_divide(text, &parts, problem)) {
        return false;
    }
    for (size_t i = 0; i < parts.n; i++) {
        const struct stack_part *part = &parts.part[i];
        char name[SPEC_MAX_TEXT];
        if (!from_here(spec, part->name, name, sizeof name, problem)) {
            return false;
        }
        used += (size_t)snprintf(here + used, size - used, "%s%s%s%s", i ? "+" : "", name,
                                 part->settings[0] ? ":" : "", part->settings);
        if (used >= size) {
            return problem_set(problem, "'%.64s...' is too long", text);
        }
    }
    return true;
}

static bool policy_params(void *ctx, const char *name, const struct param **table,
                          struct problem *problem)
{
    const struct reading *reading = ctx;
    char here[SPEC_MAX_TEXT], of_bits[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
    struct policy_spec spec;
    if (!stack_from_here(reading->spec, name, here, sizeof here, problem)) {
        return false;
    }
    policy_spec_for_bits(here, reading->spec->bits, of_bits);
    if (!policy_spec_parse_for_rows(of_bits[0], &spec, problem)) {
        return false;
    }
    *table = spec.policy->params;
    return true;
}

static bool policy_set(void *ctx, const char *text, const char *key, const char *value, char *out,
                       size_t size, struct problem *problem)
{
    (void)ctx;
    return stack_add_setting(text, key, value, out, size, problem);
}

static bool workload_set(void *ctx, const char *text, const char *key, const char *value, char *out,
                         size_t size, struct problem *problem)
{
    (void)ctx;
    int wrote = snprintf(out, size, "%s%c%s=%s", text, strchr(text, ':') ? ',' : ':', key, value);
    return (size_t)wrote < size ||
           problem_set(problem, "the parameters of '%.64s' are too long", text);
}

static bool add_text(struct reading *reading, const char *text, struct problem *problem)
{
    struct sweep_spec *s = reading->spec;
    struct policy_spec *grown =
        array_reserve(s->policy, &reading->policy_room, s->policies + 1, sizeof *grown);
    if (!grown) {
        return problem_set(problem, "out of memory");
    }
    s->policy = grown;
    struct policy_spec *added = &grown[s->policies];
    if (!policy_spec_parse_for_rows(text, added, problem)) {
        return false;
    }
    for (size_t i = 0; i < s->policies; i++) {
        if (!strcmp(grown[i].full, added->full)) {
            return true; /* two grids may give the same combination */
        }
    }
    s->policies++;
    return true;
}

static bool add_one_policy(struct reading *reading, const char *text, struct problem *problem)
{
    char of_bits[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
    size_t n = policy_spec_for_bits(text, reading->spec->bits, of_bits), i = 0;
    while (i < n && add_text(reading, of_bits[i], problem)) {
        i++;
    }
    return i == n;
}

static bool add_policy(void *ctx, const char *text, struct problem *problem)
{
    struct reading *reading = ctx;
    char here[SPEC_MAX_TEXT];
    return stack_from_here(reading->spec, text, here, sizeof here, problem) &&
           add_one_policy(reading, here, problem);
}

static bool workload_params(void *ctx, const char *name, const struct param **table,
                            struct problem *problem)
{
    (void)ctx;
    const struct workload_kind *kind = workload_kind_find(name);
    struct workload_spec spec;
    if (!kind && !workload_spec_parse(name, &spec, problem)) {
        return false;
    }
    *table = kind ? kind->params : spec.kind->params;
    return true;
}

/* Each parameter may be in range while the combination is not allowed; a trace may be damaged. */
static bool can_open(const struct workload_spec *spec, struct problem *problem)
{
    struct workload *workload = workload_spec_open(spec, problem);
    workload_close(workload);
    return workload;
}

static bool add_one_workload(struct reading *reading, const char *text, struct problem *problem)
{
    struct sweep_spec *s = reading->spec;
    struct sweep_workload *grown =
        array_reserve(s->workload, &reading->workload_room, s->workloads + 1, sizeof *grown);
    if (!grown) {
        return problem_set(problem, "out of memory");
    }
    s->workload = grown;
    struct sweep_workload *added = &grown[s->workloads];
    if (!workload_spec_parse(text, &added->spec, problem) || !can_open(&added->spec, problem)) {
        return false;
    }
    snprintf(added->text, sizeof added->text, "%s", text);
    for (size_t i = 0; i < s->workloads; i++) {
        if (!strcmp(grown[i].spec.full, added->spec.full)) {
            return true;
        }
    }
    s->workloads++;
    return true;
}

/* Matches names of the corpus or, if the pattern has a folder, trace files. */
static bool add_glob(struct reading *reading, const char *pattern, struct problem *problem)
{
    glob_t found = {0};
    bool some = strchr(pattern, '/') ? glob(pattern, 0, NULL, &found) == 0
                                     : workload_names(pattern, &found);
    if (!some) {
        globfree(&found);
        return problem_set(problem, "no trace matches '%s': see 'fitlab list workloads'%s", pattern,
                           strstr(pattern, "-large")
                               ? "; large ones are recorded by workloads/corpus/record --large"
                               : "");
    }
    bool added = true;
    for (size_t i = 0; added && i < found.gl_pathc; i++) {
        added = add_one_workload(reading, found.gl_pathv[i], problem);
    }
    globfree(&found);
    return added;
}

static bool add_workload(void *ctx, const char *text, struct problem *problem)
{
    struct reading *reading = ctx;
    char here[SPEC_MAX_TEXT];
    if (!from_here(reading->spec, text, here, sizeof here, problem)) {
        return false;
    }
    return strpbrk(here, "*?[") ? add_glob(reading, here, problem)
                                : add_one_workload(reading, here, problem);
}

bool sweep_read_policies(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return spec_grid_read(tree, value,
                          &(struct spec_grid){"policies", ((struct reading *)out)->spec->max_cells,
                                              policy_params, policy_set, add_policy, out});
}

bool sweep_read_workloads(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    const struct reading *reading = out;
    return reading->workloads_given ||
           spec_grid_read(tree, value,
                          &(struct spec_grid){"workloads", reading->spec->max_cells,
                                              workload_params, workload_set, add_workload, out});
}

static bool add_untimed(struct reading *reading, const char *text, struct problem *problem)
{
    struct sweep_spec *s = reading->spec;
    struct policy_spec *grown =
        array_reserve(s->untimed, &reading->untimed_room, s->untimed_policies + 1, sizeof *grown);
    if (!grown) {
        return problem_set(problem, "out of memory");
    }
    s->untimed = grown;
    return policy_spec_parse_for_rows(text, &grown[s->untimed_policies], problem) &&
           ++s->untimed_policies;
}

static bool read_one_untimed(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    struct reading *reading = out;
    char of_bits[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
    const char *text = yaml_text(tree, item, "untimed");
    size_t n = text ? policy_spec_for_bits(text, reading->spec->bits, of_bits) : 0, i = 0;
    while (i < n && add_untimed(reading, of_bits[i], tree->problem)) {
        i++;
    }
    return text && (i == n || yaml_locate(tree, item));
}

bool sweep_read_untimed(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    return yaml_each_item(tree, value, "untimed", read_one_untimed, out);
}

static bool read_one_bits(struct yaml_tree *tree, yaml_node_t *item, void *out)
{
    unsigned set;
    const char *text = yaml_text(tree, item, "bits");
    if (!text || !policy_bits_parse(text, &set, tree->problem)) {
        return text && yaml_locate(tree, item);
    }
    ((struct reading *)out)->spec->bits |= set;
    return true;
}

/* The key was read before all others, as policies depend on it: see sweep_read_bits_first. */
bool sweep_skip_bits(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    (void)tree;
    (void)value;
    (void)out;
    return true;
}

bool sweep_read_bits_first(struct yaml_tree *tree, yaml_node_t *key, yaml_node_t *value, void *out)
{
    const char *name = yaml_text(tree, key, "the sweep");
    return name &&
           (strcmp(name, "bits") != 0 || yaml_each_item(tree, value, "bits", read_one_bits, out));
}

bool sweep_read_given(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const names[] = {"instead", "beside"};
    size_t choice;
    if (!yaml_choice(tree, value, "given", names, 2, &choice)) {
        return false;
    }
    ((struct reading *)out)->spec->given_beside = choice == 1;
    return true;
}

bool sweep_replace(struct reading *reading, const struct sweep_replacement *by,
                   struct problem *problem)
{
    struct sweep_spec *s = reading->spec;
    s->policies = by->policies && !s->given_beside ? 0 : s->policies;
    s->workloads = by->workloads ? 0 : s->workloads;
    for (size_t i = 0; i < by->policies; i++) {
        if (!add_one_policy(reading, by->policy[i], problem)) {
            return false;
        }
    }
    for (size_t i = 0; i < by->workloads; i++) {
        if (!add_one_workload(reading, by->workload[i], problem)) {
            return false;
        }
    }
    return true;
}
