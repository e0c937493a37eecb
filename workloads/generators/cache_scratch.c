/* cache_scratch.c - as cache-thrash, but each thread begins with a block of the first one's. A
 * policy that hands such a block out again to the thread that freed it leaves the threads in one
 * cache line, in which they write for ever (passive false sharing): see one_block.h for the source.
 */
#include "workloads/generators/one_block.h"

static struct workload *cache_scratch_open(const struct workload_args *args,
                                           struct problem *problem)
{
    return one_block_open(args, "cache-scratch", true, problem);
}

const struct workload_kind cache_scratch = {
    .name = "cache-scratch",
    .summary = "the same, beginning with blocks that one thread allocated for all",
    .params = one_block_params,
    .open = cache_scratch_open,
    .next = generator_next,
    .close = generator_close,
};
