/* shadow.h - what a heap should contain: every live block, with its size and its payload.
 *
 * Calls go to the policy through a shadow, which checks those parts of the contract that it was
 * asked to check. Any violation ends the trial. */
#ifndef FITLAB_SHADOW_H
#define FITLAB_SHADOW_H

#include "allocators/heap.h"
#include "conformance/trial.h"

enum watch {
    WATCH_ALIGNMENT = 1u << 0,
    WATCH_BOUNDS = 1u << 1,   /* blocks lie below the break */
    WATCH_USABLE = 1u << 2,   /* usable >= n, and constant while the block lives */
    WATCH_OVERLAP = 1u << 3,  /* no two live blocks share a byte */
    WATCH_PAYLOAD = 1u << 4,  /* filled when handed out, compared later */
    WATCH_TILES = 1u << 5,    /* spans tile [base, brk) */
    WATCH_SPANS = 1u << 6,    /* used spans are the live blocks, one to one */
    WATCH_IDENTITY = 1u << 7, /* footprint - live = rounding + headers + metadata + holes + slack */
    WATCH_CHECK = 1u << 8,    /* the policy's own check holds */
    WATCH_COUNTERS = 1u << 9,
    WATCH_WALK = WATCH_TILES | WATCH_SPANS | WATCH_IDENTITY,
    WATCH_ALL = (1u << 10) - 1
};

struct block {
    char *p;
    size_t size;   /* as requested */
    size_t usable; /* what the policy granted; filled with a pattern */
    uint64_t pattern;
    size_t place; /* its index in the list of live blocks */
};

struct shadow {
    struct trial *trial;
    struct site *site;
    struct heap *heap;
    unsigned watch; /* of enum watch */
    size_t align;   /* that every payload must have */
    size_t live;
    uint64_t live_bytes, granted_bytes;
    struct block **blocks; /* the live ones, in no order */
    size_t room;           /* entries of blocks */
    void *tree;            /* the same, by address: a tree of libc's tsearch */
    uint64_t next_pattern;
    const char *last;       /* what the policy returned last, NULL included */
    struct counters before; /* the last call */
    char *brk_before;
};

/* Opens a heap in the region of the site. A policy that refuses fails the trial. */
void shadow_open(struct shadow *, struct trial *, struct site *, unsigned watch);

/* The live block that results, or NULL if the policy had no memory. */
struct block *shadow_alloc(struct shadow *, size_t n);
struct block *shadow_memalign(struct shadow *, size_t align, size_t n);

/* False if the policy had no memory; the block then is as it was. */
bool shadow_realloc(struct shadow *, struct block *, size_t n);

void shadow_free(struct shadow *, struct block *);
void shadow_free_all(struct shadow *);

/* Compares the payload of one block, or of all. */
void shadow_verify(struct shadow *, const struct block *);
void shadow_verify_all(struct shadow *);

/* The same blocks in a second shadow of the same heap, in the same order. */
void shadow_copy(struct shadow *, const struct shadow *from);

/* The walk, check and counters, as far as they are watched. */
void shadow_inspect(struct shadow *);

/* Forgets the blocks; the heap is left alone. */
void shadow_close(struct shadow *);

/* The end of a trial: all payloads are compared, all blocks freed, the empty heap is inspected, and
 * the shadow closed. */
void shadow_finish(struct shadow *);

/* The sums of a walk. */
struct span_sums {
    size_t used, free, slack, meta, absent; /* bytes */
    size_t largest_hole;
};

/* All zero where the policy has no walk. */
struct span_sums span_sums_of(const struct heap *);

#endif
