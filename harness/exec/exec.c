#define _GNU_SOURCE
#include "exec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"
#include "preload.h"
#include "target.h"

const struct exec_reference exec_references[] = {
    {"glibc", NULL, "libc6"},
    {"jemalloc", "libjemalloc.so.2", "libjemalloc2"},
    {"mimalloc", "libmimalloc.so.2", "libmimalloc2.0"},
    {"tcmalloc", "libtcmalloc_minimal.so.4", "libtcmalloc-minimal4"},
    {NULL, NULL, NULL},
};

/* A preload that is missing is no error to the dynamic linker, which would go on without it. */
static bool choose_reference(const struct exec_reference *reference, struct exec_choice *choice,
                             struct problem *problem)
{
    static const char *const folders[] = {"/usr/lib/" FITLAB_ARCHITECTURE, "/usr/local/lib",
                                          "/usr/lib", "/usr/lib64"};
    snprintf(choice->full, sizeof choice->full, "%s", reference->name);
    snprintf(choice->label, sizeof choice->label, "%s", reference->name);
    if (!reference->library) {
        return true;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(choice->preload, sizeof choice->preload, "%s/%s", folders[i], reference->library);
        if (access(choice->preload, R_OK) == 0) {
            return true;
        }
    }
    return problem_set(problem, "%s is not installed: apt-get install %s", reference->name,
                       reference->package);
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

static bool choose_policy(const char *word, const struct library *plugin,
                          struct exec_choice *choice, struct problem *problem)
{
    struct policy_spec spec;
    if (!policy_spec_parse(word, &spec, problem) ||
        !preload_find("fitlab-exec", choice->preload, problem)) {
        return false;
    }
    snprintf(choice->full, sizeof choice->full, "%s", spec.full);
    snprintf(choice->label, sizeof choice->label, "%s", spec.label);
    write_setting(&spec, plugin ? plugin->symbol : NULL, choice);
    choice->policy = true;
    if (plugin) {
        size_t used = strlen(choice->preload);
        snprintf(choice->preload + used, sizeof choice->preload - used, ":%s", plugin->path);
    }
    return true;
}

/* A plug-in is preloaded beside our library, which finds the policy by its symbol; a library
 * with a malloc of its own is preloaded as it is. */
static bool choose_library(const char *word, struct exec_choice *choice, struct problem *problem)
{
    char path[SPEC_MAX_TEXT];
    const char *settings = spec_split(word, path, sizeof path);
    size_t length = strlen(path);
    if (length < 3 || strcmp(path + length - 3, ".so") != 0) {
        return problem_set(problem,
                           "%s: real programs run on built-in policies and on shared "
                           "libraries (.so) only",
                           path);
    }
    struct library library;
    if (!library_open(path, &library, problem)) {
        return false;
    }
    if (strpbrk(library.path, " :")) {
        return problem_set(problem, "%s cannot be preloaded, as its path has a blank or a colon",
                           library.path);
    }
    if (library.kind == LIBRARY_POLICY) {
        return choose_policy(word, &library, choice, problem);
    }
    if (*settings) {
        return problem_set(problem, "%s is a malloc, not a policy, and has no parameters", path);
    }
    snprintf(choice->full, sizeof choice->full, "%s", word);
    snprintf(choice->label, sizeof choice->label, "%s", word);
    snprintf(choice->preload, sizeof choice->preload, "%s", library.path);
    return true;
}

bool exec_choose(const char *word, struct exec_choice *choice, struct problem *problem)
{
    memset(choice, 0, sizeof *choice);
    for (size_t i = 0; exec_references[i].name; i++) {
        if (!strcmp(word, exec_references[i].name)) {
            return choose_reference(&exec_references[i], choice, problem);
        }
    }
    if (!strcmp(word, "empty")) {
        snprintf(choice->full, sizeof choice->full, "empty");
        snprintf(choice->label, sizeof choice->label, "empty");
        return preload_find("fitlab-empty", choice->preload, problem);
    }
    return target_is_path(word) ? choose_library(word, choice, problem)
                                : choose_policy(word, NULL, choice, problem);
}
