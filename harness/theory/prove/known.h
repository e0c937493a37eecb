/* known.h - the states that one shard of a proof knows, in a file that outlives the process.
 *
 * What tells a state apart is as in state_set.h: a part and a key. A shard has the parts whose
 * number leaves the same rest when it is divided by the number of shards. Without a path the table
 * is in memory and is gone when it is closed.
 */
#ifndef FITLAB_KNOWN_H
#define FITLAB_KNOWN_H

#include <limits.h>

#include "theory/prove/state_set.h"

struct known_head {
    uint64_t magic, shards, slots; /* slots: places of each part */
    uint64_t states;               /* of all shards' states those before this number are in it */
    uint64_t count[STATE_PARTS];   /* of each of its parts */
};

struct known {
    struct known_head *head;
    uint64_t *place;
    unsigned shards;
    int file; /* -1: in memory */
    char path[PATH_MAX];
};

/* Opens the table or makes an empty one. While it is open, nobody else opens it: who tries to,
 * waits. False and a problem: no memory or room, or the file is of another number of shards. */
bool known_open(struct known *, const char *path, unsigned shards, struct problem *);
void known_close(struct known *);

bool known_has(const struct known *, unsigned part, uint64_t key);

/* Adds a state, if it is not there yet. False and a problem: no room. */
bool known_add(struct known *, unsigned part, uint64_t key, struct problem *);

/* Says that all states before this number are in it, once the rest is on the disk. */
bool known_settle(struct known *, uint64_t states, struct problem *);

#endif
