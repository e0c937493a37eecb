/* proof.c - does a packing hold? Knows nothing of how it was made. */
#include <stdlib.h>

#include "theory/offline/packing.h"

/* The highest end so far in each section, under updates and queries of ranges: `whole` of a node
 * holds for all its sections, `most` is the highest anywhere below it. */
struct skyline {
    uint32_t leaves;
    uint64_t *whole, *most;
};

static uint64_t skyline_most(const struct skyline *k, uint32_t lower, uint32_t upper)
{
    uint64_t most = 0;
    uint32_t a = k->leaves + lower, b = k->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            most = k->most[a] > most ? k->most[a] : most;
            a++;
        }
        if (b & 1) {
            b--;
            most = k->most[b] > most ? k->most[b] : most;
        }
    }
    uint32_t first = k->leaves + lower, last = k->leaves + upper - 1;
    for (; first; first >>= 1, last >>= 1) {
        most = k->whole[first] > most ? k->whole[first] : most;
        most = k->whole[last] > most ? k->whole[last] : most;
    }
    return most;
}

static void raise_node(struct skyline *k, uint32_t node, uint64_t end)
{
    k->whole[node] = end > k->whole[node] ? end : k->whole[node];
    for (; node; node >>= 1) {
        k->most[node] = end > k->most[node] ? end : k->most[node];
    }
}

static void skyline_raise(struct skyline *k, uint32_t lower, uint32_t upper, uint64_t end)
{
    uint32_t a = k->leaves + lower, b = k->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            raise_node(k, a++, end);
        }
        if (b & 1) {
            raise_node(k, --b, end);
        }
    }
}

struct placed {
    uint64_t offset;
    uint32_t block;
};

static int by_offset(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    return x->block < y->block ? -1 : x->block > y->block;
}

/* From the lowest offset up: a block overlaps an earlier one if and only if something already
 * reaches above its offset in one of its sections. */
static uint64_t climb(const struct packing *p, const struct placed *placed, struct skyline *k,
                      struct problem *problem)
{
    uint64_t height = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct packing_block *b = &p->block[placed[i].block];
        if (skyline_most(k, b->lower, b->upper) > placed[i].offset) {
            problem_set(problem, "block %u at offset %llu overlaps one that lives beside it", b->id,
                        (unsigned long long)placed[i].offset);
            return 0;
        }
        uint64_t end = placed[i].offset + b->size;
        skyline_raise(k, b->lower, b->upper, end);
        height = end > height ? end : height;
    }
    return height;
}

uint64_t packing_height(const struct packing *p, const uint64_t *offset, struct problem *problem)
{
    struct skyline k = {.leaves = 1};
    while (k.leaves < p->sections) {
        k.leaves *= 2;
    }
    k.whole = calloc(4 * (size_t)k.leaves, sizeof *k.whole);
    struct placed *placed = malloc(p->count * sizeof *placed);
    uint64_t height = 0;
    if (k.whole && placed) {
        k.most = k.whole + 2 * (size_t)k.leaves;
        for (size_t i = 0; i < p->count; i++) {
            placed[i] = (struct placed){offset[i], (uint32_t)i};
        }
        qsort(placed, p->count, sizeof *placed, by_offset);
        height = climb(p, placed, &k, problem);
    } else {
        problem_set(problem, "not enough memory to prove a packing of %zu blocks", p->count);
    }
    free(k.whole);
    free(placed);
    return height;
}
