#include "tracetools/size_table.h"

#include <stdlib.h>

static bool grow(struct size_table *t)
{
    size_t room = t->room ? 2 * t->room : 1024;
    struct size_count *entry = realloc(t->entry, room * sizeof *entry);
    if (!entry) {
        return false;
    }
    t->entry = entry;
    t->room = room;
    return true;
}

/* A new entry for a size that was not met before. Slots are given out lowest first and none is
 * released, so a size's slot is the number of sizes that were met before it. */
static bool add_entry(struct size_table *t, uint64_t size)
{
    if (t->distinct == t->room && !grow(t)) {
        return false;
    }
    if (slot_map_acquire(&t->index, size) == SLOT_NONE) {
        return false;
    }
    t->entry[t->distinct++] = (struct size_count){.size = size};
    return true;
}

bool size_table_add(struct size_table *t, uint64_t size)
{
    if (!t->index.table && !slot_map_open(&t->index)) {
        return false;
    }
    uint32_t slot = slot_map_find(&t->index, size);
    if (slot == SLOT_NONE) {
        slot = (uint32_t)t->distinct;
        if (!add_entry(t, size)) {
            return false;
        }
    }
    t->entry[slot].count++;
    t->total++;
    return true;
}

static int more_frequent(const void *a, const void *b)
{
    const struct size_count *x = a, *y = b;
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return (x->size > y->size) - (x->size < y->size);
}

void size_table_sort(struct size_table *t)
{
    if (t->distinct > 0) {
        qsort(t->entry, t->distinct, sizeof *t->entry, more_frequent);
    }
}

size_t size_table_cover(const struct size_table *t, double part)
{
    uint64_t sum = 0;
    size_t n = 0;
    while (n < t->distinct && (double)sum < part * (double)t->total) {
        sum += t->entry[n++].count;
    }
    return n;
}

void size_table_free(struct size_table *t)
{
    free(t->entry);
    if (t->index.table) {
        slot_map_close(&t->index);
    }
}
