/* jemalloc.h - jemalloc in an arena of its own, which takes its memory from the region.
 *
 * The library is loaded beside the process's malloc, so the harness does not run on it. The
 * thread is bound to the arena: requests go through the thread's cache as in any program.
 *
 * Source of the interface: jemalloc(3), "arena.<i>.extent_hooks".
 */
#ifndef FITLAB_JEMALLOC_H
#define FITLAB_JEMALLOC_H

#include "mallocs/foreign.h"

extern const struct foreign foreign_jemalloc;

#endif
