/* SPDX-License-Identifier: MIT */
#include "twins.h"

#include <stdio.h>

#include "fits/seqfit_tree.h"
#include "test_heap.h"

enum { SLOTS = 64, HEADER = 8, ROOM = 1 << 20, OPERATION = 4 };

struct twin {
    struct test_heap t;
    char *first; /* offsets count from here */
    char *block[SLOTS];
};

static struct twin twin_open(const char *spec)
{
    /* the same room for blocks, aligned alike, whatever the heap keeps before them */
    struct test_heap probe = test_heap_open(spec, ROOM, false);
    size_t meta = probe.meta, skew = (0 - meta) % REGION_ALIGN;
    test_heap_close(&probe);
    struct twin twin = {.t = test_heap_open_skewed(spec, ROOM + meta, false, skew)};
    twin.first = twin.t.region->base + meta;
    return twin;
}

static ptrdiff_t twin_offset(const struct twin *twin, const char *p)
{
    return p ? p - twin->first : -1;
}

/* One operation from four bytes: what, where, and how much. */
static char *twin_play(struct twin *twin, const uint8_t *op)
{
    struct heap *h = twin->t.heap;
    char **block = &twin->block[op[0] % SLOTS];
    size_t n = (size_t)op[1] << op[2] % 8, align = (size_t)32 << op[3] % 6;
    if (!*block) {
        *block = op[2] & 16 ? heap_memalign(h, align, n) : heap_alloc(h, n);
        return *block;
    }
    if (op[2] & 8) {
        char *moved = heap_realloc(h, *block, n);
        *block = moved ? moved : *block;
        return moved;
    }
    char *freed = *block;
    heap_free(h, freed);
    *block = NULL;
    return freed;
}

static bool same_holes(const struct twin *a, const struct twin *b)
{
    struct test_span_sum x = test_sum_spans(a->t.heap, SPAN_FREE);
    struct test_span_sum y = test_sum_spans(b->t.heap, SPAN_FREE);
    return x.bytes == y.bytes && x.spans == y.spans;
}

static bool same_counts(const struct twin *a, const struct twin *b)
{
    const struct counters *x = &a->t.heap->count, *y = &b->t.heap->count;
    return x->splits == y->splits && x->merges == y->merges && x->grows == y->grows &&
           x->trims == y->trims && x->moved_bytes == y->moved_bytes;
}

bool twins_agree(const char *one, const char *other, uint32_t start, const uint8_t *data,
                 size_t bytes, char *message)
{
    struct twin a = twin_open(one), b = twin_open(other);
    if (start > 0) {
        ((struct seqfit_tree *)(void *)b.t.heap)->stamp = start;
    }
    bool agree = true;
    for (size_t i = 0; agree && i + OPERATION <= bytes; i += OPERATION) {
        ptrdiff_t x = twin_offset(&a, twin_play(&a, data + i));
        ptrdiff_t y = twin_offset(&b, twin_play(&b, data + i));
        const char *broken = heap_check(b.t.heap);
        agree = x == y && !broken && same_holes(&a, &b) && same_counts(&a, &b);
        if (!agree) {
            snprintf(message, 256, "operation %zu: %td in %s, %td in %s%s%s", i / OPERATION, x, one,
                     y, other, broken ? ": " : "", broken ? broken : "");
        }
    }
    test_heap_close(&a.t);
    test_heap_close(&b.t);
    return agree;
}
