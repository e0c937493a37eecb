/* state_set.h - which states a search knows, each by 74 bits of a hash of it: a part, and a key in
 * it.
 *
 * The set is cut by hash into parts, so that several processes can add to it, each to parts
 * of its own. A part is a table with open addressing, of 8 bytes a place, at most nine tenths
 * full; a batch of states that is added part by part needs one part in the cache, or in memory if
 * the tables lie in files, at a time.
 *
 * Two states with the same 74 bits would be taken for one. Among k states, the chance that
 * any two have them is about k * k / 2^75: 3 * 10^-9 for ten million, 3 * 10^-5 for a billion.
 */
#ifndef FITLAB_STATE_SET_H
#define FITLAB_STATE_SET_H

#include <stdint.h>

#include "theory/prove/shared_area.h"

enum { STATE_PARTS = 1024, STATE_SLOTS_LEAST = 16 };

struct state_set {
    struct shared_area area[2]; /* the tables, and where they go next when they grow */
    unsigned now;               /* which of the two */
    uint64_t slots, old_slots;  /* places of each part, now and before it grew */
    uint64_t count[STATE_PARTS];
};

/* The set must lie in memory that the processes share. Takes up to `most` bytes; folder as in
 * shared_area_open. */
bool state_set_open(struct state_set *, size_t most, const char *folder, struct problem *);
void state_set_close(struct state_set *);

/* Places that each part needs for so many states. */
uint64_t state_set_slots_for(uint64_t states);

/* Bytes of tables with so many places a part. */
size_t state_set_bytes(uint64_t slots);

/* Begins to grow: the parts are moved one by one, by state_set_move, and then state_set_grown ends
 * it. False: no memory. */
bool state_set_grow(struct state_set *, uint64_t slots);
void state_set_move(struct state_set *, unsigned part);
void state_set_grown(struct state_set *);

/* Adds a state; false: it is there already. The part must have a free place. */
bool state_set_add(struct state_set *, unsigned part, uint64_t key);

#endif
