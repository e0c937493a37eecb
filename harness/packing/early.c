#include "packing/early.h"

#include <stdlib.h>
#include <string.h>

enum { SHADES = 64 };

bool early_make(struct early *e, size_t blocks)
{
    *e = (struct early){.blocks = blocks, .among = calloc(blocks / 64 + 1, sizeof *e->among)};
    return e->among != NULL;
}

void early_release(struct early *e)
{
    time_tree_release(&e->tree);
    free(e->among);
    free(e->moment);
    *e = (struct early){0};
}

bool early_has(const struct early *e, uint32_t block)
{
    return e->among[block / 64] >> block % 64 & 1;
}

void early_add(struct early *e, uint32_t block)
{
    e->count += !early_has(e, block);
    e->among[block / 64] |= UINT64_C(1) << block % 64;
}

void early_clear(struct early *e)
{
    memset(e->among, 0, (e->blocks / 64 + 1) * sizeof *e->among);
    e->count = 0;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

struct sized {
    uint64_t size;
    uint32_t block;
};

/* The largest first, then in order of birth. */
static int by_size(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    if (x->size != y->size) {
        return x->size > y->size ? -1 : 1;
    }
    return x->block < y->block ? -1 : x->block > y->block;
}

static void list(struct early *e, const struct packing *p, struct sized *out)
{
    size_t n = 0, m = 0;
    e->moment[m++] = 0;
    for (uint32_t b = 0; b < p->count; b++) {
        if (early_has(e, b)) {
            out[n++] = (struct sized){p->block[b].size, b};
            e->moment[m++] = p->block[b].lower;
            e->moment[m++] = p->block[b].upper;
        }
    }
    qsort(out, n, sizeof *out, by_size);
    qsort(e->moment, m, sizeof *e->moment, ascending);
    e->moments = 1;
    for (size_t i = 1; i < m; i++) {
        if (e->moment[i] != e->moment[e->moments - 1]) {
            e->moment[e->moments++] = e->moment[i];
        }
    }
}

/* How many moments are before `section`. */
static uint32_t moments_before(const struct early *e, uint32_t section)
{
    uint32_t low = 0, high = e->moments;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->moment[middle] < section) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint64_t early_room(const struct early *e, const struct packing_block *b, uint64_t from)
{
    if (!e->count) {
        return from;
    }
    return time_tree_lowest(&e->tree, moments_before(e, b->lower + 1) - 1,
                            moments_before(e, b->upper), from, b->size);
}

static bool occupy(struct early *e, const struct packing_block *b, uint64_t at)
{
    return time_tree_occupy(&e->tree, moments_before(e, b->lower + 1) - 1,
                            moments_before(e, b->upper), at, at + b->size);
}

bool early_pack(struct early *e, const struct packing *p, uint64_t *offset)
{
    time_tree_release(&e->tree);
    free(e->moment);
    e->moment = malloc((2 * e->count + 1) * sizeof *e->moment);
    struct sized *order = malloc((e->count + 1) * sizeof *order);
    bool ok = e->moment && order;
    if (ok) {
        list(e, p, order);
        ok = time_tree_make(&e->tree, e->moments, SHADES);
    }
    for (size_t i = 0; ok && i < e->count; i++) {
        const struct packing_block *b = &p->block[order[i].block];
        uint64_t at = early_room(e, b, 0);
        offset[order[i].block] = at;
        ok = occupy(e, b, at);
    }
    free(order);
    return ok;
}
