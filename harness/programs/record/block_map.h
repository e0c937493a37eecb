/* block_map.h - from the addresses of a recorded program's blocks to slots.
 *
 * A table by address, as page tables are: neighbours of the heap are neighbours here. A hash table
 * (slot_map.h) would miss the caches at every event of a program with many blocks, and take from
 * the program the last level, which it shares. Blocks that are no multiple of 16 apart, of
 * allocators that align less, are in a hash table all the same.
 */
#ifndef FITLAB_BLOCK_MAP_H
#define FITLAB_BLOCK_MAP_H

#include "workloads/slot_map.h"

enum { BLOCK_MAP_FANOUT = 1 << 13, BLOCK_MAP_LEAF = 1 << 18 };

struct block_map {
    struct slots slots;
    uint32_t **middle[BLOCK_MAP_FANOUT]; /* by the bits 35..47 of an address, then 22..34; in a
                                            leaf, by the bits 4..21, slots plus one */
    struct slot_map odd;
};

/* In memory that is zero. False: out of memory. Close it in any case. */
bool block_map_open(struct block_map *);
void block_map_close(struct block_map *);

/* As those of slot_map.h; addresses are multiples of 8 below 2^48. */
uint32_t block_map_acquire(struct block_map *, uint64_t address);
uint32_t block_map_unbind(struct block_map *, uint64_t address);
bool block_map_bind(struct block_map *, uint64_t address, uint32_t slot);
void block_map_release(struct block_map *, uint32_t slot);

/* Prefetches the entry of an address; useful some events ahead. Any number is allowed. */
void block_map_prefetch(const struct block_map *, uint64_t address);

#endif
