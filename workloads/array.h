/* array.h - arrays that grow. */
#ifndef FITLAB_ARRAY_H
#define FITLAB_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Makes room for `need` items of a pointer returned by malloc or NULL; at least doubles, so that
 * appending one by one costs little. Returns the array, moved or not; NULL: out of memory, and
 * the old array is as it was. */
static inline void *array_reserve(void *array, size_t *room, size_t need, size_t item)
{
    if (need <= *room) {
        return array;
    }
    size_t more = *room ? *room * 2 : 16;
    if (more < need) {
        more = need;
    }
    void *grown = reallocarray(array, more, item);
    if (grown) {
        *room = more;
    }
    return grown;
}

#endif
