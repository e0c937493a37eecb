/* workload_kind.h - a kind of workload by its name, and whether what it is given is complete. */
#ifndef FITLAB_WORKLOAD_KIND_H
#define FITLAB_WORKLOAD_KIND_H

#include "workloads/workload.h"

/* NULL: no kind has this name. */
const struct workload_kind *workload_kind_find(const char *name);

/* A text, such as the path of a trace, has no default. False and a problem that names the first one
 * that is missing. */
bool workload_args_complete(const struct workload_kind *, const struct workload_args *,
                            struct problem *);

#endif
