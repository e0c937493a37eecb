/* size_table.h - how often each size was asked for, exactly. */
#ifndef FITLAB_SIZE_TABLE_H
#define FITLAB_SIZE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/slot_map.h"

struct size_count {
    uint64_t size, count;
};

struct size_table {
    struct size_count *entry; /* the first `distinct`, of `room` */
    size_t room, distinct;
    uint64_t total;        /* counts in all */
    struct slot_map index; /* from a size to its entry */
};

/* Start with a zeroed table. A size is at most UINT64_MAX - 1. False: no memory. */
bool size_table_add(struct size_table *, uint64_t size);

/* Puts the entries in order, most frequent first (equal ones by size); nothing can be added after
 * that. */
void size_table_sort(struct size_table *);

/* Sorted: how many sizes make up this part (0..1) of the counts. */
size_t size_table_cover(const struct size_table *, double part);

void size_table_free(struct size_table *);

#endif
