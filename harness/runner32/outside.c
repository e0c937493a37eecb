/* outside.c - what fitlab-cell32 has in the place of the room mallocs/: no references and no
 * compiler, and of plug-ins the one whose library it is told. */
#include "runner32/outside.h"

#include <stdio.h>
#include <string.h>

#include "mallocs/foreign.h"
#include "mallocs/malloc_process.h"
#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"
#include "mallocs/plugin.h"
#include "packing/offline_policy.h"
#include "spec/workload_spec.h"
#include "workloads/workload.h"

static struct library library;

void outside_is(const char *path, const char *symbol)
{
    snprintf(library.path, sizeof library.path, "%s", path);
    snprintf(library.symbol, sizeof library.symbol, "%s", symbol);
}

bool outside_policy_is_path(const char *word)
{
    return library.path[0] || strchr(word, '/');
}

const struct policy *outside_policy_load(const char *path, struct problem *problem)
{
    if (library.path[0]) {
        return plugin_load(&library, problem); /* what a path was compiled to may lie elsewhere */
    }
    struct library own = {.kind = LIBRARY_POLICY};
    const char *stem = strrchr(path, '/') + 1;
    snprintf(own.path, sizeof own.path, "%s", path);
    snprintf(own.symbol, sizeof own.symbol, "%.*s", (int)strcspn(stem, "."), stem);
    return plugin_load(&own, problem);
}

const struct policy *outside_policy_load_for_rows(const char *path, struct problem *problem)
{
    return outside_policy_load(path, problem);
}

const char *outside_policy_unavailable(const struct policy *policy)
{
    (void)policy;
    return NULL;
}

const struct policy *narrow_load(const char *name, const struct policy *built_in, bool for_rows,
                                 struct problem *problem)
{
    (void)built_in;
    (void)for_rows;
    problem_set(problem, "%s: this program has policies of its own bits alone", name);
    return NULL;
}

const struct policy *const reference_mallocs[] = {NULL};

/* Its name is refused like one that does not exist, as no caller asks for its rows. */
const struct policy offline_policy = {.name = "offline"};

bool offline_plan(struct workload *w, unsigned rounds, struct problem *problem)
{
    (void)w;
    (void)rounds;
    return problem_set(problem, "offline runs in fitlab alone");
}

struct workload *workload_spec_open(const struct workload_spec *spec, struct problem *problem)
{
    (void)spec;
    problem_set(problem, "this program has the events that it is sent, and no workload");
    return NULL;
}

void workload_close(struct workload *w)
{
    (void)w;
}

const struct foreign *foreign_of(const struct policy *policy)
{
    (void)policy;
    return NULL;
}

size_t foreign_alignment(size_t bytes)
{
    (void)bytes;
    return FITLAB_ALIGN;
}

bool malloc_process_needed(const struct policy *policy)
{
    (void)policy;
    return false;
}

size_t malloc_process_load_bytes(void)
{
    return 0;
}
