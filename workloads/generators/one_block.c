#include "workloads/generators/one_block.h"

#include <stdlib.h>

enum { THREADS, SIZE, GENERATOR };

const struct param one_block_params[] = {
    WORKERS_PARAM(4, 2),
    {.name = "size", .help = "of a block", .unit = "bytes", .init = 8, .min = 0, .max = 1 << 30},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

struct one_block {
    struct workers core;
    uint32_t *block; /* of each thread, + 1; 0: it has none */
    uint32_t handed; /* blocks that the first thread has allocated for others */
    uint64_t size;
};

static uint32_t ask(struct one_block *s, uint32_t thread)
{
    return workers_ask(&s->core, thread, EVENT_MALLOC, s->size) + 1;
}

static bool act(struct workers *w, uint32_t thread)
{
    struct one_block *s = (struct one_block *)w;
    if (s->handed < w->threads) {
        if (thread == 0) {
            s->block[s->handed++] = ask(s, 0);
        }
        return thread == 0;
    }
    if (s->block[thread]) {
        workers_free(w, thread, s->block[thread] - 1);
        s->block[thread] = 0;
    } else {
        s->block[thread] = ask(s, thread);
    }
    return true;
}

static void release(struct workers *w)
{
    free(((struct one_block *)w)->block);
}

struct workload *one_block_open(const struct workload_args *args, const char *name, bool handed,
                                struct problem *problem)
{
    const long *v = args->number;
    const struct workers_plan plan = {.bytes = sizeof(struct one_block),
                                      .threads = (uint32_t)v[THREADS],
                                      .blocks = (uint64_t)v[THREADS],
                                      .burst = 1,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    struct one_block *s = (struct one_block *)workers_open(&plan, name, problem);
    if (!s) {
        return NULL;
    }
    s->size = (uint64_t)v[SIZE];
    s->handed = handed ? 0 : s->core.threads;
    s->block = calloc(plan.threads, sizeof *s->block);
    return s->block ? &s->core.core.head : generator_no_memory(&s->core.core, problem);
}
