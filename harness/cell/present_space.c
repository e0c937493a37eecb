#include "cell/present_space.h"

static void add(struct present_space *s, const char *from, const char *to)
{
    if (from < to && s->count < PRESENT_RANGES_MOST) {
        uint64_t bytes = (uint64_t)(to - from);
        s->range[s->count++] = (struct present_range){from, bytes, s->bytes};
        s->bytes += bytes;
    }
}

/* An inner heap in the same region is what has the absent space, or nothing is absent. */
static void add_heap(struct present_space *s, const struct heap *h)
{
    const struct region *r = h->region;
    const struct heap *inner = heap_inner(h, 0);
    if (!r->most || !inner) {
        add(s, r->base, r->peak);
        return;
    }
    if (inner->region != r) {
        add(s, r->base, inner->region->base);
    }
    for (unsigned i = 0; (inner = heap_inner(h, i)); i++) {
        add_heap(s, inner);
    }
}

void present_space_find(struct present_space *s, const struct heap *h)
{
    s->count = 0;
    s->bytes = 0;
    add_heap(s, h);
}

uint64_t present_space_offset(const struct present_space *s, const char *at)
{
    size_t low = 0, high = s->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        *(s->range[middle].base <= at ? &low : &high) = middle;
    }
    return s->range[low].before + (uint64_t)(at - s->range[low].base);
}
