/* engine_plan.h - the files of a submission. */
#ifndef FITLAB_ENGINE_PLAN_H
#define FITLAB_ENGINE_PLAN_H

#include "sweep/engine.h"

/* Divides the deterministic cells that are missing among tasks, and writes the job's folder. No
 * tasks: none is missing. */
bool engine_plan(struct engine_job *, const struct sweep *, size_t most_tasks, struct problem *);

/* Keeps of the grid the cells whose keys the file lists. A key that the grid does not have is a
 * problem: the spec or some code is not what it was when the task was planned. */
bool engine_restrict(struct sweep *, const char *cells_file, struct problem *);

#endif
