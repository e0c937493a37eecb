/* engine.h - a sweep's deterministic cells on other machines, by engines that exist already.
 *
 * The results folder lies on a file system that all see. A submission writes a folder of its own:
 *
 *   DIR/shards/RUN/task.sh     what one task does, given its number
 *   DIR/shards/RUN/N.cells     the keys of its cells
 *   DIR/shards/RUN/N/          its results folder
 *   DIR/shards/RUN/N.done      it has come to its end
 *   DIR/shards/RUN/N.log       what it said
 *   DIR/shards/RUN/job         what the engine calls the submission, if it outlives this process
 *
 * Only what stands in the results folders counts, whatever an engine says of its tasks: what is
 * missing afterwards is submitted again. Tasks may run twice, for theirs is a sweep that resumes.
 */
#ifndef FITLAB_ENGINE_H
#define FITLAB_ENGINE_H

#include <limits.h>

#include "sweep/sweep.h"

struct engine_options {
    size_t jobs;              /* tasks at a time (on each machine) */
    double batch_seconds;     /* how long the cells of a task should take together; to start a task
                                 takes about a second */
    const char *const *login; /* machines for ssh */
    size_t logins;
    const char *extra; /* more options for the engine's own command; NULL: none */
};

struct engine_job {
    const struct engine_options *options;
    char folder[PATH_MAX]; /* DIR/shards/RUN, absolute */
    size_t tasks;
    char id[64]; /* as in the file `job` */
    pid_t pid;   /* the engine's command, while it runs; 0: none */
};

struct engine {
    const char *name;

    /* Starts the job's tasks. */
    bool (*submit)(struct engine_job *, struct problem *);

    /* Sets *over to whether no task will run any more. */
    bool (*over)(struct engine_job *, bool *over, struct problem *);

    /* Ends all tasks. NULL: a submission goes on without this process, to be collected later. */
    void (*stop)(struct engine_job *);

    /* The most tasks of one submission; 0: no limit. */
    size_t (*most_tasks)(void);
};

extern const struct engine engine_slurm, engine_parallel;

/* NULL and a problem that says which there are. */
const struct engine *engine_find(const char *name, struct problem *);

/* Runs what the folder lacks of the deterministic cells, and collects it. */
enum pool_end engine_run(const struct engine *, const struct engine_options *, struct sweep *,
                         struct problem *);

/* Collects what earlier submissions have finished. *pending is how many of them go on. */
bool engine_collect(const struct engine *, struct sweep *, size_t *pending, struct problem *);

/* The path of a file of the submission. */
void engine_path(const struct engine_job *, const char *name, char path[PATH_MAX]);

/* A word as a shell reads it back, in single quotes. Returns out, or NULL if it does not fit. */
const char *engine_quote(const char *word, char *out, size_t size);

#endif
