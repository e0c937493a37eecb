#include "theory/offline/neighbours.h"

#include <stdlib.h>

/* Blocks are in order of birth, so b's later neighbours follow it directly, up to the first
 * that is born when b is dead. */
static size_t count_pairs(const struct packing *p)
{
    size_t pairs = 0;
    for (size_t i = 0; i < p->count && pairs <= NEIGHBOURS_MOST / 2; i++) {
        for (size_t j = i + 1; j < p->count && p->block[j].lower < p->block[i].upper; j++) {
            pairs++;
        }
    }
    return pairs;
}

static void fill(struct neighbours *n, const struct packing *p, size_t *at)
{
    for (size_t i = 0; i < p->count; i++) {
        at[i] = n->start[i];
    }
    for (size_t i = 0; i < p->count; i++) {
        for (size_t j = i + 1; j < p->count && p->block[j].lower < p->block[i].upper; j++) {
            n->list[at[i]++] = (uint32_t)j;
            n->list[at[j]++] = (uint32_t)i;
        }
    }
}

bool neighbours_make(struct neighbours *n, const struct packing *p)
{
    size_t pairs = count_pairs(p);
    *n = (struct neighbours){0};
    if (pairs > NEIGHBOURS_MOST / 2) {
        return false;
    }
    size_t *at = calloc(p->count + 1, sizeof *at);
    n->start = calloc(p->count + 1, sizeof *n->start);
    n->list = malloc((2 * pairs + 1) * sizeof *n->list);
    if (!at || !n->start || !n->list) {
        free(at);
        neighbours_release(n);
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        for (size_t j = i + 1; j < p->count && p->block[j].lower < p->block[i].upper; j++) {
            n->start[i + 1]++;
            n->start[j + 1]++;
        }
    }
    for (size_t i = 0; i < p->count; i++) {
        n->start[i + 1] += n->start[i];
    }
    fill(n, p, at);
    free(at);
    return true;
}

void neighbours_release(struct neighbours *n)
{
    free(n->start);
    free(n->list);
    *n = (struct neighbours){0};
}
