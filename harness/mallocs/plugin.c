#define _GNU_SOURCE /* sigabbrev_np */
#include "mallocs/plugin.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_PARAMS = 24, LOAD_SECONDS = 10 };

/* Loads the library in a child process, whose end shows what happened. */
static bool try_to_load(const char *path, struct problem *problem)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(LOAD_SECONDS);
        signal(SIGABRT, SIG_DFL);
        _exit(dlopen(path, RTLD_NOW | RTLD_LOCAL) ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        return problem_set(problem, "%s: no process to try it in", path);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        return problem_set(problem, "%s: hangs while it is loaded", path);
    }
    if (WIFSIGNALED(status)) {
        return problem_set(problem, "%s: crashes with SIG%s while it is loaded", path,
                           sigabbrev_np(WTERMSIG(status)));
    }
    return true; /* an ordinary failure will happen again here, and give its reason */
}

static bool check_param(const char *path, const struct param *row, struct problem *problem)
{
    long choices = 0;
    for (; row->choices && row->choices[choices]; choices++) {
    }
    if (row->text) {
        return problem_set(problem, "%s: parameter '%s' is a text, which policies do not take",
                           path, row->name);
    }
    if (!row->help) {
        return problem_set(problem, "%s: parameter '%s' has no help", path, row->name);
    }
    if (row->choices ? row->init < 0 || row->init >= choices
                     : row->min > row->max || row->init < row->min || row->init > row->max) {
        return problem_set(problem, "%s: the default of parameter '%s' is out of its range", path,
                           row->name);
    }
    return true;
}

static bool check_policy(const char *path, const struct policy *p, struct problem *problem)
{
    if (p->abi != FITLAB_POLICY_ABI) {
        return problem_set(problem,
                           "%s: built for version %u of policy.h, this fitlab has version %u: "
                           "rebuild it with this fitlab's headers",
                           path, p->abi, FITLAB_POLICY_ABI);
    }
    if (p->traits & POLICY_ELSEWHERE) {
        return problem_set(problem, "%s: a plug-in must take its memory from its region", path);
    }
    if (!p->name || !p->summary) {
        return problem_set(problem, "%s: the policy has no name or no summary", path);
    }
    if (!p->open || !p->alloc || !p->free || (!p->usable && !p->realloc)) {
        return problem_set(problem,
                           "%s: policy '%s' lacks open, alloc, free, or one of usable and realloc",
                           path, p->name);
    }
    size_t n = 0;
    for (; p->params && p->params[n].name; n++) {
        if (n == MOST_PARAMS) {
            return problem_set(problem, "%s: more than %d parameters, or no PARAM_END", path,
                               MOST_PARAMS);
        }
        if (!check_param(path, &p->params[n], problem)) {
            return false;
        }
    }
    return true;
}

const struct policy *plugin_load(const struct library *library, struct problem *problem)
{
    if (!try_to_load(library->path, problem)) {
        return NULL;
    }
    void *handle = dlopen(library->path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        problem_set(problem, "cannot load the plug-in: %s", dlerror());
        return NULL;
    }
    const struct policy *policy = dlsym(handle, library->symbol);
    if (!policy || !check_policy(library->path, policy, problem)) {
        dlclose(handle);
        return NULL;
    }
    return policy;
}
