#include "programs/exec/exec.h"

#include <stdio.h>
#include <string.h>

#include "mallocs/foreign.h"
#include "mallocs/library.h"
#include "mallocs/outside_policy.h"
#include "programs/preload/preload.h"

/* Blanks and colons separate the names in LD_PRELOAD. */
static bool can_be_named(const char *path, struct problem *problem)
{
    return !strpbrk(path, " :") ||
           problem_set(problem, "%.300s cannot be preloaded: its path has a blank or a colon",
                       path);
}

/* A library that is missing is no error to the dynamic linker, which would go on without it. */
static bool choose_foreign(const struct foreign *foreign, struct exec_choice *choice,
                           struct problem *problem)
{
    if (!foreign->file) {
        return true; /* the C library's own malloc */
    }
    const char *path = foreign_path(foreign);
    if (!path) {
        return problem_set(problem, "%s is not installed: apt-get install %s", foreign->policy.name,
                           foreign->package);
    }
    snprintf(choice->preload, sizeof choice->preload, "%s", path);
    return can_be_named(path, problem);
}

/* A plug-in is preloaded beside our library, which finds the policy or layer by its symbol. */
static bool add_plugin(const char *path, struct library *library, struct exec_choice *choice,
                       struct problem *problem)
{
    size_t length = strlen(path);
    if (length < 3 || strcmp(path + length - 3, ".so") != 0) {
        return problem_set(problem,
                           "%s: real programs run on built-in policies and on shared "
                           "libraries (.so) only",
                           path);
    }
    if (!library_open(path, library, problem) || !can_be_named(library->path, problem)) {
        return false;
    }
    size_t used = strlen(choice->preload);
    snprintf(choice->preload + used, sizeof choice->preload - used, ":%s", library->path);
    return true;
}

/* Adds one part of a stack to the setting. A built-in policy goes by its symbol; a plug-in's is
 * marked, as it may have the same. */
static bool add_part(const struct stack_part *part, size_t params, const long *number,
                     struct exec_choice *choice, struct problem *problem)
{
    struct library plugin;
    bool is_plugin = outside_policy_is_path(part->name);
    char symbol[SPEC_MAX_TEXT];
    if (is_plugin && !add_plugin(part->name, &plugin, choice, problem)) {
        return false;
    }
    snprintf(symbol, sizeof symbol, "%s", is_plugin ? plugin.symbol : part->name);
    for (char *c = symbol; *c; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    size_t used = strlen(choice->setting), room = sizeof choice->setting;
    used += (size_t)snprintf(choice->setting + used, room - used, "%s%s",
                             is_plugin ? EXEC_PLUGIN_MARK : "", symbol);
    for (size_t i = 0; i < params && used < room; i++) {
        used += (size_t)snprintf(choice->setting + used, room - used, "%c%ld", i ? ',' : ':',
                                 number[i]);
    }
    return used + 1 < room ||
           problem_set(problem, "%s: the names and parameters are too long", part->name);
}

static bool choose_policy(const struct policy_spec *spec, struct exec_choice *choice,
                          struct problem *problem)
{
    const struct policy *policy = spec->policy;
    const long *number = spec->values.number;
    if (!preload_find("fitlab-exec", choice->preload, problem)) {
        return false;
    }
    snprintf(choice->setting, sizeof choice->setting, EXEC_VARIABLE "=");
    for (size_t i = 0; i < spec->parts.n; i++) {
        bool bottom = i + 1 == spec->parts.n;
        size_t params = bottom ? param_count(policy->params) : stack_of(policy)->own;
        if (!add_part(&spec->parts.part[i], params, number, choice, problem)) {
            return false;
        }
        if (!bottom) {
            size_t used = strlen(choice->setting);
            choice->setting[used] = EXEC_LAYER_MARK;
            choice->setting[used + 1] = '\0';
            number += params;
            policy = stack_of(policy)->below;
        }
    }
    choice->policy = true;
    return true;
}

static bool choose_spec(const char *word, struct exec_choice *choice, struct problem *problem)
{
    struct policy_spec spec;
    if (!policy_spec_parse(word, &spec, problem)) {
        return false;
    }
    snprintf(choice->full, sizeof choice->full, "%s", spec.full);
    snprintf(choice->label, sizeof choice->label, "%s", spec.label);
    const struct foreign *foreign = foreign_of(spec.policy);
    return foreign ? choose_foreign(foreign, choice, problem)
                   : choose_policy(&spec, choice, problem);
}

bool exec_choose(const char *word, struct exec_choice *choice, struct problem *problem)
{
    memset(choice, 0, sizeof *choice);
    if (!strcmp(word, "empty")) {
        snprintf(choice->full, sizeof choice->full, "empty");
        snprintf(choice->label, sizeof choice->label, "empty");
        return preload_find("fitlab-empty", choice->preload, problem);
    }
    return choose_spec(word, choice, problem);
}
