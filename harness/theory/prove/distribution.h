/* distribution.h - a proof whose states are divided among machines.
 *
 * An engine of sweeps (sweep/engine.h) runs the tasks of shard.h, first those that expand the
 * states of a batch, then those that add what is new. Batches of few states are done here. What an
 * engine says of its tasks does not count: a task whose result is missing is submitted again.
 */
#ifndef FITLAB_DISTRIBUTION_H
#define FITLAB_DISTRIBUTION_H

#include "sweep/engine.h"
#include "theory/prove/checkpoint.h"
#include "theory/prove/shard.h"

struct distribution {
    const struct engine *engine;
    struct engine_options options;
    const char *policy; /* as the tasks are to be told */
    unsigned tasks;     /* of each phase: shards, and runs of a batch that is handed out */
    uint64_t least;     /* states of a batch that is handed out */
    /* from here on private */
    const struct question *question;
    struct engine_job job;
    uint64_t before; /* what the shards knew at the batch before */
    int lock;
};

/* Makes the folder ready. *ready says whether the shards know all of so many states already. No
 * other proof can use the folder until it is closed. */
bool distribution_open(struct distribution *, const struct question *, uint64_t states, bool *ready,
                       struct problem *);
void distribution_close(struct distribution *);

/* Bytes that the tables of the shards take on the disk. */
size_t distribution_bytes(const struct distribution *);

/* The most states of a batch. */
uint64_t distribution_most(const struct distribution *);

/* Does the batch that is described in search->batch. Counts what was new in *fresh, and puts it
 * into the tree unless the batch is `again`. `known`: states that the shards know. */
bool distribution_batch(struct distribution *, struct search *, struct position *, uint64_t known,
                        uint64_t *fresh, struct shard_sum *, struct problem *);

/* What a machine does: one task of the phase that is described in the question's folder. */
bool distribution_task(const struct policy_spec *, const struct question *, unsigned task,
                       struct problem *);

#endif
