/* replay.h - the loops that play packed events against a policy, timed or not.
 *
 * There is one body. Each kernel is that body with constant flags, so that it pays only for what it
 * measures. A policy is called through its vtable. The kernels do not set the thread that acts;
 * code that plays event by event does (heap_set_thread). */
#ifndef FITLAB_REPLAY_H
#define FITLAB_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "allocators/heap.h"
#include "measure/clock.h"
#include "replay/packed.h"
#include "replay/touch.h"

/* How the clock is read.
 *   PLAIN    around the whole chunk: means
 *   BLOCKS   once every REPLAY_BLOCK operations: means with a spread, at no measurable cost
 *   CHAINED  after each operation; the end of one is the start of the next. Every operation
 *            counts, and the times add up to the total; costs one reading an operation
 *   SAMPLED  a fenced window around one operation in REPLAY_STRIDE; the others are not timed */
enum replay_timing { REPLAY_PLAIN, REPLAY_BLOCKS, REPLAY_CHAINED, REPLAY_SAMPLED };

enum { REPLAY_BLOCK = 16, REPLAY_STRIDE = 64 };

struct replay {
    struct heap *heap;
    void **slot; /* one pointer a slot: NULL where a request was refused, anything
                    where there is no block */
    size_t slots;
    uint64_t skipped;       /* events of blocks that were refused */
    uint64_t skipped_frees; /* how many of those were frees */
    uint64_t refused_reallocs;
    uint64_t ticks;   /* the chunks so far */
    uint32_t *window; /* what was timed in the last chunk, in ticks, saturated:
                       *   BLOCKS   one entry a whole block
                       *   CHAINED  one an event
                       *   SAMPLED  one for each event at a multiple of REPLAY_STRIDE
                       * not used with PLAIN; EVENT_CHUNK entries are enough */
};

/* False if there is no memory. */
bool replay_open(struct replay *, size_t slots);

/* Begins a replay against a new heap. */
void replay_begin(struct replay *, struct heap *);

/* Plays one chunk. */
void replay_chunk(struct replay *, const struct packed_chunk *, enum replay_timing, enum touch);

/* Requests refused since replay_begin. The loop does not count them one by one: a refused block is
 * either counted by the free that skips it or its mark is still in its slot. */
uint64_t replay_refused(const struct replay *);

void replay_close(struct replay *);

#endif
