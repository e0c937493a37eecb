/* SPDX-License-Identifier: MIT */
/* cache_table.h - the data of the layer `cache`: a table of lists for each thread, in blocks of the
 * heap below, which the layer finds by the thread's number. */
#ifndef FITLAB_CACHE_TABLE_H
#define FITLAB_CACHE_TABLE_H

#include "layers/over.h"

enum { CACHE_GRANULE = 8, CACHE_SEGMENTS = 16, CACHE_FIRST = 8 };

struct list {
    char *first;
    uint32_t count;
    uint32_t other; /* where blocks for requests of this size are listed; 0: not known yet */
};

/* A thread's table; list k has blocks of 8 * k usable bytes, and less than 8 more. */
struct table {
    char *block;               /* of the heap below, in which this lies */
    const char *home, *beyond; /* the region in which the thread gets its memory */
    struct list list[];
};

struct cache {
    struct over over;
    uint32_t blocks, give_back, lists;
    bool sends_home;
    _Atomic(char *) segment[CACHE_SEGMENTS]; /* blocks with tables of threads: 8, 16, 32, ... */
};

static inline const struct cache *cache_of(const struct heap *h)
{
    return (const struct cache *)h;
}

/* Pointers in a block of the heap below, which may be aligned to less than one. */
static inline struct table *_Atomic *aligned_slots(char *block)
{
    return (struct table * _Atomic *)(((uintptr_t)block + 15) & ~(uintptr_t)15);
}

static inline size_t segment_slots(unsigned segment)
{
    return (size_t)CACHE_FIRST << segment;
}

/* The place of a thread's pointer, or NULL if there is none yet. */
static inline struct table *_Atomic *find_slot(const struct cache *c, uint32_t thread,
                                               unsigned *segment)
{
    size_t rest = thread;
    for (*segment = 0; *segment < CACHE_SEGMENTS; ++*segment) {
        if (rest < segment_slots(*segment)) {
            char *block = atomic_load_explicit(&((struct cache *)(uintptr_t)c)->segment[*segment],
                                               memory_order_acquire);
            return block ? aligned_slots(block) + rest : NULL;
        }
        rest -= segment_slots(*segment);
    }
    return NULL;
}

static inline bool add_segment(struct cache *c, unsigned segment)
{
    if (segment == CACHE_SEGMENTS) {
        return false;
    }
    size_t bytes = segment_slots(segment) * sizeof(struct table *);
    char *block = (char *)heap_alloc(c->over.below, bytes + 15), *none = NULL;
    if (!block) {
        return false;
    }
    memset(aligned_slots(block), 0, bytes);
    if (!atomic_compare_exchange_strong(&c->segment[segment], &none, block)) {
        heap_free(c->over.below, block); /* another thread was faster */
    }
    return true;
}

static inline struct table *add_table(struct cache *c, uint32_t thread)
{
    unsigned segment;
    struct table *_Atomic *slot = find_slot(c, thread, &segment);
    if (!slot && add_segment(c, segment)) {
        slot = find_slot(c, thread, &segment);
    }
    size_t bytes = sizeof(struct table) + c->lists * sizeof(struct list);
    char *block = slot ? (char *)heap_alloc(c->over.below, bytes + 15) : NULL;
    if (!block) {
        return NULL;
    }
    struct table *t = (struct table *)(((uintptr_t)block + 15) & ~(uintptr_t)15);
    memset(t, 0, bytes);
    t->block = block;
    atomic_store_explicit(slot, t, memory_order_release);
    return t;
}

/* Most programs have few threads, which are all in the first segment. */
static inline struct table *find_table(const struct cache *c, uint32_t thread)
{
    unsigned segment;
    struct table *_Atomic *slot;
    if (__builtin_expect(thread < CACHE_FIRST, 1)) {
        char *block =
            atomic_load_explicit(&((struct cache *)(uintptr_t)c)->segment[0], memory_order_acquire);
        slot = block ? aligned_slots(block) + thread : NULL;
    } else {
        slot = find_slot(c, thread, &segment);
    }
    return slot ? atomic_load_explicit(slot, memory_order_acquire) : NULL;
}

#endif
