/* proof.c - does a packing hold? Knows nothing of how it was made. */
#include <stdlib.h>

#include "packing/packing.h"

/* The block with the highest end so far in each section, under updates and queries of ranges:
 * `whole` of a node holds for all its sections, `most` is the highest anywhere below it. Blocks
 * count from 1; 0 is none. */
struct skyline {
    const struct packing *packing;
    const uint64_t *offset;
    uint32_t leaves;
    uint32_t *whole, *most; /* in one allocation that whole owns */
};

static uint64_t end_of(const struct skyline *k, uint32_t block)
{
    return block ? k->offset[block - 1] + k->packing->block[block - 1].size : 0;
}

static void keep_higher(const struct skyline *k, uint32_t *block, uint32_t other)
{
    *block = end_of(k, other) > end_of(k, *block) ? other : *block;
}

static uint64_t skyline_most(const struct skyline *k, uint32_t lower, uint32_t upper)
{
    uint32_t most = 0;
    uint32_t a = k->leaves + lower, b = k->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            keep_higher(k, &most, k->most[a++]);
        }
        if (b & 1) {
            keep_higher(k, &most, k->most[--b]);
        }
    }
    uint32_t first = k->leaves + lower, last = k->leaves + upper - 1;
    for (; first; first >>= 1, last >>= 1) {
        keep_higher(k, &most, k->whole[first]);
        keep_higher(k, &most, k->whole[last]);
    }
    return end_of(k, most);
}

static void raise_node(struct skyline *k, uint32_t node, uint32_t block)
{
    keep_higher(k, &k->whole[node], block);
    for (; node; node >>= 1) {
        keep_higher(k, &k->most[node], block);
    }
}

static void skyline_raise(struct skyline *k, uint32_t lower, uint32_t upper, uint32_t block)
{
    uint32_t a = k->leaves + lower, b = k->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            raise_node(k, a++, block);
        }
        if (b & 1) {
            raise_node(k, --b, block);
        }
    }
}

/* From the lowest offset up: a block overlaps an earlier one if and only if something already
 * reaches above its offset in one of its sections. */
static uint64_t climb(struct skyline *k, const uint32_t *sequence, struct problem *problem)
{
    uint64_t height = 0;
    for (size_t i = 0; i < k->packing->count; i++) {
        const struct packing_block *b = &k->packing->block[sequence[i]];
        uint64_t at = k->offset[sequence[i]];
        if (skyline_most(k, b->lower, b->upper) > at) {
            problem_set(problem, "block %u at offset %llu overlaps one that lives beside it", b->id,
                        (unsigned long long)at);
            return 0;
        }
        skyline_raise(k, b->lower, b->upper, sequence[i] + 1);
        height = at + b->size > height ? at + b->size : height;
    }
    return height;
}

uint64_t packing_height(const struct packing *p, const uint64_t *offset, struct problem *problem)
{
    struct skyline k = {.packing = p, .offset = offset, .leaves = p->sections};
    uint32_t *sequence = malloc(p->count * sizeof *sequence);
    bool ok = sequence && packing_sequence_of(p, offset, sequence);
    k.whole = calloc(4 * (size_t)k.leaves, sizeof *k.whole);
    uint64_t height = 0;
    if (ok && k.whole) {
        k.most = k.whole + 2 * (size_t)k.leaves;
        height = climb(&k, sequence, problem);
    } else {
        problem_set(problem, "not enough memory to prove a packing of %zu blocks", p->count);
    }
    free(k.whole);
    free(sequence);
    return height;
}
