#include "workloads/workload_kind.h"

#include <string.h>

const char *const event_kind_names[EVENT_KINDS] = {
    [EVENT_MALLOC] = "malloc",   [EVENT_CALLOC] = "calloc", [EVENT_ALIGNED] = "aligned_alloc",
    [EVENT_REALLOC] = "realloc", [EVENT_FREE] = "free",
};

const struct workload_kind *workload_kind_find(const char *name)
{
    for (size_t i = 0; workload_kinds[i]; i++) {
        if (!strcmp(workload_kinds[i]->name, name)) {
            return workload_kinds[i];
        }
    }
    return NULL;
}

bool workload_args_complete(const struct workload_kind *kind, const struct workload_args *args,
                            struct problem *problem)
{
    for (size_t i = 0; kind->params && kind->params[i].name; i++) {
        const struct param *row = &kind->params[i];
        if (row->text && !args->text[i]) {
            return problem_set(problem,
                               "workload %s: the parameter '%s' is missing: add %s=..., %s",
                               kind->name, row->name, row->name, row->help);
        }
    }
    return true;
}

struct workload *workload_open(const struct workload_kind *kind, const struct workload_args *args,
                               struct problem *problem)
{
    struct workload *w =
        workload_args_complete(kind, args, problem) ? kind->open(args, problem) : NULL;
    if (w) {
        w->kind = kind;
    }
    return w;
}

size_t workload_next(struct workload *w, struct event *events, size_t most, struct problem *problem)
{
    return w->kind->next(w, events, most, problem);
}

void workload_close(struct workload *w)
{
    if (w) {
        w->kind->close(w);
    }
}
