/* name_index.h - numbers for names: the n-th name that was added has the number n - 1.
 *
 * A folder of many cells names the same few policies and workloads in each of its rows, so finding
 * a name must not take time in proportion to how many there are. */
#ifndef FITLAB_NAME_INDEX_H
#define FITLAB_NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* All zeroes: no name yet. */
struct name_index {
    char **name; /* count of them */
    size_t count;
    uint32_t *slot; /* an open hash table: the number of a name, plus 1; 0: free */
    size_t slots;   /* a power of two, or 0 */
};

/* The number of a name, which is added if it is not there. Without memory the process aborts. */
size_t name_index_add(struct name_index *, const char *name);

/* The number of a name, or count. */
size_t name_index_find(const struct name_index *, const char *name);

void name_index_free(struct name_index *);

#endif
