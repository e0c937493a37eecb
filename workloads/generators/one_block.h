/* one_block.h - threads that each allocate a small block, write to it and free it, again and again.
 *
 * The core of `cache-thrash` and `cache-scratch`, after the two programs of these names of Berger,
 * McKinley, Blumofe & Wilson, "Hoard: A Scalable Memory Allocator for Multithreaded Applications"
 * (ASPLOS 2000), table 2.
 */
#ifndef FITLAB_ONE_BLOCK_H
#define FITLAB_ONE_BLOCK_H

#include "workloads/generators/workers.h"

extern const struct param one_block_params[];

/* With `handed`, the first thread allocates a block for each thread before any other starts, one
 * beside the other, and each thread begins by freeing its own. */
struct workload *one_block_open(const struct workload_args *, const char *name, bool handed,
                                struct problem *);

#endif
