/* state_set.h - the states that a search knows: each by a 128-bit hash, and how it was reached. */
#ifndef FITLAB_STATE_SET_H
#define FITLAB_STATE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_hash {
    uint64_t low, high;
};

struct state {
    uint32_t parent; /* the state before; the first is its own */
    uint16_t op;     /* what led from there to here */
};

struct state_set {
    struct state *state;
    uint32_t count, room;
    struct state_hash *hash; /* one a state */
    uint32_t *bucket;        /* open addressing: index + 1, or 0 */
    uint32_t buckets;        /* a power of two */
};

bool state_set_open(struct state_set *);
void state_set_release(struct state_set *);

/* Adds a state that is not there yet. False: no memory. *added says whether it was new. */
bool state_set_add(struct state_set *, struct state_hash, struct state, bool *added);

/* Bytes taken now, and the most that they become while so many more states are added. */
size_t state_set_bytes(const struct state_set *);
size_t state_set_bytes_with(const struct state_set *, uint32_t more);

#endif
