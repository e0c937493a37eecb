#include "workloads/slot_map.h"

#include <stdlib.h>

enum { INITIAL_ENTRIES = 2048 };

#define KEY_NONE UINT64_MAX

struct slot_binding {
    uint64_t key;
    uint32_t slot;
};

static struct slot_binding *new_table(uint64_t entries)
{
    struct slot_binding *table = malloc(entries * sizeof *table);
    for (uint64_t i = 0; table && i < entries; i++) {
        table[i].key = KEY_NONE;
    }
    return table;
}

bool slot_map_open(struct slot_map *m)
{
    slots_open(&m->slots);
    m->bindings = 0;
    m->mask = INITIAL_ENTRIES - 1;
    m->table = new_table(INITIAL_ENTRIES);
    return m->table != NULL;
}

void slot_map_close(struct slot_map *m)
{
    slots_close(&m->slots);
    free(m->table);
    m->table = NULL;
}

/* Addresses differ in their middle bits: the multiplication spreads them upwards. */
static uint64_t home(const struct slot_map *m, uint64_t key)
{
    return (key * 0x9E3779B97F4A7C15u >> 20) & m->mask;
}

/* The entry of key, or the empty one where it would go. */
static uint64_t probe(const struct slot_map *m, uint64_t key)
{
    uint64_t i = home(m, key);
    while (m->table[i].key != key && m->table[i].key != KEY_NONE) {
        i = (i + 1) & m->mask;
    }
    return i;
}

static bool grow(struct slot_map *m)
{
    struct slot_binding *old = m->table;
    uint64_t entries = m->mask + 1;
    struct slot_binding *table = new_table(2 * entries);
    if (!table) {
        return false;
    }
    m->table = table;
    m->mask = 2 * entries - 1;
    for (uint64_t i = 0; i < entries; i++) {
        if (old[i].key != KEY_NONE) {
            m->table[probe(m, old[i].key)] = old[i];
        }
    }
    free(old);
    return true;
}

uint32_t slot_map_acquire(struct slot_map *m, uint64_t key)
{
    uint32_t slot = slots_lowest(&m->slots);
    if (!slots_take(&m->slots, slot)) {
        return SLOT_NONE;
    }
    if (!slot_map_bind(m, key, slot)) {
        slots_give(&m->slots, slot);
        return SLOT_NONE;
    }
    return slot;
}

uint32_t slot_map_find(const struct slot_map *m, uint64_t key)
{
    const struct slot_binding *b = &m->table[probe(m, key)];
    return b->key == key && key != KEY_NONE ? b->slot : SLOT_NONE;
}

bool slot_map_bind(struct slot_map *m, uint64_t key, uint32_t slot)
{
    if (m->bindings > m->mask / 2 && !grow(m)) {
        return false;
    }
    m->table[probe(m, key)] = (struct slot_binding){.key = key, .slot = slot};
    m->bindings++;
    return true;
}

/* The entries after the hole move back into it where their home places allow it, so no tombstones
 * are needed. */
uint32_t slot_map_unbind(struct slot_map *m, uint64_t key)
{
    uint64_t hole = probe(m, key);
    if (m->table[hole].key != key || key == KEY_NONE) {
        return SLOT_NONE;
    }
    uint32_t slot = m->table[hole].slot;
    for (uint64_t i = (hole + 1) & m->mask; m->table[i].key != KEY_NONE; i = (i + 1) & m->mask) {
        uint64_t at = home(m, m->table[i].key);
        if (((i - at) & m->mask) >= ((i - hole) & m->mask)) {
            m->table[hole] = m->table[i];
            hole = i;
        }
    }
    m->table[hole].key = KEY_NONE;
    m->bindings--;
    return slot;
}

void slot_map_release(struct slot_map *m, uint32_t slot)
{
    slots_give(&m->slots, slot);
}
