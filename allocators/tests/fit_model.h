/* SPDX-License-Identifier: MIT */
/* fit_model.h - a model of a sequential fit, as simple as possible: an array of holes in list order,
 * without tags and links. The tests compare real heaps with it. */
#ifndef FITLAB_FIT_MODEL_H
#define FITLAB_FIT_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum model_fit { MODEL_FIRST, MODEL_BEST, MODEL_WORST, MODEL_NEXT };
enum model_order { MODEL_ADDRESS, MODEL_LIFO, MODEL_FIFO, MODEL_SIZE };
enum model_coalesce { MODEL_IMMEDIATE, MODEL_DEFERRED, MODEL_NEVER };
enum model_grow { MODEL_EXACT, MODEL_STEP, MODEL_FIXED };

enum { MODEL_HOLES = 4096 };

struct model {
    enum model_fit fit;
    enum model_order order;
    enum model_coalesce coalesce;
    enum model_grow grow;
    size_t split_min;
    size_t end, limit; /* blocks lie in [0, end); end <= limit */
    struct model_hole {
        size_t at, bytes;
    } hole[MODEL_HOLES]; /* in list order */
    size_t holes;
    size_t rover_at; /* next-fit in address order: the end of the last allocation */
    size_t rover;    /* next-fit otherwise: the index of the hole after the last one taken */
};

#define MODEL_NONE ((size_t)-1)

/* A heap of no blocks, [0, end) being one hole if it is not empty. */
void model_init(struct model *, size_t end, size_t limit);

/* Where the block of `bytes` must lie, and how long it is in the end; MODEL_NONE: nowhere. */
size_t model_alloc(struct model *, size_t bytes, size_t *granted);

void model_free(struct model *, size_t at, size_t bytes);

#endif
