/* preorder.c - which of the blocks at the same offset is tried first.
 *
 * Each order compares three figures of a block, the highest first: the greatest load that is still
 * unplaced in one of its sections, its lifetime, and its area (size times lifetime). No one of
 * the orders is good on all problems (MiniMalloc tries three in turns). Lifetimes are
 * measured in the problem's own time and in births, which is what makes six orders of three.
 */
#include <stdlib.h>

#include "theory/offline/exact.h"

enum figure { LOAD, LIFETIME, AREA };

static const struct {
    enum figure figure[3];
    bool births; /* lifetimes count births */
} orders[PREORDERS] = {
    {{LOAD, LIFETIME, AREA}, false}, {{LOAD, LIFETIME, AREA}, true},
    {{AREA, LIFETIME, LOAD}, true},  {{AREA, LIFETIME, LOAD}, false},
    {{LIFETIME, AREA, LOAD}, false}, {{LIFETIME, AREA, LOAD}, true},
};

static int by_keys(const void *a, const void *b)
{
    const struct preorder_entry *x = a, *y = b;
    for (int i = 0; i < 3; i++) {
        if (x->key[i] != y->key[i]) {
            return x->key[i] > y->key[i] ? -1 : 1;
        }
    }
    return x->block < y->block ? -1 : x->block > y->block;
}

void preorder_sort(const struct preorder *order, const struct exact_problem *x, const int64_t *load,
                   const uint32_t *block, size_t n)
{
    const struct packing *p = x->packing;
    for (size_t i = 0; i < n; i++) {
        uint32_t b = block[i];
        int64_t most = 0;
        for (uint32_t s = x->lower[b]; s < x->upper[b]; s++) {
            most = load[s] > most ? load[s] : most;
        }
        double life = p->life && !orders[order->which].births
                          ? (double)p->life[b]
                          : (double)(p->block[b].upper - p->block[b].lower);
        const double value[] = {
            [LOAD] = (double)most, [LIFETIME] = life, [AREA] = (double)x->size[b] * life};
        struct preorder_entry *e = &order->scratch[i];
        e->block = b;
        for (int k = 0; k < 3; k++) {
            e->key[k] = value[orders[order->which].figure[k]] * order->weight[b];
        }
    }
    qsort(order->scratch, n, sizeof *order->scratch, by_keys);
}
