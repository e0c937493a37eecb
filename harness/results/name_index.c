#include "results/name_index.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FEWEST_SLOTS = 64 };

/* The slot that holds the name, or the free one where it belongs. */
static size_t slot_of(const struct name_index *index, const char *name)
{
    size_t at = XXH3_64bits(name, strlen(name)) & (index->slots - 1);
    while (index->slot[at] && strcmp(index->name[index->slot[at] - 1], name) != 0) {
        at = (at + 1) & (index->slots - 1);
    }
    return at;
}

size_t name_index_find(const struct name_index *index, const char *name)
{
    if (!index->slots) {
        return index->count;
    }
    uint32_t number = index->slot[slot_of(index, name)];
    return number ? number - 1 : index->count;
}

/* Twice the slots, so that at least half of them are free. */
static void grow(struct name_index *index)
{
    index->slots = index->slots ? 2 * index->slots : FEWEST_SLOTS;
    free(index->slot);
    index->slot = calloc(index->slots, sizeof *index->slot);
    index->name = reallocarray(index->name, index->slots / 2, sizeof *index->name);
    if (!index->slot || !index->name) {
        abort();
    }
    for (size_t i = 0; i < index->count; i++) {
        index->slot[slot_of(index, index->name[i])] = (uint32_t)i + 1;
    }
}

size_t name_index_add(struct name_index *index, const char *name)
{
    if (index->count >= index->slots / 2) {
        grow(index);
    }
    size_t at = slot_of(index, name);
    if (!index->slot[at]) {
        index->name[index->count] = strdup(name);
        if (!index->name[index->count]) {
            abort();
        }
        index->slot[at] = (uint32_t)++index->count;
    }
    return index->slot[at] - 1;
}

void name_index_free(struct name_index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        free(index->name[i]);
    }
    free(index->name);
    free(index->slot);
    *index = (struct name_index){0};
}
