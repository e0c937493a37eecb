/* order.c - the orders in which a packing can be built. */
#include <stdlib.h>

#include "theory/offline/packing.h"

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
