/* failed_table.c - states without a solution. A new entry takes the place of an old one of the
 * same slot: forgetting costs time, never correctness. Two different states have the same 128
 * bits with a chance of about 10^-20 in a search of 10^9 nodes. */
#include <stdlib.h>

#include "theory/offline/exact.h"

enum { TABLE_SLOTS = 1 << 20 };

bool failed_table_make(struct failed_table *t)
{
    t->slot = calloc(TABLE_SLOTS, sizeof *t->slot);
    return t->slot != NULL;
}

bool failed_table_has(const struct failed_table *t, struct failed_key key)
{
    const struct failed_key *k = &t->slot[key.low % TABLE_SLOTS];
    return k->low == key.low && k->high == key.high;
}

void failed_table_add(struct failed_table *t, struct failed_key key)
{
    t->slot[key.low % TABLE_SLOTS] = key;
}

void failed_table_release(struct failed_table *t)
{
    free(t->slot);
}
