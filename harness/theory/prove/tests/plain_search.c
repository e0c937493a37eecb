#include "plain_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/heap.h"
#include "theory/unit_heap.h"

enum { HEAD = 64, TAIL = 16, FREE_BIT = 1 << 15, ROOM = 1 << 16 };

/* A state: how it was reached, and a description of it. */
struct known {
    uint64_t parent; /* index + 1; 0: the empty heap */
    uint16_t op;
    uint64_t first, second; /* two hashes of the description */
};

struct plain {
    struct unit_heap units;
    struct known *known;
    uint64_t count, room, *bucket, buckets;
    uint64_t first, second;
    uint16_t path[ROOM];
    uint16_t move[ROOM]; /* of the state that is expanded */
    size_t moves;
    unsigned live, worst;
};

static void describe(struct plain *s, const void *from, size_t bytes)
{
    for (const unsigned char *p = from; bytes > 0; p++, bytes--) {
        s->first = (s->first ^ *p) * 1099511628211u;
        s->second = (s->second + *p + 1) * 6364136223846793005u;
        s->second ^= s->second >> 31;
    }
}

static bool describe_span(const struct span *span, void *ctx)
{
    struct plain *s = ctx;
    const char *end = span->addr + span->bytes, *count = (const char *)&s->units.heap->count;
    size_t kind = span->kind;
    describe(s, &span->bytes, sizeof span->bytes);
    describe(s, &kind, sizeof kind);
    if (span->kind == SPAN_USED) {
        describe(s, span->addr, (size_t)((const char *)span->payload - span->addr));
    } else if (span->kind == SPAN_META && span->addr <= count && count < end) {
        const char *after = count + sizeof s->units.heap->count;
        describe(s, span->addr, (size_t)(count - span->addr));
        describe(s, after, (size_t)(end - after));
    } else if (span->kind == SPAN_META || span->bytes <= HEAD + TAIL) {
        describe(s, span->addr, span->bytes);
    } else {
        describe(s, span->addr, HEAD);
        describe(s, end - TAIL, TAIL);
    }
    return true;
}

static void index_states(struct plain *s)
{
    s->room = s->room ? 2 * s->room : 1 << 12;
    s->buckets = 4 * s->room;
    s->known = realloc(s->known, s->room * sizeof *s->known);
    free(s->bucket);
    s->bucket = calloc(s->buckets, sizeof *s->bucket);
    assert(s->known && s->bucket);
    for (uint64_t i = 0; i < s->count; i++) {
        uint64_t at = s->known[i].first & (s->buckets - 1);
        while (s->bucket[at]) {
            at = (at + 1) & (s->buckets - 1);
        }
        s->bucket[at] = i + 1;
    }
}

/* The state that the heap is in, if it is new, is one more. */
static void meet(struct plain *s, uint64_t parent, uint16_t op)
{
    if (s->count == s->room) {
        index_states(s);
    }
    s->first = s->second = 14695981039346656037u;
    s->units.heap->policy->walk(s->units.heap, describe_span, s);
    uint64_t at = s->first & (s->buckets - 1);
    for (; s->bucket[at]; at = (at + 1) & (s->buckets - 1)) {
        const struct known *k = &s->known[s->bucket[at] - 1];
        if (k->first == s->first && k->second == s->second) {
            return;
        }
    }
    s->known[s->count] = (struct known){parent, op, s->first, s->second};
    s->bucket[at] = ++s->count;
}

static bool play(struct plain *s, uint16_t op)
{
    if (op & FREE_BIT) {
        size_t at = (size_t)(op & ~FREE_BIT) * UNIT_GRANULE + s->units.header;
        unit_free(&s->units, (char *)s->units.origin + at);
        return true;
    }
    return unit_alloc(&s->units, op) != NULL;
}

static void go_to(struct plain *s, uint64_t state)
{
    size_t n = 0;
    for (const struct known *k = &s->known[state]; k->parent; k = &s->known[k->parent - 1]) {
        s->path[n++] = k->op;
    }
    unit_heap_renew(&s->units);
    while (n > 0) {
        play(s, s->path[--n]);
    }
}

static bool list_frees(const struct span *span, void *ctx)
{
    struct plain *s = ctx;
    if (span->kind == SPAN_USED) {
        s->move[s->moves++] = (uint16_t)(FREE_BIT | unit_address(&s->units, span->payload));
        s->live += (unsigned)((heap_usable(s->units.heap, span->payload) + s->units.header) /
                              UNIT_GRANULE);
    }
    return true;
}

static void expand(struct plain *s, uint64_t state, unsigned live, unsigned largest, bool powers)
{
    go_to(s, state);
    s->moves = s->live = 0;
    s->units.heap->policy->walk(s->units.heap, list_frees, s);
    for (unsigned units = 1; units <= largest; units = powers ? 2 * units : units + 1) {
        if (s->live + units <= live) {
            s->move[s->moves++] = (uint16_t)units;
        }
    }
    for (size_t i = 0; i < s->moves; i++) {
        go_to(s, state);
        if (play(s, s->move[i])) {
            unsigned height = (unsigned)unit_height(&s->units);
            s->worst = height > s->worst ? height : s->worst;
            meet(s, state + 1, s->move[i]);
        }
    }
}

unsigned plain_search_worst(const struct policy_spec *spec, unsigned live, unsigned largest,
                            bool powers)
{
    struct problem problem = {""};
    struct plain *s = calloc(1, sizeof *s);
    bool opened =
        s && unit_heap_open(&s->units, spec, (size_t)2 * live * (largest + 1), false, &problem);
    assert(opened);
    (void)opened;
    meet(s, 0, 0);
    for (uint64_t i = 0; i < s->count; i++) {
        expand(s, i, live, largest, powers);
    }
    unsigned worst = s->worst;
    unit_heap_close(&s->units);
    free(s->known);
    free(s->bucket);
    free(s);
    return worst;
}
