#include "programs/record/block_map.h"

#include <stdlib.h>

bool block_map_open(struct block_map *m)
{
    slots_open(&m->slots);
    return slot_map_open(&m->odd);
}

void block_map_close(struct block_map *m)
{
    for (size_t i = 0; i < BLOCK_MAP_FANOUT; i++) {
        for (size_t k = 0; m->middle[i] && k < BLOCK_MAP_FANOUT; k++) {
            free(m->middle[i][k]);
        }
        free(m->middle[i]);
    }
    slot_map_close(&m->odd);
    slots_close(&m->slots);
}

static bool is_odd(uint64_t address)
{
    return address % 16 != 0;
}

static uint32_t **leaf_place(const struct block_map *m, uint64_t address)
{
    uint32_t **middle = m->middle[address >> 35 & (BLOCK_MAP_FANOUT - 1)];
    return middle ? &middle[address >> 22 & (BLOCK_MAP_FANOUT - 1)] : NULL;
}

static uint32_t *entry_in(uint32_t *leaf, uint64_t address)
{
    return &leaf[address / 16 % BLOCK_MAP_LEAF];
}

/* Where the slot of a block is; NULL: there was never one near it. */
static uint32_t *find(const struct block_map *m, uint64_t address)
{
    uint32_t **place = leaf_place(m, address);
    return place && *place ? entry_in(*place, address) : NULL;
}

/* The same, made if need be; NULL: out of memory. */
static uint32_t *make(struct block_map *m, uint64_t address)
{
    uint32_t ***middle = &m->middle[address >> 35 & (BLOCK_MAP_FANOUT - 1)];
    if (!*middle) {
        *middle = calloc(BLOCK_MAP_FANOUT, sizeof **middle);
    }
    uint32_t **place = *middle ? leaf_place(m, address) : NULL;
    if (place && !*place) {
        *place = calloc(BLOCK_MAP_LEAF, sizeof **place);
    }
    return place && *place ? entry_in(*place, address) : NULL;
}

bool block_map_bind(struct block_map *m, uint64_t address, uint32_t slot)
{
    if (is_odd(address)) {
        return slot_map_bind(&m->odd, address, slot);
    }
    uint32_t *entry = find(m, address);
    entry = entry ? entry : make(m, address);
    if (!entry) {
        return false;
    }
    *entry = slot + 1;
    return true;
}

uint32_t block_map_unbind(struct block_map *m, uint64_t address)
{
    if (is_odd(address)) {
        return slot_map_unbind(&m->odd, address);
    }
    uint32_t *entry = find(m, address);
    if (!entry || !*entry) {
        return SLOT_NONE;
    }
    uint32_t slot = *entry - 1;
    *entry = 0;
    return slot;
}

uint32_t block_map_acquire(struct block_map *m, uint64_t address)
{
    uint32_t slot = slots_lowest(&m->slots);
    if (!slots_take(&m->slots, slot)) {
        return SLOT_NONE;
    }
    if (!block_map_bind(m, address, slot)) {
        slots_give(&m->slots, slot);
        return SLOT_NONE;
    }
    return slot;
}

void block_map_release(struct block_map *m, uint32_t slot)
{
    slots_give(&m->slots, slot);
}

void block_map_prefetch(const struct block_map *m, uint64_t address)
{
    const uint32_t *entry = find(m, address);
    if (entry) {
        __builtin_prefetch(entry, 1);
    }
}
