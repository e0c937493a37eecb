/* xmalloc_test.c - threads that only allocate, and as many that only free.
 *
 * After Lever & Boreham, "malloc() Performance in a Multithreaded Linux Environment" (USENIX 2000,
 * FREENIX), in the form that came to SuperMalloc and to mimalloc-bench: an allocating thread fills
 * a batch of 4096 objects, which is a block itself, and puts it on a stack that all share and that
 * holds 100 batches at most; a freeing thread takes the youngest batch and frees its objects and
 * the batch. So no thread ever uses memory again that it freed itself.
 */
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, SIZE, BATCH, BATCHES, GENERATOR };

static const struct param params[] = {
    WORKERS_PARAM(8, 2),
    {.name = "size",
     .help = "of an object; 0: one of 17 sizes from 8 to 2048, each as often",
     .unit = "bytes",
     .init = 0,
     .min = 0,
     .max = 1 << 30},
    {.name = "batch",
     .help = "how many objects a batch holds",
     .unit = "blocks",
     .init = 4096,
     .min = 1,
     .max = 1 << 20},
    {.name = "batches",
     .help = "how many batches wait at most to be freed",
     .unit = "batches",
     .init = 100,
     .min = 1,
     .max = 1 << 16},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

static const uint64_t sizes[] = {8,   12,  16,  24,  32,  48,   64,   96,  128,
                                 192, 256, 384, 512, 768, 1024, 1536, 2048};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* What a thread works on: it fills or empties `object`, whose first `done` are done. */
struct hand {
    uint32_t *object, batch;
    uint64_t done;
    bool busy;
};

struct xmalloc {
    struct workers core;
    struct hand *hand;
    uint32_t **spare; /* arrays of objects of no batch */
    uint32_t **waits; /* arrays of the batches on the stack */
    uint32_t *batch_of, *memory;
    size_t spares, waiting;
    uint64_t size, batch, batches;
};

static void allocate(struct xmalloc *x, uint32_t thread, struct hand *h)
{
    struct workers *w = &x->core;
    if (!h->busy) {
        h->object = x->spare[--x->spares];
        h->batch = workers_ask(w, thread, EVENT_MALLOC, sizeof(void *) * (1 + x->batch));
        h->done = 0;
        h->busy = true;
        return;
    }
    uint64_t size = x->size ? x->size : sizes[workers_draw(w, 0, SIZES - 1)];
    h->object[h->done++] = workers_ask(w, thread, EVENT_MALLOC, size);
}

static bool act_allocating(struct xmalloc *x, uint32_t thread, struct hand *h)
{
    if (h->busy && h->done == x->batch) {
        if (x->waiting == x->batches) {
            return false;
        }
        x->batch_of[x->waiting] = h->batch;
        x->waits[x->waiting++] = h->object;
        h->busy = false;
    }
    allocate(x, thread, h);
    return true;
}

static bool act_freeing(struct xmalloc *x, uint32_t thread, struct hand *h)
{
    if (!h->busy) {
        if (!x->waiting) {
            return false;
        }
        *h = (struct hand){
            .object = x->waits[--x->waiting], .batch = x->batch_of[x->waiting], .busy = true};
    }
    if (h->done < x->batch) {
        workers_free(&x->core, thread, h->object[h->done++]);
    } else {
        workers_free(&x->core, thread, h->batch);
        x->spare[x->spares++] = h->object;
        h->busy = false;
    }
    return true;
}

static bool act(struct workers *w, uint32_t thread)
{
    struct xmalloc *x = (struct xmalloc *)w;
    struct hand *h = &x->hand[thread];
    return thread % 2 ? act_freeing(x, thread, h) : act_allocating(x, thread, h);
}

static void release(struct workers *w)
{
    struct xmalloc *x = (struct xmalloc *)w;
    free(x->hand);
    free(x->spare);
    free(x->waits);
    free(x->batch_of);
    free(x->memory);
}

static bool make_arrays(struct xmalloc *x, size_t arrays)
{
    x->hand = calloc(x->core.threads, sizeof *x->hand);
    x->spare = calloc(arrays, sizeof *x->spare);
    x->waits = calloc(x->batches, sizeof *x->waits);
    x->batch_of = calloc(x->batches, sizeof *x->batch_of);
    x->memory = malloc(arrays * x->batch * sizeof *x->memory);
    if (!x->hand || !x->spare || !x->waits || !x->batch_of || !x->memory) {
        return false;
    }
    for (; x->spares < arrays; x->spares++) {
        x->spare[x->spares] = x->memory + x->spares * x->batch;
    }
    return true;
}

static struct workload *xmalloc_test_open(const struct workload_args *args, struct problem *problem)
{
    static const char name[] = "xmalloc-test";
    const long *v = args->number;
    uint64_t arrays = (uint64_t)v[BATCHES] + (uint64_t)v[THREADS];
    const struct workers_plan plan = {.bytes = sizeof(struct xmalloc),
                                      .threads = (uint32_t)v[THREADS],
                                      .blocks = arrays * ((uint64_t)v[BATCH] + 1),
                                      .burst = 1,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    if (v[THREADS] % 2) {
        problem_set(problem, "workload %s: give an even number of threads: half of them free",
                    name);
        return NULL;
    }
    struct xmalloc *x = (struct xmalloc *)workers_open(&plan, name, problem);
    if (!x) {
        return NULL;
    }
    x->size = (uint64_t)v[SIZE];
    x->batch = (uint64_t)v[BATCH];
    x->batches = (uint64_t)v[BATCHES];
    return make_arrays(x, arrays) ? &x->core.core.head
                                  : generator_no_memory(&x->core.core, problem);
}

const struct workload_kind xmalloc_test = {
    .name = "xmalloc-test",
    .summary = "threads that only allocate, and as many that only free",
    .params = params,
    .open = xmalloc_test_open,
    .next = generator_next,
    .close = generator_close,
};
