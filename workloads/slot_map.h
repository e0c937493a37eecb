/* slot_map.h - from the names that a program or a file gives its blocks to slots.
 *
 * Importers and the recorder meet blocks under addresses or arbitrary identifiers; a trace
 * names them by slots, dense and reused lowest first. A hash table over slots.h: constant
 * time, whatever the number of live blocks.
 */
#ifndef FITLAB_SLOT_MAP_H
#define FITLAB_SLOT_MAP_H

#include "workloads/slots.h"

/* No slot: the key is not there, or, of slot_map_acquire, no memory. */
#define SLOT_NONE UINT32_MAX

struct slot_map {
    struct slots slots;
    struct slot_binding *table; /* open addressing, at most half full */
    uint64_t mask;              /* table entries - 1 */
    uint64_t bindings;
};

/* False: out of memory. Close it in any case. */
bool slot_map_open(struct slot_map *);
void slot_map_close(struct slot_map *);

/* Takes the lowest free slot and binds key, which must not be bound, to it. Keys are any
 * number but UINT64_MAX. SLOT_NONE: no memory, and nothing has changed. */
uint32_t slot_map_acquire(struct slot_map *, uint64_t key);

/* The slot that key is bound to, or SLOT_NONE; UINT64_MAX never is. */
uint32_t slot_map_find(const struct slot_map *, uint64_t key);

/* Forgets key and returns its slot, which stays taken until slot_map_release; SLOT_NONE if
 * key is not bound. A realloc in flight holds a slot without a key. */
uint32_t slot_map_unbind(struct slot_map *, uint64_t key);

/* Binds key, which must not be bound, to a taken slot. False: out of memory. */
bool slot_map_bind(struct slot_map *, uint64_t key, uint32_t slot);

/* Makes a taken slot, to which no key is bound, free again. */
void slot_map_release(struct slot_map *, uint32_t slot);

#endif
