#include "workloads/workload.h"

const char *const event_kind_names[EVENT_KINDS] = {
    [EVENT_MALLOC] = "malloc",   [EVENT_CALLOC] = "calloc", [EVENT_ALIGNED] = "aligned_alloc",
    [EVENT_REALLOC] = "realloc", [EVENT_FREE] = "free",
};

struct workload *workload_open(const struct workload_kind *kind, const struct workload_args *args,
                               struct problem *problem)
{
    struct workload *w = kind->open(args, problem);
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
