/* spread.h - a proof whose states are divided among machines.
 *
 * An engine of sweeps (sweep/engine.h) runs the tasks of shard.h, first those that expand the
 * states of a batch, then those that add what is new. Batches of few states are done here. What an
 * engine says of its tasks does not count: a task whose result is missing is submitted again.
 */
#ifndef FITLAB_SPREAD_H
#define FITLAB_SPREAD_H

#include "sweep/engine.h"
#include "theory/prove/checkpoint.h"
#include "theory/prove/shard.h"

struct spread {
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
bool spread_open(struct spread *, const struct question *, uint64_t states, bool *ready,
                 struct problem *);
void spread_close(struct spread *);

/* Bytes that the tables of the shards take on the disk. */
size_t spread_bytes(const struct spread *);

/* The most states of a batch. */
uint64_t spread_most(const struct spread *);

/* Does the batch that is described in search->batch. Counts what was new in *fresh, and puts it
 * into the tree unless the batch is `again`. `known`: states that the shards know. */
bool spread_batch(struct spread *, struct search *, struct position *, uint64_t known,
                  uint64_t *fresh, struct shard_sum *, struct problem *);

/* What a machine does: one task of the phase that is described in the question's folder. */
bool spread_task(const struct policy_spec *, const struct question *, unsigned task,
                 struct problem *);

#endif
