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

/* A built-in policy goes by its symbol; a plug-in's is marked, as it may have the same. */
static void write_setting(const struct policy_spec *spec, const char *plugin,
                          struct exec_choice *choice)
{
    char symbol[128];
    snprintf(symbol, sizeof symbol, "%s", plugin ? plugin : spec->policy->name);
    for (char *c = symbol; *c; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    int used = snprintf(choice->setting, sizeof choice->setting, EXEC_VARIABLE "=%s%s",
                        plugin ? EXEC_PLUGIN_MARK : "", symbol);
    for (size_t i = 0; i < param_count(spec->policy->params); i++) {
        used += snprintf(choice->setting + used, sizeof choice->setting - (size_t)used, "%c%ld",
                         i ? ',' : ':', spec->values.number[i]);
    }
}

/* A plug-in is preloaded beside our library, which finds the policy by its symbol. */
static bool add_plugin(const char *word, struct library *library, struct exec_choice *choice,
                       struct problem *problem)
{
    char path[SPEC_MAX_TEXT];
    spec_split(word, path, sizeof path);
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

static bool choose_policy(const char *word, const struct policy_spec *spec,
                          struct exec_choice *choice, struct problem *problem)
{
    struct library plugin;
    bool is_plugin = outside_policy_is_path(word);
    if (!preload_find("fitlab-exec", choice->preload, problem) ||
        (is_plugin && !add_plugin(word, &plugin, choice, problem))) {
        return false;
    }
    write_setting(spec, is_plugin ? plugin.symbol : NULL, choice);
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
                   : choose_policy(word, &spec, choice, problem);
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
