/* event.h - one thing that a program asks of its allocator.
 *
 * A block is named by its slot, a small dense number that is reused after the block is
 * freed (lowest first in recorded traces): a replay keeps one pointer a slot.
 */
#ifndef FITLAB_EVENT_H
#define FITLAB_EVENT_H

#include <stdint.h>

enum event_kind {
    EVENT_MALLOC,  /* slot is empty before and full after */
    EVENT_CALLOC,  /* the same, and the program expects zeroes; size is the product */
    EVENT_ALIGNED, /* the same, aligned to 1 << align_log2 */
    EVENT_REALLOC, /* slot is full before (an empty one is a malloc: imports write EVENT_MALLOC
                      for it) and holds the resized block after; a size of 0 gives a minimal block,
                      as realloc that frees is written as EVENT_FREE */
    EVENT_FREE,    /* slot is full before and empty after; size is 0 */
    EVENT_KINDS
};

struct event {
    uint64_t size; /* bytes requested */
    uint32_t slot;
    uint16_t thread;    /* 0: the first thread of the program */
    uint8_t kind;       /* enum event_kind */
    uint8_t align_log2; /* EVENT_ALIGNED only, else 0 */
};

/* "malloc", "calloc", "aligned_alloc", "realloc", "free": as C and the CSV of events call them. */
extern const char *const event_kind_names[EVENT_KINDS];

/* How many events a driver takes from a workload at a time; also one trace frame. */
#define EVENT_CHUNK 65536

#endif
