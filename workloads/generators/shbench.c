/* shbench.c - threads that free blocks in the order of their allocation, in reverse, and not at
 * all.
 *
 * In the manner of MicroQuill's benchmarks sh6bench and sh8bench, from the description of them in
 * mimalloc-bench: a thread fills an array with blocks, small ones more often than large ones. When
 * the array is full, a part of it is saved, each time another part; the blocks before that part are
 * freed in the order in which they were allocated, those after it in reverse. With form=8 it is the
 * next thread that frees them (sh8bench), else the thread itself (sh6bench).
 */
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, FORM, LIVE, MAX, GENERATOR };

static const char *const forms[] = {"6", "8", NULL};

static const struct param params[] = {
    WORKERS_PARAM(4, 1),
    {.name = "form",
     .help =
         "as sh6bench, where threads free their own blocks, or sh8bench, where the next one does",
     .init = 0,
     .max = 1,
     .choices = forms},
    {.name = "live",
     .help = "how many blocks each thread's array holds",
     .unit = "blocks",
     .init = 2000,
     .min = 5,
     .max = 1 << 20},
    {.name = "max",
     .help = "largest size",
     .unit = "bytes",
     .init = 1000,
     .min = 1,
     .max = 1 << 30},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

enum { SAVED_PARTS = 5 }; /* one of so many is saved each time */

/* The array of a thread: [save_from, save_to) is saved. What is freed next is counted from either
 * end. */
struct bench {
    uint32_t *block;
    uint64_t filled;     /* the next place */
    uint64_t base, size; /* of the sizes that it goes through */
    uint64_t more;       /* blocks of this size that are still to come */
    uint64_t save_from, save_to;
    uint64_t front,
        back;     /* being freed: the next from the front, one past the next from the back */
    bool is_full; /* it is being freed */
};

struct shbench {
    struct workers core;
    struct bench *bench; /* one a thread */
    uint32_t *memory;
    uint64_t live, max;
    bool by_next;
};

static uint64_t times_of(uint64_t size)
{
    return size < 100 ? 25 : size < 1000 ? 5 : 1;
}

static uint64_t next_size(const struct shbench *s, struct bench *b)
{
    if (!b->more) {
        b->size /= 2;
        if (!b->size) {
            b->base = b->base * 3 / 2 + 1;
            b->base = b->base > s->max ? 1 : b->base;
            b->size = b->base;
        }
        b->more = times_of(b->size);
    }
    b->more--;
    return b->size;
}

/* The place is past the part that was saved before. */
static void skip_saved(const struct shbench *s, struct bench *b)
{
    if (b->filled == b->save_from) {
        b->filled = b->save_to;
    }
    if (b->filled == s->live) {
        uint64_t part = s->live / SAVED_PARTS;
        b->is_full = true;
        b->save_from = b->save_to + part <= s->live ? b->save_to : 0;
        b->save_to = b->save_from + part;
        b->front = 0;
        b->back = s->live;
    }
}

static void free_one(struct shbench *s, uint32_t thread, struct bench *b)
{
    if (b->front < b->save_from) {
        workers_free(&s->core, thread, b->block[b->front++]);
    } else {
        workers_free(&s->core, thread, b->block[--b->back]);
    }
    if (b->front == b->save_from && b->back == b->save_to) {
        b->is_full = false;
        b->filled = 0;
        skip_saved(s, b);
    }
}

static bool act(struct workers *w, uint32_t thread)
{
    struct shbench *s = (struct shbench *)w;
    struct bench *mine = &s->bench[thread];
    struct bench *freed = s->by_next ? &s->bench[(thread + w->threads - 1) % w->threads] : mine;
    if (freed->is_full) {
        free_one(s, thread, freed);
        return true;
    }
    if (mine->is_full) {
        return false;
    }
    mine->block[mine->filled++] = workers_ask(w, thread, EVENT_MALLOC, next_size(s, mine));
    skip_saved(s, mine);
    return true;
}

static void release(struct workers *w)
{
    struct shbench *s = (struct shbench *)w;
    free(s->bench);
    free(s->memory);
}

static struct workload *shbench_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    uint64_t live = (uint64_t)v[LIVE], threads = (uint64_t)v[THREADS];
    const struct workers_plan plan = {.bytes = sizeof(struct shbench),
                                      .threads = (uint32_t)threads,
                                      .blocks = threads * live,
                                      .burst = 1,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    struct shbench *s = (struct shbench *)workers_open(&plan, "shbench", problem);
    if (!s) {
        return NULL;
    }
    s->live = live;
    s->max = (uint64_t)v[MAX];
    s->by_next = v[FORM] == 1;
    s->bench = calloc(threads, sizeof *s->bench);
    s->memory = calloc(plan.blocks, sizeof *s->memory);
    if (!s->bench || !s->memory) {
        return generator_no_memory(&s->core.core, problem);
    }
    for (uint64_t t = 0; t < threads; t++) {
        s->bench[t].block = s->memory + t * live;
        s->bench[t].save_from = s->bench[t].save_to = live; /* nothing is saved yet */
    }
    return &s->core.core.head;
}

const struct workload_kind shbench = {
    .name = "shbench",
    .summary = "threads that free in order, in reverse and not at all, as sh6bench and sh8bench do",
    .params = params,
    .open = shbench_open,
    .next = generator_next,
    .close = generator_close,
};
