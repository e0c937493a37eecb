/* cache_thrash.c - a policy that gives blocks of one cache line to two threads at once makes them
 * share it (active false sharing): see one_block.h for the source. */
#include "workloads/generators/one_block.h"

static struct workload *cache_thrash_open(const struct workload_args *args, struct problem *problem)
{
    return one_block_open(args, "cache-thrash", false, problem);
}

const struct workload_kind cache_thrash = {
    .name = "cache-thrash",
    .summary = "threads that each allocate and free one small block again and again",
    .params = one_block_params,
    .open = cache_thrash_open,
    .next = generator_next,
    .close = generator_close,
};
