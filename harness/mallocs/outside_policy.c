#include "mallocs/outside_policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mallocs/foreign.h"
#include "mallocs/heap_source.h"
#include "mallocs/narrow.h"
#include "mallocs/plugin.h"

/* The policies that came from C files. They are few and stay loaded. */
static struct compiled {
    const struct policy *policy; /* of the plug-in, or stand_in */
    struct policy stand_in;      /* for one that does not compile */
    char *path, *why; /* the file and the compiler's error, for one that does not compile */
    char note[160];
    bool lab;
    struct compiled *next;
} * compiled;

static bool ends_with(const char *word, const char *end)
{
    size_t length = strlen(word), tail = strlen(end);
    return length > tail && !strcmp(word + length - tail, end);
}

bool outside_policy_is_path(const char *word)
{
    return strchr(word, '/') || ends_with(word, ".so") || ends_with(word, ".c");
}

static struct compiled *add_compiled(void)
{
    struct compiled *c = calloc(1, sizeof *c);
    if (c) {
        c->next = compiled;
        compiled = c;
    }
    return c;
}

static const struct policy *stand_in(const char *path, struct problem *problem)
{
    struct compiled *c = add_compiled();
    if (!c || !(c->path = strdup(path)) || !(c->why = strdup(problem->text))) {
        problem_set(problem, "%s: no memory", path);
        return NULL;
    }
    c->stand_in = (struct policy){.abi = FITLAB_POLICY_ABI,
                                  .traits = POLICY_OPAQUE,
                                  .name = c->path,
                                  .summary = "a file that does not compile"};
    c->policy = &c->stand_in;
    return c->policy;
}

static const struct policy *load_source(const char *path, bool for_rows, struct problem *problem)
{
    static struct source_plugin plugin;
    enum source_outcome outcome = source_build(path, NARROW_OWN_BITS, &plugin, problem);
    if (outcome == SOURCE_BROKEN && for_rows) {
        return stand_in(path, problem);
    }
    const struct policy *policy =
        outcome == SOURCE_BUILT ? plugin_load(&plugin.library, problem) : NULL;
    struct compiled *c = policy ? add_compiled() : NULL;
    if (c) {
        c->policy = policy;
        c->lab = plugin.lab;
        memcpy(c->note, plugin.note, sizeof c->note);
    }
    return policy;
}

static const struct policy *load(const char *path, bool for_rows, struct problem *problem)
{
    struct library library;
    if (ends_with(path, ".c")) {
        return load_source(path, for_rows, problem);
    }
    if (!library_open(path, &library, problem)) {
        return NULL;
    }
    return library.kind == LIBRARY_MALLOC ? foreign_library(&library, path, problem)
                                          : plugin_load(&library, problem);
}

const struct policy *outside_policy_load(const char *path, struct problem *problem)
{
    return load(path, false, problem);
}

const struct policy *outside_policy_load_for_rows(const char *path, struct problem *problem)
{
    return load(path, true, problem);
}

static const struct compiled *find_compiled(const struct policy *policy)
{
    const struct compiled *c = compiled;
    while (c && c->policy != policy) {
        c = c->next;
    }
    return c;
}

const char *outside_policy_unavailable(const struct policy *policy)
{
    const struct compiled *c = find_compiled(policy);
    const struct narrow *n = narrow_of(policy);
    return n ? n->why : c ? c->why : NULL;
}

bool outside_policy_is_compiled(const struct policy *policy)
{
    const struct compiled *c = find_compiled(policy);
    return c && !c->why;
}

const char *outside_policy_source(const struct policy *policy)
{
    const struct compiled *c = find_compiled(policy);
    const struct narrow *n = narrow_of(policy);
    return n ? n->source : c ? c->path : NULL;
}

const char *outside_policy_crash_hint(const struct policy *policy, uint64_t events)
{
    static char hint[320];
    const struct compiled *c = find_compiled(policy);
    if (c && c->note[0] && sizeof(void *) > 4) {
        snprintf(hint, sizeof hint,
                 "%s casts between pointers and narrower integers, so it may be right only as a "
                 "32-bit program: try --bits 32",
                 c->note);
        return hint;
    }
    if (c && c->lab && events == 0 && sizeof(void *) > 4) {
        return "it may be right only as a 32-bit program, which is the lab's default: try --bits "
               "32";
    }
    return NULL;
}
