/* seats.h - which threads of the program are inside the heap, where several may be at once.
 *
 * A thread has a number as long as it lives, and says when it is inside. fork waits until nobody
 * is: the child's copy of the heap is then whole, and its locks are free. To enter and to leave
 * costs two stores, because whoever forks pays for the order of memory (membarrier). */
#ifndef FITLAB_SEATS_H
#define FITLAB_SEATS_H

#include <stdbool.h>

#include "allocators/region.h"

/* For struct region: the number of the calling thread, and a way to wait. */
extern const struct region_threads seats_threads;

void seats_enter(void);
void seats_leave(void);

/* Around fork: nobody is inside from the first call to the second. */
void seats_close(void);
void seats_open(bool in_child);

#endif
