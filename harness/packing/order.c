/* order.c - the orders in which a packing can be built. */
#include <stdlib.h>

#include "packing/packing.h"

struct ranked {
    double rank; /* the highest comes first */
    uint32_t block;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->block < y->block ? -1 : x->block > y->block;
}

static double rank_of(const struct packing_block *b, enum packing_order order)
{
    double size = (double)b->size, life = (double)(b->upper - b->lower);
    return order == PACKING_SIZE ? size : order == PACKING_AREA ? size * life : 0;
}

bool packing_sequence(const struct packing *p, enum packing_order order, uint32_t *sequence)
{
    struct ranked *ranked = malloc(p->count * sizeof *ranked);
    if (!ranked) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        ranked[i] = (struct ranked){rank_of(&p->block[i], order), (uint32_t)i};
    }
    qsort(ranked, p->count, sizeof *ranked, by_rank);
    for (size_t i = 0; i < p->count; i++) {
        sequence[i] = ranked[i].block;
    }
    free(ranked);
    return true;
}

enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

/* One pass of a radix sort: stable, by one digit. */
static void sort_by_digit(const uint64_t *key, size_t n, unsigned shift, const uint32_t *from,
                          uint32_t *to)
{
    size_t start[DIGITS + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        start[(key[from[i]] >> shift) % DIGITS + 1]++;
    }
    for (size_t d = 1; d < DIGITS; d++) {
        start[d] += start[d - 1];
    }
    for (size_t i = 0; i < n; i++) {
        to[start[(key[from[i]] >> shift) % DIGITS]++] = from[i];
    }
}

bool packing_sequence_of(const struct packing *p, const uint64_t *offset, uint32_t *sequence)
{
    uint32_t *spare = malloc(p->count * sizeof *spare);
    uint64_t most = 0;
    for (size_t i = 0; i < p->count; i++) {
        sequence[i] = (uint32_t)i;
        most = offset[i] > most ? offset[i] : most;
    }
    uint32_t *from = sequence, *to = spare;
    for (unsigned shift = 0; spare && shift < 64 && most >> shift; shift += 2 * DIGIT_BITS) {
        sort_by_digit(offset, p->count, shift, from, to);
        sort_by_digit(offset, p->count, shift + DIGIT_BITS, to, from);
    }
    free(spare);
    return spare != NULL;
}
