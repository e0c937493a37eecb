/* producer_consumer.c - threads that free what another thread allocated, always.
 *
 * After Berger, McKinley, Blumofe & Wilson, "Hoard: A Scalable Memory Allocator for Multithreaded
 * Applications" (ASPLOS 2000), section 2.2, who use it to tell allocators apart by their blow-up,
 * the most memory that they take over the most that an ideal one would: hand=chain  thread t
 * allocates a batch, thread t + 1 frees it and then allocates one of its own, and so round and
 * round. No more than a batch is ever live. A policy with a heap a thread, to which freed blocks
 * return, comes to hold a batch in each of P heaps: its blow-up is P. hand=pairs  every other
 * thread only allocates, and the next one only frees. If a freed block stays with the thread that
 * freed it, memory grows without bound.
 */
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, BLOCKS, MIN, MAX, HAND, GENERATOR };

enum hand { HAND_CHAIN, HAND_PAIRS };

static const char *const hands[] = {"chain", "pairs", NULL};

static const struct param params[] = {
    WORKERS_PARAM(4, 2),
    {.name = "blocks",
     .help = "of a batch: no more are live at once, or in pairs, of each pair",
     .unit = "blocks",
     .init = 1000,
     .min = 1,
     .max = 1 << 24},
    WORKERS_SIZES(16, 256),
    {.name = "hand",
     .help = "who frees what a thread allocates: the next one of a chain, or its partner",
     .init = HAND_CHAIN,
     .max = HAND_PAIRS,
     .choices = hands},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

/* The blocks on their way from one thread to the next: a ring, the oldest first. */
struct belt {
    uint32_t *block;
    uint64_t from, count;
};

struct chain {
    struct workers core;
    struct belt *belt; /* one a pair; a chain has one */
    uint32_t *block;   /* of all belts */
    uint64_t blocks, min, max;
    uint32_t turn;  /* chain: whose it is */
    bool releasing; /* chain: it frees the batch of the one before */
};

static void produce(struct chain *c, uint32_t thread, struct belt *b)
{
    uint64_t size = workers_draw(&c->core, c->min, c->max);
    b->block[(b->from + b->count++) % c->blocks] =
        workers_ask(&c->core, thread, EVENT_MALLOC, size);
}

static void consume(struct chain *c, uint32_t thread, struct belt *b)
{
    workers_free(&c->core, thread, b->block[b->from]);
    b->from = (b->from + 1) % c->blocks;
    b->count--;
}

static bool act_chain(struct workers *w, uint32_t thread)
{
    struct chain *c = (struct chain *)w;
    if (thread != c->turn) {
        return false;
    }
    if (c->releasing) {
        consume(c, thread, c->belt);
        c->releasing = c->belt->count > 0;
        return true;
    }
    produce(c, thread, c->belt);
    if (c->belt->count == c->blocks) {
        c->turn = (thread + 1) % w->threads;
        c->releasing = true;
    }
    return true;
}

static bool act_pairs(struct workers *w, uint32_t thread)
{
    struct chain *c = (struct chain *)w;
    struct belt *b = &c->belt[thread / 2];
    bool producer = thread % 2 == 0;
    if (producer ? b->count == c->blocks : b->count == 0) {
        return false;
    }
    if (producer) {
        produce(c, thread, b);
    } else {
        consume(c, thread, b);
    }
    return true;
}

static void release(struct workers *w)
{
    struct chain *c = (struct chain *)w;
    free(c->belt);
    free(c->block);
}

static struct workload *producer_consumer_open(const struct workload_args *args,
                                               struct problem *problem)
{
    static const char name[] = "producer-consumer";
    const long *v = args->number;
    bool pairs = v[HAND] == HAND_PAIRS;
    size_t belts = pairs ? (size_t)v[THREADS] / 2 : 1;
    if (!workers_sizes_sound(name, v[MIN], v[MAX], problem)) {
        return NULL;
    }
    if (pairs && v[THREADS] % 2) {
        problem_set(problem, "workload %s: hand=pairs needs an even number of threads", name);
        return NULL;
    }
    const struct workers_plan plan = {.bytes = sizeof(struct chain),
                                      .threads = (uint32_t)v[THREADS],
                                      .blocks = belts * (uint64_t)v[BLOCKS],
                                      .burst = 1,
                                      .rows = v + GENERATOR,
                                      .act = pairs ? act_pairs : act_chain,
                                      .release = release};
    struct chain *c = (struct chain *)workers_open(&plan, name, problem);
    if (!c) {
        return NULL;
    }
    c->blocks = (uint64_t)v[BLOCKS];
    c->min = (uint64_t)v[MIN];
    c->max = (uint64_t)v[MAX];
    c->belt = calloc(belts, sizeof *c->belt);
    c->block = malloc(plan.blocks * sizeof *c->block);
    if (!c->belt || !c->block) {
        return generator_no_memory(&c->core.core, problem);
    }
    for (size_t i = 0; i < belts; i++) {
        c->belt[i].block = c->block + i * c->blocks;
    }
    return &c->core.core.head;
}

const struct workload_kind producer_consumer = {
    .name = "producer-consumer",
    .summary = "threads that free what another one allocated: the blow-up of private heaps",
    .params = params,
    .open = producer_consumer_open,
    .next = generator_next,
    .close = generator_close,
};
