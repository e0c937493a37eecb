/* zeroes.h - tables of zeroes for the harness's own bookkeeping. They cost nothing until touched.
 *
 * A small dense table comes from malloc: a cell that measures the malloc of this process then finds
 * that malloc in the same state whichever kind of file its workload was read from. Any other table
 * comes straight from the system. */
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

/* Touches every page of [from, from + bytes), so that no page fault happens there later. What lies
 * there stays as it is. */
void zeroes_bring(void *from, size_t bytes);

/* Makes [from, from + bytes), which nothing has touched, a range of huge pages where the system has
 * them. */
void zeroes_widen_pages(void *from, size_t bytes);

#endif
