/* shard.h - one batch of a proof as tasks that may run on different machines, which see one folder.
 *
 * States are divided among shards by their hash. First each task expands a run of the batch's
 * states and writes what they lead to, for each shard a file. Then each task takes what is for one
 * shard, in the order of the runs, and writes which of it that shard did not know. The states that
 * are new are numbered as a proof on one machine numbers them, since a state's parent and the
 * operation that led to it say where it stands.
 *
 *   DIR/shards/batch         which states the batch has, and its phase: struct shard_batch in words
 *   DIR/shards/found-R-S     what run R found for shard S
 *   DIR/shards/expanded-R    that run R is done, with the worst operation in it
 *   DIR/shards/fresh-S       what shard S did not know
 *   DIR/shards/added-S       that shard S is done
 *   DIR/shards/known-S       what it knows (known.h), up to the batch before
 *
 * A file is whole as soon as it is there. Any task may be run again, or twice at a time: it writes
 * the same.
 */
#ifndef FITLAB_SHARD_H
#define FITLAB_SHARD_H

#include <limits.h>
#include <stdio.h>

#include "theory/prove/batch.h"

enum { SHARDS_MOST = 256 };

struct shard_batch {
    enum phase phase; /* PHASE_EXPAND or PHASE_ADD */
    uint64_t first, count;
    size_t depth;
    bool again;      /* the states are in the tree, but not yet known to the shards */
    bool here;       /* this process does it all: what it finds need not come to the disk */
    unsigned shards; /* and tasks of the second phase */
    unsigned runs;   /* tasks of the first */
    uint64_t known;  /* states that the shards know when they begin to add, */
    uint64_t before; /* and knew at the batch before */
};

/* What the runs came to, all together. */
struct shard_sum {
    uint64_t tried;
    struct worst worst;
};

/* What stands at the head of the file fresh-S. */
struct shard_fresh {
    uint64_t first, known, count; /* of the batch, and states in the file: struct candidate each */
};

bool shard_batch_write(const struct shard_batch *, const char *folder, struct problem *);
bool shard_batch_read(struct shard_batch *, const char *folder, struct problem *);

/* Runs one task of the phase that the batch is in. The search must have the tree of states open,
 * and a buffer for states that are found. */
bool shard_task(const struct shard_batch *, const char *folder, unsigned task, struct search *,
                struct position *, struct problem *);

/* Whether a task has left its result. Adds to `sum`, if it was one of the first phase. */
bool shard_task_done(const struct shard_batch *, const char *folder, unsigned task,
                     struct shard_sum *sum);

/* Removes the results of a phase, so that none of another batch is taken for one of this. */
void shard_clear(const struct shard_batch *, const char *folder);

/* Puts the states that are new into the tree, in their order, and counts them; with `again` it only
 * counts. */
bool shard_merge(const struct shard_batch *, const char *folder, struct state_tree *,
                 uint64_t *fresh, struct problem *);

enum { SHARD_FRESH_SIZE = PATH_MAX + 32 };

/* Opens a file that is to appear at `path` as a whole, under a name for the time being, which
 * `fresh` takes. NULL: it cannot be made; shard_file_end says so. */
FILE *shard_file_begin(const char *path, char fresh[SHARD_FRESH_SIZE]);

/* Closes it and gives it its name. `keep`: it must survive that the machine stops. False and a
 * problem: not all was written. */
bool shard_file_end(FILE *, const char *fresh, const char *path, bool keep, struct problem *);

/* A path in the folder DIR/shards, whose name is as long as a few numbers are. */
void shard_path(char path[PATH_MAX], const char *folder, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
