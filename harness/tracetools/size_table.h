/* size_table.h - how often each size was asked for, exactly. */
#ifndef FITLAB_SIZE_TABLE_H
#define FITLAB_SIZE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct size_count {
    uint64_t size, count; /* count 0: an empty entry */
};

struct size_table {
    struct size_count *entry; /* open addressing until it is sorted, then the first `distinct` */
    size_t room, distinct;
    uint64_t total; /* counts in all */
};

/* Start with a zeroed table. False: no memory. */
bool size_table_add(struct size_table *, uint64_t size);

/* Puts the entries in order, most frequent first (equal ones by size), at the front; nothing
 * can be added after that. */
void size_table_sort(struct size_table *);

/* Sorted: how many sizes make up this part (0..1) of the counts. */
size_t size_table_cover(const struct size_table *, double part);

void size_table_free(struct size_table *);

#endif
