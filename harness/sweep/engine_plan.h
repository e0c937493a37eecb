/* engine_plan.h - the files of a submission. */
#ifndef FITLAB_ENGINE_PLAN_H
#define FITLAB_ENGINE_PLAN_H

#include "sweep/engine.h"

/* Divides the deterministic cells that are missing among tasks, and writes the job's folder. No
 * tasks: none is missing. */
bool engine_plan(struct engine_job *, const struct sweep *, size_t most_tasks, struct problem *);

/* Keeps only the cells of the grid whose keys are in the file. It is a problem if the grid does not
 * have a key: the spec or some code has changed since the task was planned. */
bool engine_restrict(struct sweep *, const char *cells_file, struct problem *);

#endif
