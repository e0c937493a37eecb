#include "packing/deaths.h"

#include <stdlib.h>

bool deaths_make(struct deaths *d, const struct packing *p)
{
    d->start = calloc((size_t)p->sections + 3, sizeof *d->start);
    d->block = malloc(p->count * sizeof *d->block);
    if (!d->start || !d->block) {
        deaths_release(d);
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        d->start[p->block[i].upper + 2]++;
    }
    for (uint32_t s = 0; s <= p->sections; s++) {
        d->start[s + 2] += d->start[s + 1];
    }
    for (size_t i = 0; i < p->count; i++) {
        d->block[d->start[p->block[i].upper + 1]++] = (uint32_t)i;
    }
    return true;
}

void deaths_release(struct deaths *d)
{
    free(d->start);
    free(d->block);
    *d = (struct deaths){0};
}
