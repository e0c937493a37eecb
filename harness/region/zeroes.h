/* zeroes.h - tables of zeroes straight from the system, which cost nothing until they are touched.
 */
#ifndef FITLAB_ZEROES_H
#define FITLAB_ZEROES_H

#include <stddef.h>

/* How much of a table is used. */
enum zeroes {
    ZEROES_SPARSE, /* a few words of it: a touch brings the smallest page */
    ZEROES_DENSE   /* nearly all, in no order: a large table gets huge pages where the system has
                      them, so that an access seldom misses the processor's table of pages */
};

/* NULL: no address space. */
void *zeroes_map(size_t bytes, enum zeroes);

/* The same arguments as for zeroes_map. NULL is let be. */
void zeroes_unmap(void *, size_t bytes, enum zeroes);

/* Makes [from, from + bytes), which nothing has touched, a range of huge pages where the system has
 * them. */
void zeroes_widen_pages(void *from, size_t bytes);

#endif
